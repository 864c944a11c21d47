import Domain
import Screens
import Store

/// What `--filter` asks, read once and asked of whichever list.
struct Filter {
  let query: ViewQuery
  /// Whose « moi ».
  let member: String?
  let clock: WorkClock

  init(_ text: String, _ session: Session, _ options: CommonOptions) throws {
    clock = session.clock()
    do {
      query = try ViewQuery.parse(text, now: clock.now)
    } catch {
      throw CommandFailure(.usage, error.french, error.english)
    }
    let isMine = query.terms.contains { $0.test == .owner(.me) }
    member = isMine ? try session.actor(options).member.id : nil
  }

  private init(_ query: ViewQuery, member: String?, clock: WorkClock) {
    self.query = query
    self.member = member
    self.clock = clock
  }

  /// Both must hold.
  func and(_ other: Filter) -> Filter {
    Filter(
      ViewQuery(query.terms + other.query.terms), member: member ?? other.member, clock: clock)
  }

  /// Demandes of a view; `mine` is whose « les miennes ».
  func rows(
    of view: QueueView, mine: String?, _ session: Session, limit: Int
  ) throws -> [MessageRow] {
    try session.ask { store throws(StoreError) in
      // « Les miennes » and « moi » are the same person.
      try store.matching(query, in: view, member: mine ?? member, clock: clock, limit: limit)
    }.rows.map { MessageRow(key: $0.key, message: $0.message, order: $0.order) }
  }

  /// Messages of a list: words are looked for in each, the rest is asked of its demande.
  func rows(
    of list: MessageList, _ session: Session, limit: Int,
    all: () throws -> [MessageRow]
  ) throws -> [MessageRow] {
    let words = query.terms.compactMap { term -> String? in
      switch term.test {
      case .word(let word) where !term.isNegated: word
      case .phrase(let phrase) where !term.isNegated: phrase
      default: nil
      }
    }
    let found =
      words.isEmpty
      ? try all() : try Rows.search(session, words.joined(separator: " "), limit: .max)
    let kept = found.filter { row in
      guard let order = row.order else { return words.count == query.terms.count }
      return query.holds(for: order, messages: [row.message], clock: clock, member: member)
    }
    return Array(kept.filter { isIn(list, $0) }.prefix(limit))
  }

  private func isIn(_ list: MessageList, _ row: MessageRow) -> Bool {
    switch list {
    case .all: true
    case .sent: row.message.isOutgoing
    case .quarantine: row.message.kind == .unreadable
    }
  }
}
