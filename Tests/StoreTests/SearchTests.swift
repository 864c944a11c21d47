import Domain
import GRDB
import Testing

@testable import Store

@Suite struct SearchTests {
  let officine: Officine
  var store: OfficineStore { officine.store }

  init() throws {
    officine = try Officine()
    try officine.store.take(
      Mail(n: 1, name: "Zoé ŒUVRARD", subject: "Renouvellement", text: "Lefèvre et Nguyễn"),
      Mail(
        n: 2, name: "Jean DUPONT", address: "contact@labo.example", subject: "Résultats",
        text: "NIR : 2 79 03 51 215 189 89, l’ordonnance d'été. Straße"),
      Mail(
        n: 3, name: "Lætitia NOËL", address: "181126912345600@patient.example", text: "bac 12",
        attachments: [
          Attachment(
            n: 1, part: 1, filename: "scan-ordo.pdf", contentType: "application/pdf", size: 1,
            kind: .pdf)
        ],
        documents: [
          ReadableDocument(attachment: 1, kind: .pdf, state: .done, text: "Lévothyrox 50 µg")
        ]))
  }

  private func found(_ query: String) throws -> [Int] {
    let ids = try store.search(query, limit: 10).map(\.id)
    return (1...3).filter { ids.contains(Mail.id($0)) }
  }

  @Test func `folding finds every spelling`() throws {
    #expect(try found("oeuvrard") == [1])
    #expect(try found("ŒUVR") == [1])
    #expect(try found("lefevre nguyen") == [1])
    // The same letters with combining accents (NFD).
    #expect(try found("lefe\u{300}vre") == [1])
    #expect(try found("zoe\u{301}") == [1])
    #expect(try found("Laetitia noel") == [3])
    #expect(try found("strasse") == [2])
    #expect(try found("l'ordonnance d’été") == [2])
    #expect(try found("levothyrox") == [3])
    #expect(try found("scan-ordo") == [3])
    #expect(try found("oeuvrard dupont") == [])
  }

  @Test func `a matricule is found in groups, in one piece and by its beginning`() throws {
    // Mail 1 came from this matricule, mail 2 only mentions it.
    for query in ["279035121518989", "2 79 03 51 215 189 89", "2 79 03", "2790351", "2 7903"] {
      #expect(try found(query) == [1, 2], "\(query)")
    }
    #expect(try found("1 81 12") == [3])
    #expect(try found("bac 12") == [3])
  }

