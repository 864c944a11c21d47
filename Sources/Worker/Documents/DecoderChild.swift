import Glibc

/// One request before it is a frame.
struct DecoderCall {
  let kind: DecoderRequest
  let n: Int
  let raw: [UInt8]

  init(_ kind: DecoderRequest, _ n: Int, _ raw: [UInt8]) {
    self.kind = kind
    self.n = n
    self.raw = raw
  }

  var frame: [UInt8] {
    var writer = WireWriter(reserving: DecoderRequest.headBytes)
    writer.byte(kind.rawValue)
    writer.number(n)
    return Frame.head(DecoderRequest.headBytes + raw.count) + writer.bytes + raw
  }
}

/// A running child and the worker's end of the socket to it.
struct DecoderChild: Sendable {
  enum Ending {
    case answered
    /// The oldest request is over its wall clock.
    case late
    case oversized
    case died
  }

  let pid: Int32
  let socket: Int32
  let confinement: Confinement

  /// Kills the child with everything it started, and reaps it. Nothing is lost: it holds no state.
  func end() {
    // Its own session: the group holds bwrap and the programs that the child runs.
    kill(-pid, SIGKILL)
    kill(pid, SIGKILL)
    while waitpid(pid, nil, 0) < 0 && errno == EINTR {}
    close(socket)
  }

  /// Sends the calls, several under way, and appends their answers as they come.
  func ask(
    _ calls: ArraySlice<DecoderCall>, _ limits: DecoderLimits,
    _ results: inout [Result<[UInt8], DecoderError>]
  ) -> Ending {
    var sender = FrameSender(calls: calls, limits: limits)
    var receiver = FrameReceiver(most: limits.resultBytes)
    var isOldestSince = ContinuousClock.now
    while !sender.isDone {
      let left = Duration.seconds(limits.wallSeconds) - (ContinuousClock.now - isOldestSince)
      guard left > .zero else { return .late }
      var events = Int16(POLLIN)
      if sender.hasSomethingToSend { events |= Int16(POLLOUT) }
      var entry = pollfd(fd: socket, events: events, revents: 0)
      let milliseconds = Int32(clamping: left.components.seconds * 1000 + 100)
      if poll(&entry, 1, milliseconds) < 0 && errno != EINTR { return .died }
      if entry.revents & Int16(POLLOUT) != 0, !sender.send(to: socket) {
        // What it answered before it died is still to be read.
        sender.stop()
      }
      if entry.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
        switch receiver.receive(from: socket) {
        case .nothing: break
        case .frame(let bytes):
          results.append(.success(bytes))
          sender.noteAnswer()
          isOldestSince = .now
        case .oversized: return .oversized
        case .closed: return .died
        }
      }
    }
    return .answered
  }
}

/// Turns calls into bytes on a socket that may be full.
struct FrameSender {
  private var unsent: ArraySlice<DecoderCall>
  private var underWay: [Int] = []
  private var current: [UInt8] = []
  private var at = 0
  private var isStopped = false
  private let limits: DecoderLimits

  init(calls: ArraySlice<DecoderCall>, limits: DecoderLimits) {
    unsent = calls
    self.limits = limits
  }

  /// True once every call has its answer.
  var isDone: Bool { unsent.isEmpty && underWay.isEmpty }

  var hasSomethingToSend: Bool {
    if isStopped { return false }
    if at < current.count { return true }
    guard !unsent.isEmpty else { return false }
    return underWay.isEmpty
      || underWay.count < limits.requestsUnderWay
        && underWay.reduce(0, +) < limits.bytesUnderWay
  }

  mutating func noteAnswer() { if !underWay.isEmpty { underWay.removeFirst() } }

  mutating func stop() { isStopped = true }

  /// False when the other side is gone.
  mutating func send(to socket: Int32) -> Bool {
    if at == current.count, let call = unsent.popFirst() {
      current = call.frame
      at = 0
      underWay.append(call.raw.count)
    }
    let sent = current.withUnsafeBytes { bytes in
      Glibc.send(
        socket, bytes.baseAddress.map { $0 + at }, bytes.count - at,
        Int32(MSG_NOSIGNAL))
    }
    if sent < 0 { return errno == EAGAIN || errno == EINTR }
    at += sent
    if at == current.count {
      current = []
      at = 0
    }
    return true
  }
}

/// Puts frames together; never reads past the one it is in.
struct FrameReceiver {
  enum Step {
    case nothing
    case frame([UInt8])
    case oversized
    case closed
  }

  private var buffer: [UInt8] = []
  private var length: Int?
  private let most: Int
  private static let chunk = 256 * 1024

  init(most: Int) { self.most = most }

  mutating func receive(from socket: Int32) -> Step {
    let wanted = min((length ?? Frame.headBytes) - buffer.count, Self.chunk)
    var got = 0
    let piece = [UInt8](unsafeUninitializedCapacity: wanted) { room, filled in
      got = recv(socket, room.baseAddress, wanted, Int32(MSG_DONTWAIT))
      filled = max(got, 0)
    }
    if got < 0 { return errno == EAGAIN || errno == EINTR ? .nothing : .closed }
    if got == 0 { return .closed }
    buffer += piece
    guard let length else {
      if buffer.count < Frame.headBytes { return .nothing }
      let announced = Frame.length(buffer)
      buffer = []
      guard announced > 0 else { return .closed }
      guard announced <= most + 1 else { return .oversized }
      length = announced
      return .nothing
    }
    guard buffer.count == length else { return .nothing }
    defer {
      buffer = []
      self.length = nil
    }
    return .frame(buffer)
  }
}
