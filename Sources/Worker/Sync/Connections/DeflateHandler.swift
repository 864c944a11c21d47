import CDeflate
import NIOCore

/// Stands between TLS and the protocol once the server has agreed to COMPRESS=DEFLATE (RFC 4978):
/// raw deflate in both directions. TLS compresses nothing here (BoringSSL cannot).
///
/// A stream that is none, or that grows beyond ``Budget``, ends the connection with
/// `SyncFailure.compression`; the next one is opened without compression.
final class DeflateHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// How much may come out of what came in. A few bytes can become a thousand times as many (a
  /// bomb); mail as people write it shrinks to a third, an empty form scanned to a hundredth.
  struct Budget {
    /// Bytes out for each byte in, over the running window.
    static let ratio = 250
    /// The most that one read may become, and what may be saved up.
    static let most = 16 << 20
    private var left = 1 << 20

    mutating func earn(_ bytes: Int) { left = min(Self.most, left + bytes * Self.ratio) }

    /// False when it is spent.
    mutating func spend(_ bytes: Int) -> Bool {
      left -= bytes
      return left >= 0
    }
  }

  /// What is handed on at a time: memory does not follow what a read becomes.
  private static let piece = 64 << 10

  private let inflating: DeflateStream
  private let deflating: DeflateStream
  private var budget = Budget()
  private var isOver = false

  init() throws(SyncFailure) {
    inflating = try DeflateStream(.inflate)
    deflating = try DeflateStream(.deflate)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    take(&bytes, context)
  }

  /// Bytes that came with the server's OK are compressed already.
  func take(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
    guard !isOver else { return }
    budget.earn(bytes.readableBytes)
    var isMore = bytes.readableBytes > 0
    while isMore, !isOver, context.channel.isActive {
      var piece = context.channel.allocator.buffer(capacity: Self.piece)
      let state = inflating.run(&bytes, &piece, room: Self.piece)
      guard budget.spend(piece.readableBytes) else { return giveUp(context) }
      if piece.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(piece)) }
      switch state {
      case .more: break
      case .done: isMore = false
      // Some servers end their stream when they close; nothing may follow it.
      case .ended where bytes.readableBytes == 0: return isOver = true
      case .ended, .bad: return giveUp(context)
      }
    }
  }

  private func giveUp(_ context: ChannelHandlerContext) {
    isOver = true
    context.fireErrorCaught(SyncFailure.compression)
    context.close(promise: nil)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    var bytes = unwrapOutboundIn(data)
    var packed = context.channel.allocator.buffer(capacity: Self.piece)
    while true {
      switch deflating.run(&bytes, &packed, room: Self.piece) {
      case .more: continue
      case .done:
        return context.write(wrapOutboundOut(packed), promise: promise)
      case .ended, .bad:
        promise?.fail(SyncFailure.compression)
        return giveUp(context)
      }
    }
  }
}

/// One direction of zlib.
final class DeflateStream {
  enum Direction { case inflate, deflate }
  enum State { case done, more, ended, bad }

  private let stream: OpaquePointer

  init(_ direction: Direction) throws(SyncFailure) {
    let made = direction == .inflate ? cdeflate_open_inflate() : cdeflate_open_deflate()
    // Only without memory.
    guard let made else { throw .compression }
    stream = made
  }

  deinit { cdeflate_close(stream) }

  /// Moves what it can from `input` to `output`, of which at most `room` bytes are new.
  func run(_ input: inout ByteBuffer, _ output: inout ByteBuffer, room: Int) -> State {
    var taken = 0
    var made = 0
    var code = CDEFLATE_BAD
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
      let target = target.bindMemory(to: UInt8.self)
      input.withUnsafeReadableBytes { source in
        let source = source.bindMemory(to: UInt8.self)
        code = cdeflate_run(
          stream, source.baseAddress, source.count, &taken, target.baseAddress,
          min(room, target.count), &made)
      }
      return made
    }
    input.moveReaderIndex(forwardBy: taken)
    switch code {
    case CDEFLATE_DONE: return .done
    case CDEFLATE_MORE: return .more
    case CDEFLATE_ENDED: return .ended
    default: return .bad
    }
  }
}
