/// « Relève »: what one shift leaves to the next, as it is now.
public struct HandoverSheet: Hashable, Sendable {
  public enum Section: String, Sendable, Hashable, CaseIterable {
    case taken, check, missing, questions, todo, uncollected, alarms, held

    /// Where its lines are found in the queue.
    public var view: QueueView {
      switch self {
      case .taken: .preparing
      case .check: .check
      case .missing: .promised
      case .questions: .questions
      case .uncollected: .uncollected
      case .todo: .todo
      case .alarms: .alarm
      case .held: .all
      }
    }
  }

  /// One line of it.
  public struct Item: Hashable, Sendable {
    public var section: Section
    public var row: QueueRow
    /// Identifier of the answer that the line tells of.
    public var held: String?
  }

  /// An answer that was stopped and that somebody must decide about.
  public struct Held: Hashable, Sendable {
    public var item: String
    /// Its demande, where that is now.
    public var row: QueueRow
    public var author: Author
    public var queuedAt: Timestamp

    public init(item: String, row: QueueRow, author: Author, queuedAt: Timestamp) {
      self.item = item
      self.row = row
      self.author = author
      self.queuedAt = queuedAt
    }
  }

  /// What a colleague wrote on it for those who come next.
  public struct Note: Hashable, Sendable {
    public var text: NoteText
    public var author: Author
    public var at: Timestamp

    public init(text: NoteText, author: Author, at: Timestamp) {
      self.text = text
      self.author = author
      self.at = at
    }
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
  /// Oldest first; `outboxHeld` counts them all.
  public var held: [Held] = []
  public var outboxHeld = 0
  /// The last note of each demande listed, when it is of this opening day or the one before.
  public var notes: [Order.ID: Note] = [:]
  /// Opening days a note is told of.
  public static let noteDays = 2
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

  /// Whether a demande found in the view of that section is told of there.
  public static func tells(_ section: Section, of order: Order) -> Bool {
    switch section {
    case .missing: !order.markers.missing.isEmpty || order.status == .partial
    case .questions: order.isUnanswered
    default: true
    }
  }

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
      section == .held
        ? held.map { Item(section: section, row: $0.row, held: $0.item) }
        : (section == .taken ? hands.flatMap(\.rows) : self[section]).map {
          Item(section: section, row: $0)
        }
    }
  }
}

extension Order {
  /// A mail of it has no answer, or something is still asked of somebody.
  fileprivate var isUnanswered: Bool {
    if markers.questionPatient != nil || markers.questionPrescriber != nil { return true }
    return answered == nil || isAnswered != true
  }
}
