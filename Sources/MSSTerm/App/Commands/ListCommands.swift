import ArgumentParser
import Domain
import Exports
import Screens
import Settings
import Store

/// `mssterm list`
struct ListCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Rows of a view, newest first.")

  @OptionGroup var options: CommonOptions
  @Option(
    help: ArgumentHelp(
      "todo, mine, preparing, check, ready, uncollected, promised, questions, alarm, all, archive, "
        + "sent, quarantine, outbox, mentions, or the name of a [[view]]; todo unless there is a "
        + "filter, which alone looks in every state."))
  var view: String?
  // A query may begin with a minus.
  @Option(
    parsing: .unconditional,
    help: "As typed under F3: words, état:prête, à:moi, marque:urgent, -état:remise.")
  var filter: String?
  @Option(help: "0 is all.") var limit = 50

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let count = limit == 0 ? Int.max : max(0, limit)
    if view == "outbox" {
      try OutboxCommand.list(session, json: options.json, limit: count)
      return
    }
    if view == "mentions" {
      let member = try session.actor(options).member
      try MentionRows.list(session, of: member, limit: count, json: options.json)
      return
    }
    let place = try self.place(session)
    let rows: [MessageRow]
    if let filter {
      rows = try filtered(Filter(filter, session, options), place, session, limit: count)
    } else {
      rows = try self.rows(of: place, session, limit: count)
    }
    Rows.show(Array(rows.prefix(count)), session, json: options.json)
  }

  /// What `--view` means, read once: « mine » asks who acts, and a PIN is slow to prove.
  private enum Place {
    case list(MessageList)
    case queue(QueueView, member: String?)
    case custom(Filter)
  }

  private func place(_ session: Session) throws -> Place {
    guard let view else { return .queue(filter == nil ? .todo : .all, member: nil) }
    if let list = MessageList(rawValue: view) { return .list(list) }
    if let queue = QueueView(rawValue: view) {
      return .queue(queue, member: try queue == .mine ? session.actor(options).member.id : nil)
    }
    let own = session.configuration.views.first { folded($0.name) == folded(view) }
    guard let own else { throw unknownView(session) }
    return .custom(try Filter(own.query, session, options))
  }

  private func filtered(
    _ filter: Filter, _ place: Place, _ session: Session, limit: Int
  ) throws -> [MessageRow] {
    switch place {
    case .queue(let view, let member):
      return try filter.rows(of: view, mine: member, session, limit: limit)
    case .list(let list):
      return try filter.rows(of: list, session, limit: limit) {
        try rows(of: place, session, limit: .max)
      }
    case .custom(let own):
      return try own.and(filter).rows(of: .all, mine: nil, session, limit: limit)
    }
  }

  private func rows(
    of place: Place, _ session: Session, limit: Int
  ) throws -> [MessageRow] {
    if case .custom(let own) = place {
      return try own.rows(of: .all, mine: nil, session, limit: limit)
    }
    let clock = session.clock()
    return try Rows.all(limit: limit) { after, size in
      try session.ask { store throws(StoreError) in
        switch place {
        case .list(let list): return try store.messages(list, after: after, limit: size)
        case .queue(let queue, let member):
          return try store.page(
            of: queue, member: member, clock: clock, after: after, limit: size
          ).rows.map {
            MessageRow(
              key: $0.key, message: $0.message, order: $0.order, isPending: $0.isPending,
              isMessageAbsent: $0.isMessageAbsent)
          }
        case .custom: return []
        }
      }
    }
  }

  private func unknownView(_ session: Session) -> CommandFailure {
    let known =
      (QueueView.allCases.map(\.rawValue) + ["sent", "quarantine", "outbox", "mentions"]
      + session.configuration.views.map(\.name)).joined(separator: ", ")
    return CommandFailure(
      .usage, "Vue inconnue ; connues : \(known).", "Unknown view; known: \(known).")
  }
}

/// `mssterm search`
struct SearchCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Full text over every state, accent-insensitive; état:prête and the rest too.")

  @OptionGroup var options: CommonOptions
  @Argument var query: [String]
  @Option(help: "0 is all.") var limit = 50

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let text = query.joined(separator: " ")
    let count = limit == 0 ? Int.max : max(0, limit)
    let filter = try Filter(text, session, options)
    let rows =
      filter.query.isText
      ? try Rows.search(session, text, limit: count)
      : try filter.rows(of: .all, session, limit: count) {
        try Rows.all(limit: .max) { after, size in
          try session.ask { store throws(StoreError) in
            try store.messages(.all, after: after, limit: size)
          }
        }
      }
    Rows.show(rows, session, json: options.json)
    if rows.isEmpty, !options.json {
      Output.error(session.words.language.strings.noResult(text).joined(separator: " "))
    }
  }
}

/// Rows as both commands fetch and print them.
enum Rows {
  private static let pageSize = 200

  /// Keyset pages until `limit` or the end: no list is ever held by one long read.
  static func all(
    limit: Int, page: (RowKey?, Int) throws -> [MessageRow]
  ) throws -> [MessageRow] {
    var rows: [MessageRow] = []
    while rows.count < limit {
      let size = min(pageSize, limit - rows.count)
      let next = try page(rows.last?.key, size)
      rows += next
      if next.count < size { break }
    }
    return rows
  }

  static func search(_ session: Session, _ query: String, limit: Int) throws -> [MessageRow] {
    let rows = try session.ask { store throws(StoreError) in
      try store.search(query, limit: limit)
    }
    return Array(rows.prefix(limit))
  }

  static func show(_ rows: [MessageRow], _ session: Session, json: Bool) {
    let now = session.environment.now()
    for row in rows {
      if json {
        Output.json(
          RowJSON.row(
            row.message, order: row.order, bal: session.settings.bal.address,
            isPending: row.isPending, isMessageAbsent: row.isMessageAbsent))
      } else {
        show(row, session.words, now)
      }
    }
  }

  /// `m7k2…  d3xa…  20/11 10:41  à prendre  envoyé par MARTIN Jeanne  Ordonnance`; one message may
  /// stand for several demandes, which their own id tells apart.
  private static func show(_ row: MessageRow, _ words: Words, _ now: Timestamp) {
    let at = CivilTime(row.message.receivedAt)
    if let purged = row.order?.purgedAt {
      Output.row(
        [row.message.id] + (row.order.map { [$0.id] } ?? []),
        "\(at.dayMonth) \(at.hourMinute)  \(words.language.strings.purgedSentence(purged))")
      return
    }
    let status =
      row.order.map { words.language.strings.status($0.status, of: $0.kind) } ?? "-"
    let owner = row.order?.owner.map { " \($0.initials)" } ?? ""
    var who = Who.wrote(row.message.sender, words)
    if let patient = row.order?.patient, patient.isConfirmed {
      who = words("pour ", "for ") + patient.name
    } else if row.message.sender.kind == .patient {
      who = words("envoyé par ", "sent by ") + who
    }
    Output.row(
      [row.message.id] + (row.order.map { [$0.id] } ?? []),
      "\(at.day(now: now)) \(at.hourMinute)  \(status)\(owner)  \(who)  \(row.message.title)")
  }
}
