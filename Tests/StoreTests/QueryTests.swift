import Domain
import Foundation
import GRDB
import Testing

@testable import Store

private let parisIsPinned: Bool = {
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
  tzset()
  return true
}()

/// Demandes in every state, with few words so that queries meet them.
private struct Shelf {
  let officine: Officine
  /// By the identifier of the message.
  var mails: [Message.ID: Mail]
  /// Demandes that gestures go to.
  var orders: [Order.ID]
  var notes: [Order.ID: [String]] = [:]
  let seed = UInt64.random(in: 0..<1_000_000)
  var dice: Dice

  static let names = ["Jeanne MARTIN", "Zoé ŒUVRARD", "Élodie ROUX", "Dr Camille DURAND", "Ana LÔ"]
  static let words = ["ordonnance", "Lévothyrox", "biologie", "résultat", "rappeler", "demain"]
  static let people = [claire, lea]

  init() throws {
    precondition(parisIsPinned)
    officine = try Officine()
    var dice = Dice(state: seed)
    var mails: [Message.ID: Mail] = [:]
    for n in 1...24 {
      let kind: MessageKind = [.prescription, .message, .document][n % 3]
      var mail = Mail(
        n: n, name: Self.names[n % 5], address: "n\(n % 7)@mail.example",
        subject: Self.words[n % 6],
        text: Self.words.shuffled(using: &dice).prefix(2).joined(separator: " "), kind: kind,
        at: -Int64.random(in: 0..<(20 * 86400), using: &dice))
      if n % 4 == 0 { mail.patient = Patient(name: Self.names[n % 3], source: .sender) }
      try officine.store.take(mail)
      mails[mail.id] = mail
    }
    self.mails = mails
    self.dice = dice
    orders = mails.values.map(\.order).sorted()
    for n in 1...160 { work(n) }
    for n in 1...24 { try regroup(n) }
  }

  /// A renewal, a split, an attachment, or one more mail on a demande that has some.
  private mutating func regroup(_ n: Int) throws {
    guard let id = orders.randomElement(using: &dice),
      let other = orders.randomElement(using: &dice),
      let order = try officine.store.order(id)
    else { return }
    switch n % 4 {
    case 0:
      let error = problem {
        _ = try officine.store.renew(
          id, newID: "dnew\(n)", by: claire, eventIDs: ("o\(n)", "a\(n)", "r\(n)"),
          now: later(Int64(n)))
      }
      guard error == nil else { return }
      orders.append("dnew\(n)")
      if let name = order.patient?.name, order.patient?.source != .sender {
        notes["dnew\(n)", default: []].append(name)
      }
    case 1:
      guard let message = order.messages.last, order.messages.count > 1 else { return }
      let error = problem {
        _ = try officine.store.split(
          message, from: id, newID: "dnew\(n)", by: claire,
          eventIDs: ("s\(n)", "o\(n)", "a\(n)"), now: later(Int64(n)))
      }
      if error == nil { orders.append("dnew\(n)") }
    case 2:
      let error = problem {
        _ = try officine.store.attach(
          other, to: id, by: claire, eventIDs: ("x\(n)", "y\(n)"), now: later(Int64(n)))
      }
      guard error == nil else { return }
      // What is owed there, and whom its papers name, came along.
      for event in try officine.store.events(of: id) where event.id.hasPrefix("x\(n)/") {
        notes[id, default: []] += words(of: event.gesture)
      }
    default:
      guard let first = order.messages.first, let mail = mails[first] else { return }
      let next = Mail(
        n: 100 + n, name: Self.names[n % 5], subject: Self.words[n % 6],
        text: Self.words.randomElement(using: &dice) ?? "", kind: .message,
        references: [Mail.header(mail.n)])
      try officine.store.take(next)
      mails[next.id] = next
    }
  }

  private mutating func work(_ n: Int) {
    guard let id = orders.randomElement(using: &dice) else { return }
    let gesture = gesture(n)
    let who = Self.people.randomElement(using: &dice) ?? claire
    let at = -Int64.random(in: 0..<(9 * 86400), using: &dice)
    let error = problem {
      try officine.store.act(gesture, on: id, by: who, event: "q\(n)", at: at)
    }
    if error == nil { notes[id, default: []] += words(of: gesture) }
  }

  /// What a search finds of it.
  private func words(of gesture: Gesture) -> [String] {
    switch gesture {
    case .noted(let note): [note.forTheTeam]
    case .patientNamed(let patient): [patient.name]
    case .messageArrived(_, let patient?): [patient.name]
    case .marked(.missing(let product)): [product.product]
    case .marked(.shelf(let text)): [text]
    default: []
    }
  }

