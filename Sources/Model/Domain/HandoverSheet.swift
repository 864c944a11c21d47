/// « Relève »: what one shift leaves to the next, as it is now.
public struct HandoverSheet: Hashable, Sendable {
  public enum Section: String, Sendable, Hashable, CaseIterable {
    case taken, check, missing, questions, uncollected, alarms

    /// Where its lines are found in the queue.
    public var view: QueueView {
      switch self {
      case .taken: .preparing
      case .check: .check
      case .missing: .promised
      case .questions: .questions
      case .uncollected: .uncollected
      case .alarms: .alarm
      }
    }
  }

  /// One line of it.
  public struct Item: Hashable, Sendable {
    public var section: Section
    public var row: QueueRow
  }

  /// What one person has in hand.
  public struct Hand: Hashable, Sendable {
    public var owner: Order.Owner
    public var rows: [QueueRow]
  }

  /// What each section may hold; more is told as « et d'autres ».
  public static let limit = 100

  public var rows: [Section: [QueueRow]]
  /// Sections that hold more than is listed.
  public var cut: Set<Section>
  /// Every ready demande, the uncollected among them.
  public var readyCount: Int
  public var outboxWaiting: Int
  public var outboxTrouble: Int
  public var sync: SyncStatus
  /// When the last backup ended; nil when none is known.
  public var backupAt: Timestamp?

  public init(
    rows: [Section: [QueueRow]] = [:], cut: Set<Section> = [], readyCount: Int = 0,
    outboxWaiting: Int = 0, outboxTrouble: Int = 0, sync: SyncStatus, backupAt: Timestamp? = nil
  ) {
    self.rows = rows
    self.cut = cut
    self.readyCount = readyCount
    self.outboxWaiting = outboxWaiting
    self.outboxTrouble = outboxTrouble
    self.sync = sync
    self.backupAt = backupAt
  }

  public subscript(section: Section) -> [QueueRow] { rows[section] ?? [] }

  /// Who has what, by name; the oldest work of each first.
  public var hands: [Hand] {
    var hands: [String: Hand] = [:]
    for row in self[.taken].reversed() {
      guard let owner = row.order.owner else { continue }
      hands[owner.memberID, default: Hand(owner: owner, rows: [])].rows.append(row)
    }
    return hands.values.sorted {
      ($0.owner.name, $0.owner.memberID) < ($1.owner.name, $1.owner.memberID)
    }
  }

  /// Every line in the order of the sheet; a demande may stand in several sections.
  public var items: [Item] {
    Section.allCases.flatMap { section in
      (section == .taken ? hands.flatMap(\.rows) : self[section]).map {
        Item(section: section, row: $0)
      }
    }
  }
}
