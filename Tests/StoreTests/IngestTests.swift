import Domain
import Store
import Testing

@Suite struct IngestTests {
  @Test func `S02 the same batch again stores nothing twice`() throws {
    let officine = try Officine()
    let store = officine.store
    let cursor = MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 3)
    let first = try store.take(Mail(n: 1), Mail(n: 2), cursor: cursor)
    let second = try store.take(Mail(n: 1), Mail(n: 2), cursor: cursor)
    #expect(first.stored == [Mail.id(1), Mail.id(2)])
    #expect(first.opened == [Mail(n: 1).order, Mail(n: 2).order])
    #expect(second.stored.isEmpty && second.opened.isEmpty && second.touched.isEmpty)
    #expect(second.alreadyKnown == [Mail.id(1), Mail.id(2)])
    #expect(try store.messages(.all, after: nil, limit: 10).map(\.id) == [Mail.id(2), Mail.id(1)])
    #expect(try store.cursor(of: "INBOX") == cursor)
    #expect(try store.events(of: Mail(n: 1).order).count == 2)
  }

  @Test func `what comes back is what went in`() throws {
    let officine = try Officine()
    let patient = Patient(
      name: "MARTIN Jeanne", birthDate: BirthDate("1979-03"), ins: INS("279035121518989"),
      source: .sender)
    let mail = Mail(
      n: 5,
      attachments: [
        Attachment(
          n: 1, part: 2, filename: "photo.jpg", contentType: "image/jpeg", size: 9, kind: .image)
      ],
      documents: [ReadableDocument(attachment: 1, kind: .image, state: .pending)],
      proposed: [.urgent, .originalAwaited], flags: Flags(["\\seen", "$Label"]), patient: patient)
    try officine.store.take(mail)
    var expected = mail.incoming.message
    expected.receptionKey = later(5).seconds << 20
    #expect(try officine.store.message(mail.id) == expected)
    #expect(try officine.store.raw(mail.id) == mail.incoming.raw)
    #expect(try officine.store.headers(mail.id) == mail.incoming.headers)
    #expect(try officine.store.parts(mail.id) == mail.incoming.parts)
    let body = try officine.store.body(mail.id)
    #expect(body?.text == mail.text && body?.documents == mail.documents)
    let order = try #require(try officine.store.order(ofMessage: mail.id))
    #expect(order.patient == patient && order.markers.isUrgent)
    #expect(order.markers.isOriginalAwaited && order.openedAt == later(5))
  }

  @Test func `the officine's policy decides about the awaited original`() throws {
    let officine = try Officine()
    let mail = Mail(n: 1, proposed: [.originalAwaited])
    _ = try officine.store.ingest(
      IngestBatch(messages: [mail.incoming]), policy: Policy(proposeOriginalAwaited: false),
      now: later(1))
    #expect(try officine.store.order(mail.order)?.markers.isOriginalAwaited == false)
  }

  @Test func `S14 one Message-ID with two contents is two messages of one thread`() throws {
    let officine = try Officine()
    try officine.store.take(
      Mail(n: 1, messageID: "<same@mail.example>"), Mail(n: 2, messageID: "<same@mail.example>"))
    #expect(try officine.store.messages(.all, after: nil, limit: 9).count == 2)
    #expect(try officine.store.everyOrder().count == 2)
  }

  @Test func `messages of one second keep their order`() throws {
    let officine = try Officine()
    try officine.store.take(Mail(n: 1, at: 9), Mail(n: 2, at: 9), Mail(n: 3, at: 9))
    let keys = try officine.store.messages(.all, after: nil, limit: 9).map(\.key.value)
    let first = later(9).seconds << 20
    #expect(keys == [first + 2, first + 1, first])
  }

  @Test func `an answer of the patient brings the demande back to the top`() throws {
    let officine = try Officine()
    let store = officine.store
    try store.take(Mail(n: 1), Mail(n: 2))
    try store.act(.moved(to: .closed, reason: "double"), on: Mail(n: 1).order, event: "e1")
    let result = try store.take(Mail(n: 3, references: [Mail.header(1)]))
    #expect(result.touched == [Mail(n: 1).order] && result.opened.isEmpty)
    let page = try store.page(of: .todo, member: nil, after: nil, limit: 9)
    #expect(page.rows.map(\.id) == [Mail(n: 1).order, Mail(n: 2).order])
    #expect(page.rows.first?.order.hasNews == true && page.rows.first?.message.id == Mail.id(3))
    #expect(try store.message(Mail.id(3))?.thread == Mail.id(1))
  }

  @Test func `a parent that arrives after its answers joins their threads`() throws {
    let officine = try Officine()
    let store = officine.store
    try store.take(Mail(n: 8, references: [Mail.header(1), Mail.header(4)]))
    try store.take(Mail(n: 9, references: [Mail.header(2)]))
    #expect(try store.message(Mail.id(8))?.thread == Mail.id(8))
    let result = try store.take(
      Mail(n: 4, references: [Mail.header(1)]), Mail(n: 2, references: [Mail.header(1)]),
      Mail(n: 1))
    #expect(result.opened.isEmpty)
    let thread = [1, 2, 4, 8, 9].map(Mail.id)
    #expect(try store.thread(of: Mail.id(9)).map(\.id) == thread)
    #expect(try store.thread(of: Mail.id(4)).allSatisfy { $0.thread == Mail.id(1) })
    #expect(try store.replies(to: Mail.id(1)) == [Mail.id(2), Mail.id(4)])
    // Nothing is lost: two demandes hold the five messages.
    #expect(Set(try store.everyOrder().flatMap(\.messages)) == Set(thread))
  }

  @Test func `own mail opens nothing and is an answer once`() throws {
    let officine = try Officine()
    let store = officine.store
    try store.take(Mail(n: 1))
    let sent = Mail(n: 2, isOutgoing: true, references: [Mail.header(1)], mailbox: "Sent")
    let result = try store.take(sent)
    #expect(result.opened.isEmpty && result.touched == [Mail(n: 1).order])
    // Another copy of the same mail, with other bytes.
    try store.take(
      Mail(
        n: 3, text: "copie", isOutgoing: true, messageID: Mail.header(2),
        references: [Mail.header(1)]))
    try store.take(Mail(n: 4, isOutgoing: true))
    let events = try store.events(of: Mail(n: 1).order).map(\.gesture)
    #expect(events.filter { $0 == .answered(messageID: Mail.header(2)) }.count == 1)
    #expect(try store.everyOrder().count == 1)
    #expect(try store.messages(.sent, after: nil, limit: 9).map(\.id) == [4, 3, 2].map(Mail.id))
  }

  @Test func `receipts open nothing, bounces go to what they are about`() throws {
    let officine = try Officine()
    let store = officine.store
    try store.take(Mail(n: 1))
    try store.enqueue(
      answer("o1", on: Mail(n: 1).order), expecting: nil, draft: nil, by: claire, eventID: "q",
      now: later(200))
    let receipt = try store.take(Mail(n: 2, kind: .receipt, original: "<o1@officine.example>"))
    #expect(receipt.opened.isEmpty && receipt.touched.isEmpty)
    let bounce = try store.take(Mail(n: 3, kind: .bounce, original: "<o1@officine.example>"))
    #expect(bounce.touched == [Mail(n: 1).order] && bounce.opened.isEmpty)
    let stray = try store.take(Mail(n: 4, kind: .bounce, original: "<else@officine.example>"))
    #expect(stray.opened == [Mail(n: 4).order])
    try store.take(Mail(n: 5, kind: .unreadable))
    #expect(try store.messages(.quarantine, after: nil, limit: 9).map(\.id) == [Mail.id(5)])
    #expect(try store.counts(member: nil).quarantine == 1)
  }

  @Test func `a document names the patient, a person's word stands`() throws {
    let officine = try Officine()
    let store = officine.store
    let sender = Patient(name: "MARTIN Jeanne", source: .sender)
    let paper = Patient(name: "MARTIN Odette", source: .document)
    try store.take(
      Mail(
        n: 1,
        attachments: [
          Attachment(n: 1, part: 3, filename: "x.zip", contentType: "a/zip", size: 1, kind: .xdm)
        ], documents: [ReadableDocument(attachment: 1, kind: .xdm, state: .pending)],
        patient: sender))
    #expect(
      try store.documentsToRead(limit: 5).map { [$0.attachment, $0.part] } == [[1, 3]])
    let read = ReadableDocument(attachment: 1, kind: .xdm, state: .done, text: "Amoxicilline")
    try store.storeDocument(read, of: Mail.id(1), patient: paper, now: later(1))
    #expect(try store.order(Mail(n: 1).order)?.patient == paper)
    #expect(try store.documentsToRead(limit: 5).isEmpty)
    #expect(try store.search("amoxi", limit: 5).map(\.id) == [Mail.id(1)])
    #expect(try store.order(Mail(n: 1).order)?.hasNews == false)
    let person = Patient(name: "MARTIN Paul", source: .person)
    try store.act(.patientNamed(person), on: Mail(n: 1).order, event: "e")
    try store.storeDocument(read, of: Mail.id(1), patient: paper, now: later(2))
    #expect(try store.order(Mail(n: 1).order)?.patient == person)
    #expect(try store.events(of: Mail(n: 1).order).count == 4)
    #expect(try store.verify().problems == [])
  }
}
