import Domain
import IMAP
import NIOCore

extension IMAPSession {
  /// One command on its way, and what it asks for.
  private struct Flight {
    var messages: [Listed]
    var bytes: Int
    /// nil when it was taken.
    var answer: EventLoopFuture<Answer>?
  }

  /// What came and was not taken yet. A server may answer two commands at once (seen on Dovecot),
  /// so that a body can stand among the answers of an earlier question: the UID decides.
  private struct Basket {
    var bodies: [UInt32: Body] = [:]
    var flags: [UInt32: Flags] = [:]
    var wanted: Set<UInt32> = []

    mutating func put(_ responses: [Response]) {
      for case .fetch(let message) in responses {
        guard let uid = message.uid?.rawValue, wanted.contains(uid) else { continue }
        if let names = message.flags { flags[uid] = IMAPSession.flags(names) }
        guard bodies[uid] == nil else { continue }
        if let body = message.body {
          bodies[uid] = .whole(body)
        } else if let header = message.header {
          bodies[uid] = .headerOnly(header)
        }
      }
    }
  }

  /// Asks ahead while earlier bodies are being decoded and stored; the claimed sizes bound what
  /// may come, and one message alone may exceed the window.
  func bodies(
    _ messages: [Listed], _ take: (Listed, Body) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    var flights: [Flight] = []
    var basket = Basket()
    var next = 0
    var inFlight = 0
    while next < messages.count || !flights.isEmpty {
      while next < messages.count, flights.isEmpty || inFlight < SyncLimits.inFlight {
        let group = Self.group(messages[next...])
        next += group.count
        let flight = begin(group)
        basket.wanted.formUnion(group.map(\.uid))
        inFlight += flight.bytes
        flights.append(flight)
      }
      var flight = flights.removeFirst()
      try land(&flight, &basket)
      for var message in flight.messages {
        var absence = Body.gone
        if basket.bodies[message.uid] == nil {
          // Not there, or the server says NO because of one that is gone: asked for alone, with
          // nothing else under way, the answer is clear.
          for index in flights.indices { try land(&flights[index], &basket) }
          absence = try alone(message, &basket)
        }
        message.flags = basket.flags.removeValue(forKey: message.uid) ?? message.flags
        basket.wanted.remove(message.uid)
        try take(message, basket.bodies.removeValue(forKey: message.uid) ?? absence)
      }
      inFlight -= flight.bytes
    }
  }

  /// As many neighbours as one ingest transaction takes; a giant goes alone, by its header.
  private static func group(_ messages: ArraySlice<Listed>) -> [Listed] {
    var group: [Listed] = []
    var bytes: UInt64 = 0
    for message in messages {
      let isGiant = message.size > SyncLimits.messageBytes
      let isFull =
        group.count >= SyncLimits.batchMessages
        || bytes.addingReportingOverflow(message.size).partialValue > UInt64(SyncLimits.batchBytes)
      if !group.isEmpty, isFull || isGiant { break }
      group.append(message)
      bytes = bytes.addingReportingOverflow(message.size).partialValue
      if isGiant { break }
    }
    return group
  }

  private func begin(_ group: [Listed]) -> Flight {
    let isGiant = group.contains { $0.size > SyncLimits.messageBytes }
    let set = UIDSet(group.compactMap { UID($0.uid) })
    let answer = connection.begin(.fetch(set, [.uid, .flags, isGiant ? .header : .body]))
    let bytes = isGiant ? SyncLimits.headerBytes : group.reduce(0) { $0 + Int(clamping: $1.size) }
    return Flight(messages: group, bytes: bytes, answer: answer)
  }

  private func land(_ flight: inout Flight, _ basket: inout Basket) throws(SyncFailure) {
    guard let answer = flight.answer else { return }
    flight.answer = nil
    basket.put(try connection.finish(answer).responses)
  }

  /// What it means when it does not come now either. A body of NIL, or a NO, proves nothing; that
  /// the server does not list the message any more does (invariant 6).
  private func alone(_ message: Listed, _ basket: inout Basket) throws(SyncFailure) -> Body {
    guard basket.bodies[message.uid] == nil, let uid = UID(message.uid) else { return .gone }
    let item: Command.FetchItem = message.size > SyncLimits.messageBytes ? .header : .body
    let answer = try connection.run(.fetch(UIDSet([uid]), [.uid, .flags, item]))
    if answer.completion.code == .limit { throw .limit }
    basket.put(answer.responses)
    guard basket.bodies[message.uid] == nil else { return .gone }
    if try describe([message.uid]).isEmpty { return .gone }
    return .withheld(answer.completion.isOK ? .empty : .refused)
  }
}
