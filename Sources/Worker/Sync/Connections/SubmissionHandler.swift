import NIOCore
import NIOSSL
import SMTP

/// Drives the submission machine on the network's thread: one mail, one connection.
final class SubmissionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// True when the durable mark is asked for, false when the end came first.
  let dot: EventLoopPromise<Bool>
  let outcome: EventLoopPromise<End>
  /// Why the channel broke, when that says more than the outcome.
  private(set) var failure: SyncFailure?
  private var machine: SubmissionStateMachine
  private let host: String
  private let anchors: TrustAnchors?
  private var context: ChannelHandlerContext?
  private var timer: Scheduled<Void>?
  private let patience: Patience
  private let life: LifeSign
  /// What all of it may take, however busy the server seems (I04).
  private let limit: TimeAmount
  private var end: Scheduled<Void>?
  /// Done when the last bytes given are in the kernel's hands.
  private var written: EventLoopFuture<Void>?

  /// How it ended.
  struct End: Sendable {
    var outcome: Outcome
    /// What each recipient was answered, as far as it came.
    var results: [RecipientResult]
  }

  init(
    machine: SubmissionStateMachine, host: String, anchors: TrustAnchors?, loop: any EventLoop,
    patience: Patience, size: Int, life: LifeSign
  ) {
    self.patience = patience
    self.life = life
    self.machine = machine
    self.host = host
    self.anchors = anchors
    limit = patience.submission(size)
    dot = loop.makePromise()
    outcome = loop.makePromise()
  }

  func confirm() { handle(machine.confirmFinalDot()) }
  func withhold() { handle(machine.withholdFinalDot()) }

  /// The connection never came to be.
  func abandon(_ reason: SyncFailure) {
    failure = failure ?? reason
    handle(machine.connectionClosed())
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    restartTimer()
    end?.cancel()
    let owner = NIOLoopBound(self, eventLoop: context.eventLoop)
    end = context.eventLoop.scheduleTask(in: limit) {
      owner.value.handle(owner.value.machine.timedOut())
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    end?.cancel()
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    handle(machine.receive(Array(unwrapInboundIn(data).readableBytesView)))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failure = failure ?? SyncFailure(channel: error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    handle(machine.connectionClosed())
    context.fireChannelInactive()
  }

  private func handle(_ outputs: [SMTP.Output]) {
    for output in outputs {
      switch output {
      case .write(let bytes): write(bytes)
      case .tlsMayStart: startTLS()
      case .readyForFinalDot: askForDot()
      case .finished(let result):
        outcome.succeed(End(outcome: result, results: machine.results))
        dot.succeed(false)
      case .mayClose: context?.close(promise: nil)
      }
    }
    restartTimer()
  }

  /// Bytes of a mail between two looks at the clock: a slow line is not a silent server.
  private static let piece = 64 << 10

  private func write(_ bytes: [UInt8]) {
    guard let context else { return }
    let owner = NIOLoopBound(self, eventLoop: context.eventLoop)
    for start in stride(from: 0, to: bytes.count, by: Self.piece) {
      let piece = bytes[start..<min(start + Self.piece, bytes.count)]
      let done = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: piece)))
      done.whenSuccess {
        owner.value.life.moved()
        owner.value.restartTimer()
      }
      written = done
    }
  }

  /// The mark is asked for when every byte before the dot has left this process: a connection that
  /// breaks under a long mail broke before the point of no return, and the mail is tried again.
  private func askForDot() {
    guard let context, let written else { return }
    let owner = NIOLoopBound(self, eventLoop: context.eventLoop)
    written.whenSuccess { owner.value.dot.succeed(true) }
  }

  /// The TLS handler keeps EHLO back until chain and name are verified, and drops it when they are
  /// not; its answer proves the handshake before any credential.
  private func startTLS() {
    guard let context else { return }
    do {
      guard let anchors else { throw SyncFailure.anchors("") }
      try context.pipeline.syncOperations.addHandlers(
        anchors.handlers(host: host), position: .first)
      handle(machine.tlsEstablished())
    } catch {
      failure = failure ?? SyncFailure(channel: error)
      context.close(promise: nil)
    }
  }

  private func restartTimer() {
    timer?.cancel()
    guard let context else { return }
    let owner = NIOLoopBound(self, eventLoop: context.eventLoop)
    let limit = machine.awaitsVerdict ? patience.verdict : patience.silence
    timer = context.eventLoop.scheduleTask(
      in: .milliseconds(min(Int64(machine.timeout) * 1_000, limit))
    ) {
      let handler = owner.value
      handler.handle(handler.machine.timedOut())
    }
  }
}
