import Domain
import Store
import Testing

/// Prints what a large store costs; asserts what is found, never how fast (design 8).
@Suite struct SpeedTests {
  private func measure<T>(_ name: String, times: Int = 20, _ body: () throws -> T) rethrows -> T {
    var value = try body()
    let start = ContinuousClock.now
    for _ in 0..<times { value = try body() }
    print("store 20k: \(name) \((ContinuousClock.now - start) / times)")
    return value
  }

  @Test func `pages, counts and search of 20,000 demandes`() throws {
    let officine = try Officine()
    let store = officine.store
    let start = ContinuousClock.now
    for batch in 0..<100 {
      let mails = (1...200).map { place in
        let n = batch * 200 + place
        return Mail(
          n: n, name: "Prénom\(n % 97) NOM\(n % 1013)", subject: "Ordonnance \(n)",
          text: "Bonjour, voici l'ordonnance numéro \(n) de ma mère, merci de la préparer."
        ).incoming
      }
      _ = try store.ingest(IngestBatch(messages: mails), policy: Policy(), now: later(1))
    }
    print("store 20k: ingest \(ContinuousClock.now - start)")
    let page = try measure("page") {
      try store.page(of: .todo, member: nil, after: nil, limit: 50)
    }
    #expect(page.rows.count == 50 && page.rows.first?.message.id == Mail.id(20_000))
    let middle = try measure("page in the middle") {
      try store.page(
        of: .todo, member: nil, after: RowKey(later(10_000).seconds << 20), limit: 50)
    }
    #expect(middle.rows.first?.message.id == Mail.id(9999))
    #expect(try measure("counts") { try store.counts(member: nil) }[.todo] == 20_000)
    for query in ["o", "or", "nom512", "préparer"] {
      let rows = try measure("search \(query)") { try store.search(query, limit: 50) }
      #expect(!rows.isEmpty)
      let found = try measure("demandes \(query)") { try store.searchOrders(query, limit: 50) }
      #expect(!found.isEmpty)
    }
    // Words that stand in a given name and in a mail: put together from both.
    for n in 1...300 {
      try store.act(
        .patientNamed(Patient(name: "MARTIN \(n)", source: .person)), on: Mail(n: n * 60).order,
        event: "p\(n)")
    }
    for query in ["nom512 préparer", "martin préparer", "préparer mart", "martin o", "m o p"] {
      let found = try measure("demandes \(query)") { try store.searchOrders(query, limit: 200) }
      #expect(query == "m o p" || !found.isEmpty, "\(query)")
    }
  }
}
