import IMAP
import NIOCore

extension IMAPSession {
  /// How a range is walked: a screenful first, then in windows, in wider steps over gaps.
  private struct Steps {
    private var left: ClosedRange<UInt32>?
    private let isDescending: Bool
    private var width = SyncLimits.firstEnvelopes

    init(_ range: ClosedRange<UInt32>, newestFirst: Bool) {
      left = range
      isDescending = newestFirst
    }

    mutating func next() -> ClosedRange<UInt32>? {
      guard let left else { return nil }
      let reach = min(width - 1, left.upperBound - left.lowerBound)
      let step =
        isDescending
        ? (left.upperBound - reach)...left.upperBound
        : left.lowerBound...(left.lowerBound + reach)
      if step == left {
        self.left = nil
      } else if isDescending {
        self.left = left.lowerBound...(step.lowerBound - 1)
      } else {
        self.left = (step.upperBound + 1)...left.upperBound
      }
      width = max(width, SyncLimits.envelopes)
      return step
    }

    /// Wide gaps are crossed in longer steps, dense ranges never.
    mutating func learn(_ count: Int) {
      width = count == 0 ? min(width * 4, SyncLimits.envelopes * 64) : SyncLimits.envelopes
    }
  }

  private var envelopeItems: [Command.FetchItem] {
    switch modesty {
    case .none: [.uid, .flags, .internalDate, .size, .envelope]
    case .withoutSizes: [.uid, .flags, .internalDate, .envelope]
    case .withoutEnvelopes: [.uid, .flags, .internalDate]
    }
  }

  var announces: Bool { true }

  /// One window is on its way while the one before is being read.
  func envelopes(
    in range: ClosedRange<UInt32>, newestFirst: Bool,
    _ take: ([Envelope], ClosedRange<UInt32>) throws(SyncFailure) -> Bool
  ) throws(SyncFailure) {
    var steps = Steps(range, newestFirst: newestFirst)
    var flights: [(range: ClosedRange<UInt32>, answer: EventLoopFuture<Answer>)] = []
    // A server may answer two commands at once: what came early belongs to the next window.
    var early: [Response] = []
    var goesOn = true
    while true {
      while goesOn, flights.count < 2, let step = steps.next(), let set = Self.set(step) {
        flights.append((step, connection.begin(.fetch(set, envelopeItems))))
      }
      guard !flights.isEmpty else { return }
      let flight = flights.removeFirst()
      let answer = try connection.finish(flight.answer)
      guard goesOn else { continue }
      if answer.completion.code == .limit { throw .limit }
      let responses = early + answer.responses
      early = flights.isEmpty ? [] : responses.filter { !Self.lies($0, in: flight.range) }
      let isWhole = answer.completion.isOK && !Self.isDamaged(responses)
      // What is asked for now is answered alone, with nothing else under way.
      if !isWhole { for other in flights { _ = try connection.finish(other.answer) } }
      let found = try envelopes(of: responses, in: flight.range, isWhole: isWhole)
      steps.learn(found.count)
      goesOn = try take(found, flight.range)
    }
  }

  private static func lies(_ response: Response, in range: ClosedRange<UInt32>) -> Bool {
    guard case .fetch(let message) = response, let uid = message.uid else { return true }
    return range.contains(uid.rawValue)
  }

  private static func set(_ range: ClosedRange<UInt32>) -> UIDSet? {
    guard let low = UID(range.lowerBound), let high = UID(range.upperBound) else { return nil }
    return UIDSet(ranges: [low...high])
  }

  private static func isDamaged(_ responses: [Response]) -> Bool {
    responses.contains { if case .unreadable(name: "FETCH", _, _) = $0 { true } else { false } }
  }

  /// Ascending. A message whose envelope cannot be read, or that makes the server say no, is
  /// listed without one: it must not be passed over.
  private func envelopes(
    of responses: [Response], in range: ClosedRange<UInt32>, isWhole: Bool
  ) throws(SyncFailure) -> [Envelope] {
    var listed = Self.listed(responses)
    if !isWhole, let set = Self.set(range) { listed = try describe(set) }
    var headers: [UInt32: [UInt8]] = [:]
    for case .fetch(let message) in responses {
      guard let uid = message.uid?.rawValue, headers[uid] == nil,
        let envelope = message.others["ENVELOPE"]
      else { continue }
      headers[uid] = EnvelopeHeader.bytes(envelope)
    }
    return listed.filter { range.contains($0.uid) }
      .map { Envelope(listed: $0, header: headers[$0.uid] ?? []) }
  }
}
