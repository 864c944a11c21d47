/// The number of a message in one mailbox under one UIDVALIDITY: never zero, never reused.
///
/// Source: RFC 3501, 2.3.1.1.
public struct UID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let rawValue: UInt32

  /// Nil for zero, which no message may have.
  public init?(_ rawValue: UInt32) {
    guard rawValue != 0 else { return nil }
    self.rawValue = rawValue
  }

  init?(digits: some Collection<UInt8>) {
    guard let number = UInt32(digits: digits) else { return nil }
    self.init(number)
  }

  private init(known rawValue: UInt32) { self.rawValue = rawValue }

  public static let first = UID(known: 1)
  public static let max = UID(known: .max)

  /// The UID after this one; nil at the end of the number space.
  public var next: UID? { rawValue == .max ? nil : UID(known: rawValue + 1) }

  public var description: String { String(rawValue) }

  public static func < (left: UID, right: UID) -> Bool { left.rawValue < right.rawValue }
}

/// A set of UIDs as sorted, disjoint ranges, with an optional open end (`n:*` or `*`).
///
/// A server may name four thousand million UIDs in twelve bytes: nothing here expands a range
/// unless the caller states a limit (``uids(limit:)``). Source: RFC 3501, 9, `sequence-set`.
public struct UIDSet: Hashable, Sendable, CustomStringConvertible {
  /// An end that only the server can resolve. Never found in a server's answer.
  public enum Tail: Hashable, Sendable {
    /// `*`: the highest UID in the mailbox.
    case last
    /// `n:*`: from n on. It always names at least the last message, even when that is below n.
    case from(UID)
  }

  public private(set) var ranges: [ClosedRange<UID>]
  public private(set) var tail: Tail?

  public init(ranges: [ClosedRange<UID>] = [], tail: Tail? = nil) {
    self.ranges = UIDSet.merged(ranges)
    self.tail = tail
  }

  public init(_ uids: some Sequence<UID>) {
    self.init(ranges: uids.map { $0...$0 })
  }

  /// Every message from `uid` on, plus always the last one.
  public static func from(_ uid: UID) -> UIDSet { UIDSet(tail: .from(uid)) }

  /// Every message of the mailbox.
  public static let all = UIDSet.from(.first)

  public var isEmpty: Bool { ranges.isEmpty && tail == nil }

  /// How many UIDs the closed ranges name; the open end does not count.
  public var count: UInt64 {
    ranges.reduce(0) { $0 + UInt64($1.upperBound.rawValue - $1.lowerBound.rawValue) + 1 }
  }

  /// Whether a closed range names it; the open end does not count.
  public func contains(_ uid: UID) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < uid { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(uid)
  }

  /// The UIDs of the closed ranges in order, or nil when there are more than `limit`.
  public func uids(limit: Int) -> [UID]? {
    guard count <= UInt64(Swift.max(limit, 0)) else { return nil }
    return ranges.flatMap { range in
      (range.lowerBound.rawValue...range.upperBound.rawValue).compactMap { UID($0) }
    }
  }

  public var description: String {
    var parts = ranges.map { range in
      range.lowerBound == range.upperBound
        ? "\(range.lowerBound)" : "\(range.lowerBound):\(range.upperBound)"
    }
    switch tail {
    case .last: parts.append("*")
    case .from(let uid): parts.append("\(uid):*")
    case nil: break
    }
    return parts.joined(separator: ",")
  }

  /// Reads `1:3,5,9:*`; `3:1` means the same as `1:3`. Nil for anything else.
  public init?(parsing text: some Collection<UInt8>) {
    var ranges: [ClosedRange<UID>] = []
    var tail: Tail?
    for part in text.split(separator: ASCII.comma, omittingEmptySubsequences: false) {
      let ends = part.split(separator: ASCII.colon, omittingEmptySubsequences: false)
      let uids = ends.map { UID(digits: $0) }
      let stars = ends.filter { $0.elementsEqual("*".utf8) }.count
      guard (1...2).contains(ends.count), uids.count(where: { $0 == nil }) == stars else {
        return nil
      }
      let numbers = uids.compactMap { $0 }
      if let low = numbers.min(), let high = numbers.max() {
        if stars == 0 { ranges.append(low...high) } else { tail = UIDSet.wider(tail, low) }
      } else if tail == nil {
        tail = .last
      }
    }
    self.init(ranges: ranges, tail: tail)
  }

  private static func wider(_ tail: Tail?, _ uid: UID) -> Tail {
    guard case .from(let other) = tail else { return .from(uid) }
    return .from(min(uid, other))
  }

  private static func merged(_ ranges: [ClosedRange<UID>]) -> [ClosedRange<UID>] {
    var result: [ClosedRange<UID>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= (last.upperBound.next ?? .max) {
        let upper = Swift.max(last.upperBound, range.upperBound)
        result[result.count - 1] = last.lowerBound...upper
      } else {
        result.append(range)
      }
    }
    return result
  }
}
