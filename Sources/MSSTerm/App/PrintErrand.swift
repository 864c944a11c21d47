import Domain
import Settings
import Store

/// Printing one demande, the same for the key and the command: job, paper, then the event.
struct PrintErrand: Sendable {
  let session: Session
  let actor: Actor

  /// The incoming messages of the demande and their documents, decoded by the confined child.
  func job(for order: Order) throws -> PrintJob {
    let bodies = try session.ask(order.id) { store throws(StoreError) in
      var bodies: [MessageBody] = []
      for message in order.messages {
        if let body = try store.body(message) { bodies.append(body) }
      }
      return bodies
    }
    return try PrintJob(
      order: order, bodies: bodies, actor: actor, words: session.words,
      now: session.environment.now()
    ) { try Attachments.bytes(of: $1, message: $0, session) }
  }

  /// Paper first: a demande says « imprimée » only when a printer took it.
  func print(_ order: Order, on printer: Printer) throws -> Order {
    let now = session.environment.now()
    do {
      try printer.print(try job(for: order), title: "\(order.id)-\(now.milliseconds)")
    } catch {
      try session.ask(order.id) { store throws(StoreError) in
        try store.traceFailure(
          of: .printed(printer: printer.name), on: order.id, request: printer.name,
          answer: "failed", by: actor.author, now: now)
      }
      throw error
    }
    return try Gestures.perform(
      .printed(printer: printer.name), on: order.id, nil, actor, session
    ).order
  }
}
