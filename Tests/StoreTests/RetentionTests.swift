import Domain
import Foundation
import GRDB
import TestKit
import Testing

@testable import Store

/// Purging of old work: what goes, what stays, and that nothing of it can be read in the files.
@Suite struct RetentionTests {
  private let limit = later(10_000)

  /// A word for each place that content can lie in.
  private func canary(_ n: Int, _ place: String) -> String { "zqx\(n)\(place)w" }

  private func mail(_ n: Int) -> Mail {
    var mail = Mail(n: n)
    mail.name = canary(n, "nom")
    mail.address = canary(n, "adr") + "@patient.example"
    mail.subject = canary(n, "sujet")
    mail.text = canary(n, "texte") + " " + String(repeating: "mot\(n) ", count: 40 + n * 7)
    mail.patient = Patient(name: canary(n, "pat"), source: .sender)
    mail.attachments = [
      Attachment(
        n: 1, part: 1, filename: canary(n, "fichier") + ".pdf", contentType: "application/pdf",
        size: 10, kind: .pdf)
    ]
    mail.documents = [
      ReadableDocument(attachment: 1, kind: .pdf, state: .done, text: canary(n, "papier"))
    ]
    return mail
  }

  private static let places = [
    "nom", "adr", "sujet", "texte", "pat", "fichier", "papier", "note", "produit", "nomme",
    "motif", "gardee", "corps", "joint", "brouillon", "question", "refus",
  ]

  /// Twenty demandes with content everywhere; those with an even number are finished.
  private func fill(_ store: OfficineStore) throws {
    for n in 1...20 {
      try store.take(mail(n))
      let order = mail(n).order
      try store.act(.taken(over: nil), on: order, event: "t\(n)")
      try store.act(.noted(NoteText(canary(n, "note"))), on: order, event: "n\(n)")
      try store.act(
        .marked(.missing(MissingProduct(product: canary(n, "produit")))), on: order,
        event: "m\(n)")
      try store.act(
        .marked(.questionPatient(canary(n, "question"))), on: order, event: "q\(n)")
      try store.act(
        .patientNamed(Patient(name: canary(n, "nomme"), source: .person)), on: order,
        event: "p\(n)")
      try send(store, n, order)
      try store.saveDraft(
        Draft(
          id: "dr\(n)", order: order, subject: canary(n, "brouillon"), authorID: "id",
          updatedAt: later(300)))
      try store.writeQuietly {
        try $0.execute(
          sql: "INSERT INTO kept_note VALUES (?, 'id', ?, 1)",
          arguments: [order, canary(n, "gardee")])
      }
      guard n.isMultiple(of: 2) else { continue }
      try store.act(.unmarked(.missing, value: nil), on: order, event: "u\(n)")
      try store.act(.unmarked(.questionPatient, value: nil), on: order, event: "v\(n)")
      try store.act(
        .moved(to: .closed, reason: canary(n, "motif")), on: order, event: "c\(n)", at: 400)
    }
  }

  private func send(_ store: OfficineStore, _ n: Int, _ order: Order.ID) throws {
    var item = answer("o\(n)", on: order)
    item.body = canary(n, "corps")
    item.attachments = [
      DraftAttachment(
        filename: canary(n, "joint"), contentType: "text/plain",
        bytes: Array(canary(n, "joint").utf8))
    ]
    try store.enqueue(
      item, expecting: nil, draft: nil, by: claire, eventID: "a\(n)", now: later(200))
    _ = try store.claimOutgoing(now: later(300))
    try store.storeBuilt(item.id, bytes: Array(item.body.utf8))
    try store.markFinalDot(item.id, now: later(300))
    try store.settle(item.id, .sent(answer: "250"), now: later(301))
    // Codes only come from the wire; whatever stands there goes.
    try store.writeQuietly {
      try $0.execute(
        sql: "UPDATE outbox SET last_answer = ? WHERE id = ?",
        arguments: [canary(n, "refus"), item.id])
    }
  }

  /// What it counted, at its last step.
  @discardableResult
  private func finish(_ store: OfficineStore, now: Timestamp) throws -> PurgeState? {
    var steps = 0
    var last: PurgeState?
    while let state = try store.continuePurge(now: now) {
      last = state
      steps += 1
      try #require(steps < 1000)
    }
    return last
  }