  @Test func `Q01 nothing that is typed is an error or hides the message`() throws {
    let syntax = [
      "dupont\"", "\"dupont", "dupont*", "(dupont", "dupont)", "dupont -", "^dupont", "+dupont",
      "dupont ''", "dupont ; --", "{dupont}", "dupont \u{0}", "\u{0}dupont", "dupont 🙂",
      "dupont \"\"", "dupont : %", "  dupont\n", "dupont \\", "dupont \u{301}",
    ]
    for query in syntax { #expect(try found(query) == [2], "\(query)") }
    let empty = ["", " ", "\"", "\"\"", "*", "()", "🙂", "\u{0}", "- - -", "''", "\u{301}"]
    for query in empty { #expect(try store.search(query, limit: 9).isEmpty, "\(query)") }
    let operators = ["subject:dupont", "NEAR(dupont)", "dupont NOT jean", "dupont OR x", "rowid:2"]
    for query in operators { #expect(try found(query).count <= 1, "\(query)") }
    #expect(try found("jean AND dupont").isEmpty)
    _ = try store.search(String(repeating: "dupont ", count: 5000), limit: 9)
    _ = try store.search(String(repeating: "é", count: 100_000), limit: 9)
  }

  @Test func `Q01 any bytes give an expression that SQLite accepts`() throws {
    let seed = UInt64.random(in: 0..<1_000_000)
    var dice = Dice(state: seed)
    let alphabet = Array(
      "\"'*()^:+-{}~\\.,;%_ \u{0}\u{1}\t\n aé1œANDORNOTNEAR🙂\u{301}\u{200B}")
    for _ in 0..<1500 {
      let length = Int.random(in: 0...12, using: &dice)
      let query = String((0..<length).compactMap { _ in alphabet.randomElement(using: &dice) })
      _ = try store.search(query, limit: 3)
      _ = try store.searchOrders(query, limit: 3)
    }
  }

  @Test func `demandes are found by message, note and given name, in every state`() throws {
    let id = Mail(n: 1).order
    try store.act(.noted("rappeler la nièce"), on: id, event: "n")
    try store.act(
      .patientNamed(Patient(name: "LECŒUR Anaïs", source: .person)), on: id, event: "p")
    try store.act(.moved(to: .closed, reason: "double"), on: id, event: "c")
    for query in ["niece", "lecoeur", "oeuvrard", "NIÈCE rappel"] {
      #expect(try store.searchOrders(query, limit: 5).map(\.id) == [id], "\(query)")
    }
    // One row for each demande, however many of its messages match.
    try store.take(Mail(n: 7, name: "Zoé ŒUVRARD", references: [Mail.header(1)]))
    #expect(try store.searchOrders("oeuvrard", limit: 5).map(\.id) == [id])
    #expect(try store.search("oeuvrard", limit: 5).map(\.id) == [Mail.id(7), Mail.id(1)])
  }

  @Test func `Q02 a lost index is noticed and can be made again`() throws {
    try store.act(.noted("rappeler"), on: Mail(n: 1).order, event: "n")
    try store.pool.write { db in
      try db.execute(sql: "INSERT INTO search (search) VALUES ('delete-all')")
      try db.execute(sql: "INSERT INTO note_search (note_search) VALUES ('delete-all')")
    }
    #expect(try store.verify().problems.map(\.code) == ["search.count"])
    try store.rebuildSearch()
    #expect(try store.verify().problems == [])
    #expect(try found("oeuvrard") == [1])
    #expect(try store.searchOrders("rappeler", limit: 5).count == 1)
  }
}

@Suite struct NoteSearchTests {
  let officine: Officine
  var store: OfficineStore { officine.store }

  init() throws { officine = try Officine() }

  private func found(_ query: String) throws -> [Order.ID] {
    try store.searchOrders(query, limit: 9).map(\.id)
  }

  @Test func `M3 a product is found by its corrected name, and by what was still owed`() throws {
    try store.take(Mail(n: 1), Mail(n: 2))
    let ids = [Mail(n: 1).order, Mail(n: 2).order]
    try store.act(.marked(.missing(MissingProduct(product: "levo"))), on: ids[0], event: "m")
    let right = MissingProduct(product: "LEVOTHYROX 75")
    try store.act(.productCorrected("levo", to: right), on: ids[0], event: "c")
    let patient = Patient(name: "Anne DURAND", source: .person)
    try store.act(.patientNamed(patient), on: ids[1], event: "p")
    for (n, step) in [Order.Status.preparing, .prepared, .checked].enumerated() {
      try store.act(.moved(to: step, reason: nil), on: ids[1], event: "s\(n)")
    }
    let handing = HandOver(owed: [MissingProduct(product: "Eliquis 5 mg")])
    try store.act(.handedOver(handing), on: ids[1], event: "h")
    #expect(try found("levothyrox") == [ids[0]] && found("eliquis") == [ids[1]])
    #expect(try found("martin levothyrox") == [ids[0]])
    // A store that was made before they were words.
    try store.writeQuietly { db in
      for row in try Row.fetchAll(db, sql: "SELECT seq, id FROM event WHERE id IN ('c', 'h')") {
        let words = row["id"] == "c" ? "LEVOTHYROX 75" : "Eliquis 5 mg"
        try SearchIndex.removeNote(db, seq: row["seq"], words)
      }
      try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'v4.owed'")
    }
    #expect(try found("levothyrox") == [] && found("eliquis") == [])
    store.close()
    let again = try officine.another()
    #expect(try again.searchOrders("levothyrox", limit: 9).map(\.id) == [ids[0]])
    #expect(try again.searchOrders("eliquis", limit: 9).map(\.id) == [ids[1]])
    #expect(try again.verify().problems == [])
  }

  @Test func `M4 a name that a person gave is found behind many rows of other demandes`() throws {
    try store.take(Mail(n: 1, name: "Paul ROUX"), Mail(n: 2))
    let named = Mail(n: 1).order
    try store.act(
      .patientNamed(Patient(name: "Anne MARTIN", source: .person)), on: named, event: "p")
    for n in 1...12 {
      try store.act(.noted("MARTIN \(n)"), on: Mail(n: 2).order, event: "n\(n)")
    }
    let found = try store.searchOrders("martin", limit: 4).map(\.id)
    #expect(found == [Mail(n: 2).order, named])
  }

  @Test func `m5 what is older than was looked at is told`() throws {
    try store.take(Mail(n: 1), Mail(n: 2))
    let id = Mail(n: 1).order
    try store.writeQuietly { db in
      // Rows of notes by thousands, as years of work leave them.
      for n in 0...ScatteredWords.limit {
        try SearchIndex.insertNote(db, seq: 1_000_000 + Int64(n), "commun rare")
      }
    }
    try store.act(.noted("rare"), on: id, event: "a")
    // Both words are frequent: the rarer of them is looked at in part.
    let query = ViewQuery(words: "commun rare")
    let clock = WorkClock(now: later(0))
    let page = try store.matching(query, member: nil, clock: clock, limit: 9)
    #expect(page.hasMore)
    let calm = ViewQuery(words: "martin bonjour")
    #expect(try !store.matching(calm, member: nil, clock: clock, limit: 9).hasMore)
  }
}