  private mutating func gesture(_ n: Int) -> Gesture {
    let word = Self.words.randomElement(using: &dice) ?? "x"
    switch Int.random(in: 0..<14, using: &dice) {
    case 0...1: return .taken(over: nil)
    case 2: return .released
    case 3...6:
      return .moved(to: Order.Status.allCases.randomElement(using: &dice) ?? .closed, reason: "m")
    case 7:
      let due = later(Int64.random(in: -500_000..<500_000, using: &dice))
      return .marked(.missing(MissingProduct(product: word, due: n % 2 == 0 ? due : nil)))
    case 8: return .marked(.urgent)
    case 9:
      return .marked(.promised(later(Int64.random(in: -500_000..<500_000, using: &dice))))
    case 10:
      return .patientNamed(
        Patient(name: Self.names.randomElement(using: &dice) ?? "x", source: .person))
    case 11: return .marked(.shelf(word))
    case 12: return .printed(printer: "lp")
    default: return .noted(NoteText(word + " demain"))
    }
  }

  /// One that means something.
  mutating func term() -> String {
    let minus = Int.random(in: 0..<4, using: &dice) == 0 ? "-" : ""
    let key = QueryKey.allCases.randomElement(using: &dice) ?? .state
    switch Int.random(in: 0..<10, using: &dice) {
    case 0...3:
      let word = Self.words.randomElement(using: &dice) ?? "x"
      return minus + word.prefix(Int.random(in: 2...word.count, using: &dice))
    case 4:
      return minus + "à:"
        + (["moi", "personne", "CB", "léa", "claire"].randomElement(using: &dice) ?? "")
    case 5:
      let name = Self.names.randomElement(using: &dice) ?? "x"
      let part = name.split(separator: " ").randomElement(using: &dice) ?? "x"
      return minus + (Bool.random(using: &dice) ? "de:" : "pour:") + part.prefix(3)
    default:
      let value = key.values(french: Bool.random(using: &dice)).randomElement(using: &dice) ?? "x"
      return "\(minus)\(key.name(french: true)):\(value)"
    }
  }

  func everything() throws -> [(order: Order, messages: [Message])] {
    try officine.store.everyOrder().map { order in
      (order, try order.messages.compactMap { try officine.store.message($0) })
    }
  }

  /// The slow truth: every demande, every message, every note, word by word.
  func reference(
    _ query: ViewQuery, in everything: [(order: Order, messages: [Message])], member: String?,
    clock: WorkClock
  ) -> [Order.ID] {
    guard !query.terms.isEmpty else { return [] }
    return everything.filter { order, messages in
      guard query.holds(for: order, messages: messages, clock: clock, member: member) else {
        return false
      }
      let mail = order.messages.compactMap { mails[$0] }.map {
        "\($0.name) \($0.address) \($0.subject) \($0.text) officine pharma example Pharmacie "
          + ($0.patient?.name ?? "")
      }
      let texts = mail + (notes[order.id] ?? [])
      return query.terms.allSatisfy { term in
        guard case .word(let word) = term.test else { return true }
        return texts.contains { QueryText.begins($0, with: word) } != term.isNegated
      }
    }.map(\.order.id)
  }
}

@Suite struct QueryTests {
  private let hours = OpeningHours(
    week: [[]] + Array(repeating: [OpeningHours.Span(start: 510, end: 1170)], count: 6))

  @Test func `a query finds what a slow reading of everything finds`() throws {
    var shelf = try Shelf()
    let clock = WorkClock(now: later(3600), hours: hours)
    let everything = try shelf.everything()
    var met = 0
    // Every value of the vocabulary alone, with and without minus; then whatever comes together.
    var texts = QueryKey.allCases.flatMap { key in
      key.values(french: true).flatMap { value in
        ["", "-"].map { "\($0)\(key.name(french: true)):\(value)" }
      }
    }
    for _ in 0..<400 {
      let count = Int.random(in: 1...3, using: &shelf.dice)
      texts.append((0..<count).map { _ in shelf.term() }.joined(separator: " "))
    }
    for text in texts {
      let query = try ViewQuery.parse(text, now: clock.now)
      let member = Bool.random(using: &shelf.dice) ? claire.member.id : nil
      let found = try shelf.officine.store.matching(
        query, member: member, clock: clock, limit: 100
      ).rows.map(\.id)
      let expected = shelf.reference(query, in: everything, member: member, clock: clock)
      #expect(found == expected, "\(text) seed \(shelf.seed)")
      let counted = try shelf.officine.store.count(query, member: member, clock: clock)
      #expect(counted == expected.count, "\(text) seed \(shelf.seed)")
      if !expected.isEmpty { met += 1 }
    }
    #expect(met > 80, "seed \(shelf.seed)")
  }

