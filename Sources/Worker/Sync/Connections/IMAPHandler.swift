import IMAP
import NIOCore
import NIOSSL

/// What a command brought: how it ended and what was said meanwhile.
struct Answer: Sendable {
  var completion: Completion
  /// Untagged responses in their order, without the message counts.
  var responses: [Response]
  /// Messages in the opened mailbox when the command ended.
  var exists: Int
  /// How often the server had said that messages came or went.
  var changes: Int
}

/// What of the opened mailbox was looked at, before its server is asked to tell by itself.
enum Looked: Sendable {
  /// So many messages were read.
  case messages(Int)
  /// Everything up to an answer, by its ``Answer/changes``: one that went and one that came leave
  /// the count as it was.
  case changes(Int)
}

/// Drives the IMAP machine on the network's thread: bytes in, answers out.
final class IMAPHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private struct Waiting {
    let id: CommandID
    let promise: EventLoopPromise<Answer>
    var responses: [Response] = []
  }

  /// Fulfilled by the server's first line.
  let greeting: EventLoopPromise<Status>
  private var machine: ClientStateMachine
  private let host: String
  private let anchors: TrustAnchors?
  private var context: ChannelHandlerContext?
  private var waiting: [Waiting] = []
  private var exists = 0
  private var changes = 0
  private(set) var failure: SyncFailure?
  private var debt: Debt
  private let life: LifeSign
  private var watch: (due: NIODeadline, task: Scheduled<Void>)?
  /// Responses since the last answer, kept or not.
  private var heard = 0
  /// Rung for what comes while idling, and at the end of the connection.
  private var pulse: Pulse?
  private var doneBy: Scheduled<Void>?

  /// A server that floods us with what nobody asked for.
  private static let responseLimit = 200_000
  /// All that is asked for at once is far less.
  private static let answerBytes: Int64 = 128 << 20
  /// Bytes of a literal between two looks at the clock.
  private static let piece = 64 << 10

  init(
    server: Server, anchors: TrustAnchors?, loop: any EventLoop, patience: Patience,
    life: LifeSign
  ) {
    let encryption: IMAP.Encryption =
      switch server.security {
      case .startTLS: .startTLS
      case .implicit: .implicit
      case .none: .none
      }
    machine = ClientStateMachine(encryption: encryption)
    host = server.host
    self.anchors = anchors
    debt = Debt(patience, at: .now())
    self.life = life
    greeting = loop.makePromise()
  }

  var capabilities: Capabilities? { machine.capabilities }

  /// Takes a command on; several may be under way.
  func begin(_ command: Command, _ promise: EventLoopPromise<Answer>) {
    if let failure { return promise.fail(failure) }
    guard let context else { return promise.fail(SyncFailure.connectionLost) }
    do throws(SendRefusal) {
      let sent = try machine.send(command)
      waiting.append(Waiting(id: sent.id, promise: promise))
      // While it idles the server owes nothing: the service asks it from time to time.
      if command != .idle { debt.owe(at: .now()) }
      write(sent.bytes, context)
      watchDebt(context)
    } catch {
      promise.fail(SyncFailure(error, verb: command.description))
    }
  }

  // MARK: - Idling

  func beginIdle(_ promise: EventLoopPromise<Answer>, _ pulse: Pulse, _ looked: Looked) {
    self.pulse = pulse
    begin(.idle, promise)
    if failure != nil || isNews(since: looked) { pulse.ring() }
  }

  private func isNews(since looked: Looked) -> Bool {
    switch looked {
    case .messages(let count): exists != count
    case .changes(let count): changes != count
    }
  }

  /// A server that was silent for long must at least answer this.
  func endIdle(within patience: TimeAmount) {
    guard let context, failure == nil else { return }
    pulse = nil
    write(machine.endIdle(), context)
    let owner = NIOLoopBound(self, eventLoop: context.eventLoop)
    doneBy = context.eventLoop.scheduleTask(in: patience) {
      guard let context = owner.value.context else { return }
      owner.value.give(up: .timedOut, context)
    }
  }

  // MARK: - Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    debt.owe(at: .now())
    watchDebt(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    do throws(ProtocolViolation) {
      let outputs = try machine.receive(Array(buffer.readableBytesView))
      // What nobody waits for proves nothing about this process.
      if debt.due != nil { life.moved() }
      debt.came(buffer.readableBytes, isWhole: !outputs.isEmpty, at: .now())
      guard debt.bytes <= Self.answerBytes else { return give(up: .oversized, context) }
      for output in outputs { handle(output, context) }
    } catch {
      give(up: SyncFailure(error), context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    give(up: SyncFailure(channel: error), context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    _ = machine.connectionClosed()
    fail(failure ?? .connectionLost)
    context.fireChannelInactive()
  }

  private func handle(_ output: IMAP.Output, _ context: ChannelHandlerContext) {
    switch output {
    case .greeting(let status):
      if status.kind == .bye { return give(up: .limit, context) }
      settle()
      greeting.succeed(status)
    case .untagged(let response): note(response, context)
    case .write(let bytes): write(bytes, context)
    case .completed(let id, let completion): complete(id, completion)
    case .tlsMayStart: startTLS(context)
    case .compressed(_, let rest): compress(rest, context)
    case .idling, .challenge: break
    }
  }

  private func note(_ response: Response, _ context: ChannelHandlerContext) {
    heard += 1
    guard heard <= Self.responseLimit else { return give(up: .violation, context) }
    switch response {
    case .exists(let count):
      // Some servers repeat the number with every answer.
      if exists != Int(count) { changes += 1 }
      exists = Int(count)
      pulse?.ring()
    case .expunge:
      leave(1)
    case .status(let status) where status.kind == .bye:
      // Only its own word makes it a limit: a server that breaks down says BYE as well.
      failure = failure ?? (status.code == .limit ? .limit : .connectionLost)
    default:
      // In the place of EXPUNGE (RFC 7162, 3.2.10.2).
      if case .vanished(let gone, earlier: false) = response { leave(Int(clamping: gone.count)) }
      // « Still here » is no news.
      if case .status = response {} else { pulse?.ring() }
      // What nobody asked for is not kept: a later look at the mailbox tells the same.
      guard !waiting.isEmpty else { return }
      waiting[0].responses.append(response)
    }
  }

  private func leave(_ count: Int) {
    exists = max(0, exists - count)
    changes += 1
    pulse?.ring()
  }

  private func complete(_ id: CommandID, _ completion: Completion) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    let entry = waiting.remove(at: index)
    doneBy?.cancel()
    doneBy = nil
    settle()
    entry.promise.succeed(
      Answer(completion: completion, responses: entry.responses, exists: exists, changes: changes))
  }

  /// The TLS handler keeps back what is written until chain and name are verified, and drops it
  /// when they are not: the next command may be given to it at once. That command is CAPABILITY,
  /// whose answer proves the handshake before any login byte.
  private func startTLS(_ context: ChannelHandlerContext) {
    do {
      guard let anchors else { throw SyncFailure.anchors("") }
      try context.pipeline.syncOperations.addHandlers(
        anchors.handlers(host: host), position: .first)
      machine.tlsEstablished()
    } catch {
      give(up: SyncFailure(channel: error), context)
    }
  }

  private func compress(_ rest: [UInt8], _ context: ChannelHandlerContext) {
    do {
      let handler = try DeflateHandler()
      try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
      var bytes = ByteBuffer(bytes: rest)
      handler.take(&bytes, try context.pipeline.syncOperations.context(handler: handler))
    } catch {
      give(up: SyncFailure(channel: error), context)
    }
  }

  private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    let owner = NIOLoopBound(self, eventLoop: context.eventLoop)
    for start in stride(from: 0, to: bytes.count, by: Self.piece) {
      let piece = bytes[start..<min(start + Self.piece, bytes.count)]
      // What goes out shows a living server too: a long copy on a slow line is no silence.
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: piece)))
        .whenSuccess {
          owner.value.life.moved()
          owner.value.debt.left(piece.count, at: .now())
        }
    }
  }

  // MARK: - Endings

  private func give(up reason: SyncFailure, _ context: ChannelHandlerContext) {
    failure = failure ?? reason
    fail(failure ?? reason)
    context.close(promise: nil)
  }

  private func fail(_ reason: SyncFailure) {
    failure = failure ?? reason
    watch?.task.cancel()
    doneBy?.cancel()
    pulse?.ring()
    greeting.fail(reason)
    let lost = waiting
    waiting = []
    lost.forEach { $0.promise.fail(reason) }
  }

  // MARK: - Waiting

  private func settle() {
    let isLoggedIn =
      switch machine.state {
      case .authenticated, .selected: true
      default: false
      }
    heard = 0
    debt.settle(owesMore: !waiting.isEmpty && pulse == nil, isLoggedIn: isLoggedIn, at: .now())
  }

  /// A server that takes too long over what it owes is gone (S18, I04).
  private func watchDebt(_ context: ChannelHandlerContext) {
    guard failure == nil, let due = debt.due, due < watch?.due ?? .distantFuture else { return }
    watch?.task.cancel()
    let owner = NIOLoopBound(self, eventLoop: context.eventLoop)
    let task = context.eventLoop.scheduleTask(deadline: due) {
      let handler = owner.value
      handler.watch = nil
      guard let context = handler.context, let due = handler.debt.due else { return }
      if due <= .now() {
        handler.give(up: .timedOut, context)
      } else {
        handler.watchDebt(context)
      }
    }
    watch = (due, task)
  }
}

extension SyncFailure {
  init(_ violation: ProtocolViolation) {
    switch violation {
    case .literalTooLarge: self = .oversized
    case .preauthenticatedWithoutTLS, .dataBeforeTLS, .plaintextAfterStartTLS:
      self = .tls(.tampered)
    case .serverNotAuthentic: self = .serverNotAuthentic
    default: self = .violation
    }
  }

  init(_ refusal: SendRefusal, verb: String) {
    switch refusal {
    case .connectionClosed: self = .connectionLost
    case .tlsRequired, .capabilitiesUnknown: self = .tls(.notOffered)
    case .mechanismNotOffered: self = .noMechanism
    case .encoding, .notOffered, .notNow, .wrongState, .tooManyInFlight: self = .refused(verb)
    }
  }
}
