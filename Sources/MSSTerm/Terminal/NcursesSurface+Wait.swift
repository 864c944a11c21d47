internal import CNcurses
internal import Cells
internal import Glibc

extension NcursesSurface {
  /// Inputs of one `wait`: more stay in the terminal for the next.
  static let mostInputs = 4096
  private static let chunk = 4096

  public func wait(until deadline: ContinuousClock.Instant?) -> [Input] {
    while true {
      var inputs = untold
      untold = []
      let ready = pollOnce(until: inputs.isEmpty ? deadline : .now)
      if ready.contains(.signals) { takeSignals(into: &inputs) }
      if ready.contains(.terminal) { readTerminal(into: &inputs) }
      if let patience = decoderDeadline, patience <= .now { giveUp(into: &inputs) }
      if ready.contains(.doorbell) {
        nc_drain(descriptors.doorbell)
        inputs.append(.doorbell)
      }
      if ready.contains(.wake) {
        wake.hush()
        inputs.append(.posted)
      }
      if ready.contains(.room), let (frame, theme) = waiting { present(frame, theme: theme) }
      if inputs.isEmpty, let deadline, deadline <= .now { inputs.append(.deadline) }
      if !inputs.isEmpty { return inputs }
    }
  }

  /// Which descriptors have something.
  private struct Ready: OptionSet {
    let rawValue: Int
    static let terminal = Ready(rawValue: 1)
    static let signals = Ready(rawValue: 2)
    static let doorbell = Ready(rawValue: 4)
    static let wake = Ready(rawValue: 8)
    /// The terminal takes bytes again.
    static let room = Ready(rawValue: 16)
  }

  private func pollOnce(until deadline: ContinuousClock.Instant?) -> Ready {
    let isWaiting = waiting != nil && !isGone
    // poll() passes over negative descriptors.
    var list = [
      pollfd(fd: isGone ? -1 : options.input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptors.signalReader, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptors.doorbell, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isWaiting ? options.output : -1, events: Int16(POLLOUT), revents: 0),
    ]
    let soonest = [deadline, decoderDeadline].compactMap(\.self).min()
    // An interrupted poll has a byte in the signal pipe: the next round sees it.
    guard poll(&list, nfds_t(list.count), Self.milliseconds(until: soonest)) > 0 else { return [] }
    return list.enumerated().reduce(into: Ready()) { ready, item in
      if item.element.revents != 0 { ready.insert(Ready(rawValue: 1 << item.offset)) }
    }
  }

  /// Rounded up, so that a wait never ends before its instant and spins.
  private static func milliseconds(until instant: ContinuousClock.Instant?) -> Int32 {
    guard let instant else { return -1 }
    let left = ContinuousClock.now.duration(to: instant)
    guard left > .zero else { return 0 }
    let (seconds, attoseconds) = left.components
    guard seconds < 86_400 else { return 86_400_000 }
    let attosecondsInMillisecond: Int64 = 1_000_000_000_000_000
    let part = (attoseconds + attosecondsInMillisecond - 1) / attosecondsInMillisecond
    return Int32(seconds) * 1000 + Int32(part)
  }

  private func readTerminal(into inputs: inout [Input]) {
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    while inputs.count < Self.mostInputs {
      let count = read(options.input, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        // Nobody is behind the glass any more. Never read again: it would return at once for ever.
        isGone = true
        decoderDeadline = nil
        inputs.append(.signal(.hangup))
        return
      }
      decoder.feed(buffer[..<count], into: &inputs)
      decoderDeadline = decoder.patience.map { .now + $0 }
      var more = pollfd(fd: options.input, events: Int16(POLLIN), revents: 0)
      guard count > Self.chunk / 2, poll(&more, 1, 0) == 1 else { return }
    }
  }

  private func giveUp(into inputs: inout [Input]) {
    decoder.giveUp(into: &inputs)
    decoderDeadline = nil
  }

  private func takeSignals(into inputs: inout [Input]) {
    var isMeasured = false
    for number in descriptors.takeSignals() {
      switch number {
      case SIGTERM: inputs.append(.signal(.terminate))
      case SIGHUP: inputs.append(.signal(.hangup))
      case SIGINT: inputs.append(.signal(.interrupt))
      case SIGTSTP: inputs.append(.signal(.stop))
      case SIGCONT:
        recover()
        inputs.append(.signal(.continued))
      case SIGWINCH where !isMeasured:
        isMeasured = true
        if measure() { inputs.append(.resized(size)) }
      default: break
      }
    }
    inputs.append(contentsOf: untold)
    untold = []
  }
}