  /// The bytes of every file of the directory, in lower case.
  private func bytes(_ directory: String) throws -> String {
    try FileManager.default.contentsOfDirectory(atPath: directory).map {
      let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/" + $0))
      return String(decoding: data.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 32 : $0 }, as: UTF8.self)
    }.joined()
  }

  @Test func `P05 purged content is in no table, page, index, log or later copy`() throws {
    let officine = try Officine()
    let store = officine.store
    try fill(store)
    let counts = try store.counts(member: nil)
    #expect(
      try store.retentionSurvey(before: limit)
        == {
          var survey = RetentionSurvey()
          (survey.demandes, survey.messages, survey.unfinished) = (10, 10, 10)
          return survey
        }())
    #expect(try store.beginPurge(before: limit, by: claire.author, now: later(20_000)))
    try finish(store, now: later(20_000))
    #expect(try store.purgeState() == nil)
    let desk = try #require(try BackupDesk.open(store))
    _ = try desk.copy()
    let files = try bytes(officine.directory)
    for n in 1...20 {
      for place in Self.places {
        let word = canary(n, place)
        guard n.isMultiple(of: 2) || !["motif"].contains(place) else { continue }
        #expect(files.contains(word) == !n.isMultiple(of: 2), "\(word)")
      }
    }
    desk.close()
    #expect(try store.verify().problems == [])
    #expect(try store.counts(member: nil) == counts)
    #expect(try store.search(canary(2, "texte"), limit: 9).isEmpty)
    #expect(try store.search(canary(3, "texte"), limit: 9).count == 1)
    let events = try store.events(of: mail(2).order)
    #expect(events.last?.gesture == .purged(before: limit))
    #expect(events.count == 13 && events.first?.at == later(2))
    #expect(try store.order(mail(2).order)?.status == .closed)
    let lines = try store.journal(limit: 999).suffix(3).map(\.action)
    #expect(lines == ["purge.begin", "purge.content", "purge.end"])
  }

  @Test func `P05 a purged mail that the server shows again opens nothing`() throws {
    let officine = try Officine()
    let store = officine.store
    try fill(store)
    _ = try store.beginPurge(before: limit, by: claire.author, now: later(20_000))
    try finish(store, now: later(20_000))
    // The same UID once more, then every UID under another UIDVALIDITY.
    #expect(try store.take(mail(2)).alreadyKnown == [mail(2).id])
    try store.resetMailbox("INBOX", uidValidity: 8, now: later(20_001))
    var again = mail(4).incoming
    again.uidValidity = 8
    let result = try store.ingest(
      IngestBatch(messages: [again]), policy: Policy(), now: later(20_002))
    #expect(result.alreadyKnown == [mail(4).id] && result.opened.isEmpty)
    #expect(try store.raw(mail(4).id) == nil)
    #expect(try store.body(mail(4).id)?.text == "")
    #expect(try store.order(mail(4).order)?.hasNews == false)
    #expect(try store.verify().problems == [])
  }

  @Test func `P05 a purge cut off at any step goes on from there`() throws {
    let officine = try Officine()
    try fill(officine.store)
    _ = try officine.store.beginPurge(before: limit, by: claire.author, now: later(20_000))
    let folder = try TemporaryDirectory()
    var step = 0
    while true {
      // As after kill -9: what is in the files is all there is.
      step += 1
      let place = try folder.directory("s\(step)")
      for file in ["store.sqlite", "store.sqlite-wal"] {
        try FileManager.default.copyItem(
          atPath: officine.directory + "/" + file, toPath: place + "/" + file)
      }
      let copy = try OfficineStore.open(at: place, create: false)
      #expect(try copy.verify().problems == [], "step \(step)")
      try finish(copy, now: later(20_000))
      #expect(try copy.verify().problems == [], "step \(step)")
      #expect(try copy.retentionSurvey(before: limit).isEmpty)
      #expect(try !bytes(place).contains(canary(2, "texte")), "step \(step)")
      copy.close()
      if try officine.store.continuePurge(now: later(20_000)) == nil { break }
    }
    #expect(step > 5)
  }

  @Test func `P05 a reader that holds the log leaves the purge open, and it ends later`() throws {
    let officine = try Officine()
    let store = officine.store
    try fill(store)
    _ = try store.beginPurge(before: limit, by: claire.author, now: later(20_000))
    while let state = try store.continuePurge(now: later(20_000)), state.phase != .log {}
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let reader = try DatabaseQueue(path: store.databasePath, configuration: configuration)
    try reader.inDatabase { db in
      try db.execute(sql: "BEGIN")
      _ = try Row.fetchAll(db, sql: "SELECT * FROM setting")
    }
    #expect(try store.continuePurge(now: later(20_000))?.phase == .log)
    #expect(try store.purgeState()?.isEndingOnly == true)
    try reader.inDatabase { try $0.execute(sql: "COMMIT") }
    #expect(try store.continuePurge(now: later(20_000)) == nil)
  }

  @Test func `P05 unfinished work stays unless a person says so; what waits for the server stays`()
    throws
  {
    let officine = try Officine()
    let store = officine.store
    try store.take(mail(1), mail(2), mail(3))
    for n in [2, 3] {
      try store.act(.moved(to: .closed, reason: "double"), on: mail(n).order, event: "c\(n)")
    }
    try store.enqueue(
      answer("o3", on: mail(3).order), expecting: nil, draft: nil, by: claire, eventID: "a",
      now: later(200))
    let survey = try store.retentionSurvey(before: limit)
    #expect(survey.demandes == 1 && survey.unfinished == 1 && survey.blocked == 1)
    _ = try store.beginPurge(before: limit, by: claire.author, now: later(20_000))
    try finish(store, now: later(20_000))
    #expect(try store.message(mail(1).id)?.subject == mail(1).subject)
    #expect(try store.message(mail(2).id)?.subject == "")
    #expect(try store.message(mail(3).id)?.subject == mail(3).subject)
    let all = try store.retentionSurvey(before: limit, unfinished: true, now: later(20_001))
    #expect(all.demandes == 1 && all.unfinishedGoing == 1 && all.messages == 1)
    _ = try store.beginPurge(
      before: limit, unfinished: true, by: claire.author, now: later(20_001))
    let gone = try finish(store, now: later(20_001))
    #expect(gone?.demandes == all.demandes && gone?.messages == all.messages)
    #expect(try store.message(mail(1).id)?.subject == "")
    #expect(try store.message(mail(3).id)?.subject == mail(3).subject)
    #expect(try store.verify().problems == [])
  }

  @Test func `P05 the copy at the operator goes first when that is wished`() throws {
    let officine = try Officine()
    let store = officine.store
    try store.take(
      mail(2), cursor: MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 3))
    try store.act(.moved(to: .closed, reason: "double"), on: mail(2).order, event: "c")
    _ = try store.beginPurge(
      before: limit, server: true, by: claire.author, now: later(20_000))
    try finish(store, now: later(20_000))
    // Its bytes are how it is found there: they stay until it is in the trash.
    #expect(try store.raw(mail(2).id) != nil)
    let operation = try #require(
      try store.claimOperation(now: later(20_001), after: 0) { _ in later(30_000) })
    #expect(operation.kind == .move)
    try store.settleOperation(operation.id, .done(nil), now: later(20_002))
    _ = try store.beginPurge(
      before: limit, server: true, by: claire.author, now: later(20_003))
    try finish(store, now: later(20_003))
    #expect(try store.raw(mail(2).id) == nil)
    #expect(try store.verify().problems == [])
  }

  /// A new table is decided upon here: does it hold words of mail, of notes or of a patient? Then
  /// `Tombstone` takes them away, and `fill` puts a canary there.
  @Test func `P05 every table is known to the purge`() throws {
    let purged = [
      "message", "raw", "body", "document", "reference", "event", "demande", "outbox",
      "outbox_attachment", "draft", "draft_attachment", "operation", "kept_note", "search",
      "note_search", "announced", "log_waiting",
    ]
    let harmless = [
      // Numbers, identifiers, states, people of the team.
      "thread", "location", "flags", "flag_change", "mailbox", "exported", "demande_message",
      "member", "setting", "journal", "journal_base", "permit", "purged_message",
      "purged_demande", "demande_absent", "mention", "log_state", "log_home",
      "log_member", "log_read", "pin_gate", "pin_slip", "purge_due", "purge_later",
      "grdb_migrations", "sqlite_sequence",
    ]
    let officine = try Officine()
    let tables = try officine.store.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT name FROM sqlite_master WHERE type = 'table'
            AND name NOT GLOB 'search_*' AND name NOT GLOB 'note_search_*'
          """)
    }
    #expect(Set(tables).subtracting(purged + harmless) == [])
  }

  @Test func `P04 the ink opens for a purge's own transaction and closes behind it`() throws {
    let officine = try Officine()
    let store = officine.store
    try fill(store)
    _ = try store.beginPurge(before: limit, by: claire.author, now: later(20_000))
    try finish(store, now: later(20_000))
    let rows = try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM permit") }
    #expect(rows == 0)
    for sql in [
      "DELETE FROM journal", "UPDATE message SET subject = 'x'", "DELETE FROM raw",
      "UPDATE event SET gesture = '{}'", "UPDATE outbox SET content = ''",
      "UPDATE outbox SET built = x'01'", "DELETE FROM outbox_attachment",
      // A permit for content is none for who did what, and when.
      """
      INSERT INTO permit SELECT 'demande', rowid FROM demande; UPDATE event SET name = 'X'
      """,
      "INSERT INTO permit SELECT 'message', key FROM message; UPDATE message SET id = 'm' || id",
    ] {
      let error = problem { _ = try store.writeQuietly { try $0.execute(sql: sql) } }
      #expect(error == .failed(code: 19), "\(sql)")
    }
  }
}
