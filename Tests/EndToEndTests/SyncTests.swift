import Domain
import Foundation
import Samples
import Store
import TestKit
import Testing

/// A thousand messages from a real Dovecot to rows, search and exact bytes.
@Suite(.serialized) struct MailboxEndToEnd {
  static let count = 1000
  static let officine = SampleOfficine(seed: 7, now: 1_795_167_720)

  private func filled() throws -> DovecotServer {
    let server = try DovecotServer()
    for index in 0..<Self.count {
      let mail = Self.officine.mail(index)
      try server.deliver(
        mail.bytes, received: Date(timeIntervalSince1970: TimeInterval(mail.date)))
    }
    try server.start()
    return server
  }

  @Test func `a thousand messages are stored, listed, found and byte-exact`() throws {
    let server = try filled()
    let counter = try Counter(dovecot: server)
    let pass = try counter.mssterm("sync", "--once", "--json", within: .seconds(300))
    #expect(pass.code == 0, "\(pass.err)")
    let rows = try Counter.objects(
      counter.mssterm("list", "--view", "all", "--limit", "0", "--json"))
    #expect(rows.count == Self.count)
    #expect(Set(rows.compactMap { $0["id"] as? String }).count == Self.count)
    try expectSearches(counter)
    try expectBytes(counter, server)
    let report = try counter.mssterm("verify", "--json")
    #expect(report.code == 0, "\(report.out)")
    // Nothing new: the second pass stores nothing (S02).
    let again = try Counter.objects(counter.mssterm("sync", "--once", "--json"))
    #expect(again.first?["received"] as? Int == 0)
  }

  /// Every answer that a plain look at the text gives, in each spelling a person may type.
  private func expectSearches(_ counter: Counter) throws {
    let mails = (0..<Self.count).map { Self.officine.mail($0) }
    let patient = try #require(mails.first { $0.fromAddress.hasSuffix("@patient.mssante.fr") })
    let matricule = String(patient.fromAddress.prefix(15))
    for query in [
      "lefevre", "Lefèvre", "oeuvrard", "Œuvrard", "fièvre", "renouvellement mois",
      "vaccination", matricule,
    ] {
      let words = folded(query).split(separator: " ")
      let expected = mails.filter { mail in
        let text = folded(
          [mail.subject, mail.fromName, mail.fromAddress, mail.body].joined(separator: " "))
        return words.allSatisfy { text.contains($0) }
      }
      let found = try Counter.objects(
        counter.mssterm("search", query, "--limit", "0", "--json"))
      let ids = Set(found.compactMap { $0["message_id"] as? String })
      let missing = expected.filter { !ids.contains("<\($0.messageID)>") }
      #expect(!expected.isEmpty, "the query finds nothing in the samples: \(query)")
      #expect(missing.isEmpty, "\(query): \(missing.count) of \(expected.count) not found")
    }
    let inPDF = try Counter.objects(
      counter.mssterm("search", "levothyroxine", "--limit", "0", "--json"))
    #expect(!inPDF.isEmpty, "the text of PDF files is searchable")
  }

  private func expectBytes(_ counter: Counter, _ server: DovecotServer) throws {
    let served = Set(try server.messages())
    #expect(served.count == Self.count)
    let store = try counter.store()
    defer { store.close() }
    let rows = try store.messages(.all, after: nil, limit: .max)
    for row in rows {
      let raw = try #require(try store.raw(row.id))
      #expect(served.contains(raw), "the bytes of one message differ from the server's")
    }
    for row in rows.prefix(20) {
      let shown = try counter.mssterm("show", row.id, "--raw")
      #expect(served.contains(shown.stdout))
    }
  }

  @Test func `S01 killed in the middle and run again: nothing lost, nothing twice`() throws {
    let server = try filled()
    let counter = try Counter(dovecot: server)
    var kills = 0
    for goal in [1, 200, 600] {
      let sync = try counter.start(["sync", "--once"])
      try waitUntil("\(goal) messages to be stored", within: .seconds(120)) {
        try storedCount(counter) >= goal || !sync.isRunning
      }
      if sync.isRunning { kills += 1 }
      sync.signal(SIGKILL)
      _ = try sync.wait()
    }
    #expect(kills >= 2, "the sync was over before it could be killed")
    let pass = try counter.mssterm("sync", "--once", within: .seconds(300))
    #expect(pass.code == 0, "\(pass.err)")
    #expect(try storedCount(counter) == Self.count)
    let report = try Counter.objects(counter.mssterm("verify", "--json"))
    #expect(report.first?["ok"] as? Bool == true, "\(report)")
    #expect(report.first?["messages"] as? Int == Self.count)
  }

  private func storedCount(_ counter: Counter) throws -> Int {
    guard FileManager.default.fileExists(atPath: counter.storePath + "/store.sqlite") else {
      return 0
    }
    // Between the creation of the file and its schema there is nothing to count.
    guard let store = try? counter.store() else { return 0 }
    defer { store.close() }
    return try store.messages(.all, after: nil, limit: .max).count
  }
}