  @Test func `two words are found in two mails, in a mail and a name, in a product and a note`()
    throws
  {
    let officine = try Officine()
    let store = officine.store
    for n in 1...4 {
      try store.take(Mail(n: n, name: "Zoé", subject: "Ordonnance", text: "Eliquis \(n)"))
    }
    let ids = (1...4).map { Mail(n: $0).order }
    try store.act(
      .patientNamed(Patient(name: "MARTIN Jeanne", source: .person)), on: ids[0], event: "a")
    try store.act(.marked(.missing(MissingProduct(product: "Ventoline"))), on: ids[1], event: "b")
    try store.act(.noted("rappeler le docteur Petit"), on: ids[1], event: "c")
    try store.take(Mail(n: 5, name: "Zoé", text: "plus nette", references: [Mail.header(3)]))
    func found(_ text: String) throws -> [Order.ID] {
      try store.searchOrders(text, limit: 9).map(\.id)
    }
    #expect(try found("martin eliquis") == [ids[0]] && found("eliquis martin jea") == [ids[0]])
    #expect(try found("ventoline petit zo") == [ids[1]])
    #expect(try found("nette eliquis") == [ids[2]])
    #expect(try found("martin ventoline").isEmpty && found("martin zzz").isEmpty)
    let view = try ViewQuery.parse("martin eliquis état:ouverte", now: later(0))
    let clock = WorkClock(now: later(0))
    #expect(try store.count(view, member: nil, clock: clock) == 1)
    let done = try ViewQuery.parse("martin eliquis état:remise", now: later(0))
    #expect(try store.count(done, member: nil, clock: clock) == 0)
  }

  @Test func `a renewal is found by the name that a person gave`() throws {
    let officine = try Officine()
    let store = officine.store
    try store.take(Mail(n: 1, name: "Zoé", subject: "Ordonnance", text: "pour ma mère"))
    let id = Mail(n: 1).order
    try store.act(
      .patientNamed(Patient(name: "MARTIN Jeanne", source: .person)), on: id, event: "a")
    try store.act(.moved(to: .closed, reason: "x"), on: id, event: "b")
    _ = try store.renew(
      id, newID: "dnew", by: claire, eventIDs: ("o", "r", "n"), now: later(500))
    let clock = WorkClock(now: later(600))
    for text in ["martin", "pour:martin", "jeanne mère"] {
      let query = try ViewQuery.parse(text, now: later(600))
      let rows = try store.matching(query, member: nil, clock: clock, limit: 9).rows
      #expect(rows.map(\.id) == ["dnew", id], "\(text)")
    }
    // Renewals that an older program made.
    try store.pool.write { db in
      let seq = try Int64.fetchOne(db, sql: "SELECT seq FROM event WHERE id = 'r/1'") ?? 0
      try SearchIndex.removeNote(db, seq: seq, "MARTIN Jeanne ")
      try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'v4.renewed'")
    }
    #expect(try store.searchOrders("martin", limit: 9).map(\.id) == [id])
    store.close()
    #expect(try officine.another().searchOrders("martin", limit: 9).map(\.id) == ["dnew", id])
  }

  @Test func `a query in a view finds what both hold, and stops at its limit`() throws {
    let shelf = try Shelf()
    let clock = WorkClock(now: later(3600), hours: hours)
    let store = shelf.officine.store
    for text in ["état:ouverte", "-état:remise", "ordonnance", "marque:alarme", "-zzz"] {
      let query = try ViewQuery.parse(text, now: clock.now)
      let everywhere = try store.matching(query, member: nil, clock: clock, limit: 100).rows
      for view in QueueView.allCases {
        let found = try store.matching(query, in: view, member: nil, clock: clock, limit: 100)
        let expected = everywhere.filter { view.contains($0.order, member: nil, clock: clock) }
        #expect(found.rows == expected, "\(text) \(view) seed \(shelf.seed)")
      }
      let first = try store.matching(query, member: nil, clock: clock, limit: 2)
      #expect(first.rows.count == min(2, everywhere.count))
      #expect(first.hasMore == (everywhere.count > 2))
    }
  }

  @Test func `Q01 whatever is typed is a query or a sentence, never an error of SQLite`() throws {
    var shelf = try Shelf()
    let clock = WorkClock(now: later(3600), hours: hours)
    let pieces = [
      "état:", "à:", "de:", "pour:", "avant:", "age:", "\"", "-", " ", "prête", "'", "*", "(", ")",
      "NEAR", "OR", "AND", "NOT", ":", "^", "\u{0}", "🙂", "œ", "12", "20/11", ",", "<", ">", "j",
      "people", "rowid:2", "%", "_", "\\", "e\u{301}", ";--",
    ]
    var (read, refused) = (0, 0)
    for _ in 0..<1500 {
      let length = Int.random(in: 1...7, using: &shelf.dice)
      let text = (0..<length).compactMap { _ in pieces.randomElement(using: &shelf.dice) }.joined()
      do throws(QueryProblem) {
        let query = try ViewQuery.parse(text, now: clock.now)
        read += 1
        let error = problem {
          _ = try shelf.officine.store.matching(query, member: "x", clock: clock, limit: 3)
          _ = try shelf.officine.store.count(query, member: nil, clock: clock)
        }
        #expect(error == nil, "\(text.debugDescription)")
      } catch {
        refused += 1
        #expect(error.place <= text.count, "\(text.debugDescription)")
      }
    }
    #expect(read > 300 && refused > 100)
  }
}
