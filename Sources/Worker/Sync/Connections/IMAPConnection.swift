import IMAP
import NIOCore

/// One IMAP connection, ready to be logged in: encrypted as configured, or not there at all.
///
/// Its methods block and belong to one thread, which is never the network's.
final class IMAPConnection {
  private let channel: any Channel
  private let handler: NIOLoopBound<IMAPHandler>
  private let stop: Stop
  private let ticket: Int

  /// Connects, verifies, and does STARTTLS where that is configured.
  ///
  /// - Parameter patience: how long the server may take.
  init(
    server: Server, anchors: TrustAnchors?, network: Network, stop: Stop,
    patience: Patience
  ) throws(SyncFailure) {
    let loop = network.loop
    let made = loop.submit {
      NIOLoopBound(
        IMAPHandler(
          server: server, anchors: anchors, loop: loop, patience: patience, life: network.life),
        eventLoop: loop)
    }
    let handler = try made.result()
    self.handler = handler
    self.stop = stop
    let greeting = loop.flatSubmit { handler.value.greeting.futureResult }
    do throws(SyncFailure) {
      channel = try network.connect(
        to: server, anchors: anchors, stop: stop, handler: handler)
    } catch {
      // The promise must not be left unfulfilled.
      loop.execute { handler.value.greeting.fail(SyncFailure.unreachable) }
      throw error
    }
    let opened = channel
    ticket = stop.onRequest { opened.close(promise: nil) }
    do throws(SyncFailure) {
      // Nobody has logged in yet: whoever is let in all the same would write into a mailbox that
      // may be anyone's (T04).
      guard try greeting.result().kind != .preauth else { throw .tls(.tampered) }
      if server.security == .startTLS { try startTLS() }
    } catch {
      close()
      throw stop.isRequested ? .stopped : error
    }
  }

  deinit { close() }

  func close() {
    stop.forget(ticket)
    channel.close(promise: nil)
  }

  var capabilities: Capabilities? {
    get throws(SyncFailure) {
      let handler = handler
      return try channel.eventLoop.submit { handler.value.capabilities }.result()
    }
  }

  /// Why the connection ended, nil while it is there.
  var failure: SyncFailure? {
    get throws(SyncFailure) {
      let handler = handler
      return try channel.eventLoop.submit { handler.value.failure }.result()
    }
  }

  /// Asks for compression where it is offered; a server that says no is simply not compressed.
  func compress() throws(SyncFailure) {
    guard try capabilities?.has("COMPRESS=DEFLATE") == true else { return }
    _ = try run(.compress)
  }

  /// Sends a command; its answer can be awaited later, so that several are under way.
  func begin(_ command: Command) -> EventLoopFuture<Answer> {
    let promise = channel.eventLoop.makePromise(of: Answer.self)
    let handler = handler
    channel.eventLoop.execute { handler.value.begin(command, promise) }
    return promise.futureResult
  }

  func finish(_ answer: EventLoopFuture<Answer>) throws(SyncFailure) -> Answer {
    do throws(SyncFailure) {
      return try answer.result()
    } catch {
      throw stop.isRequested ? .stopped : error
    }
  }

  /// IDLE until ``endIdle(_:patience:)``; `pulse` rings for whatever the server says meanwhile.
  ///
  /// - Parameter looked: what of the opened mailbox was looked at. What the server told after that
  ///   with the end of a command it does not tell again in IDLE (RFC 3501, 7: a change is told
  ///   once), so `pulse` rings at once.
  func beginIdle(_ pulse: Pulse, looked: Looked) -> EventLoopFuture<Answer> {
    let promise = channel.eventLoop.makePromise(of: Answer.self)
    let handler = handler
    channel.eventLoop.execute { handler.value.beginIdle(promise, pulse, looked) }
    return promise.futureResult
  }

  /// Says DONE and waits for the server's confirmation, at most `patience` seconds (S18).
  func endIdle(
    _ idle: EventLoopFuture<Answer>, patience: Int64
  ) throws(SyncFailure) -> Answer {
    let handler = handler
    channel.eventLoop.execute { handler.value.endIdle(within: .seconds(patience)) }
    return try finish(idle)
  }

  /// One command and its answer, whatever it is.
  func run(_ command: Command) throws(SyncFailure) -> Answer { try finish(begin(command)) }

  /// One command that must succeed.
  func require(_ command: Command) throws(SyncFailure) -> Answer {
    let answer = try run(command)
    try check(answer, command)
    return answer
  }

  func check(_ answer: Answer, _ command: Command) throws(SyncFailure) {
    guard !answer.completion.isOK else { return }
    throw answer.completion.code == .limit ? .limit : .refused(command.description)
  }

  private func startTLS() throws(SyncFailure) {
    if try capabilities == nil { _ = try require(.capability) }
    // Not offered may mean: taken out of the answer on the road (T03).
    guard try capabilities?.has("STARTTLS") == true else { throw .tls(.notOffered) }
    let answer = try run(.startTLS)
    guard answer.completion.isOK else { throw .tls(.notOffered) }
    // Said in clear before is not believed; ask again (T05).
    _ = try require(.capability)
  }
}
