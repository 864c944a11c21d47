public import Domain

/// What an anchor book says of a journal, to be compared with it.
public struct Anchors: Hashable, Sendable {
  public struct Kept: Hashable, Sendable {
    public var anchor: JournalAnchor
    /// When it was written, by the clock of who wrote it.
    public var day: Timestamp
    /// The journal's line is not older than that.
    public var since: Timestamp
  }

  /// Oldest first.
  public var kept: [Kept]
  /// What counted before a restore that is the last word: it was perhaps ended before it happened.
  var former: [Kept]?
  /// Lines that are no anchors, or one for a file that cannot be read.
  public var badLines: Int
  /// When they are compared.
  var now: Timestamp

  /// Seconds: a machine that had no anchors wrote its first one that long after the line at most.
  static let firstSlack: Int64 = 31 * 86_400

  public var count: Int { kept.count }

  /// Nothing was kept outside the store.
  public static let none = Anchors(kept: [], former: nil, badLines: 0, now: Timestamp(seconds: 0))

  /// Those up to a line: what a copy can know.
  public func through(_ seq: Int64) -> Anchors {
    var anchors = self
    anchors.kept.removeAll { $0.anchor.seq > seq }
    anchors.former?.removeAll { $0.anchor.seq > seq }
    return anchors
  }

  /// Until when lines may be gone under a purge that `line` tells of: by the clock of whoever
  /// anchored that line first, for the journal itself may say any time; nobody did yet: by now.
  func purgeLimit(line: Int64) -> Timestamp {
    let witness = kept.first { $0.anchor.seq >= line }?.day ?? now
    return witness.adding(seconds: -JournalKeeping.floor)
  }
}
