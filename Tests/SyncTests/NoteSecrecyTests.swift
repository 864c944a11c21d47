import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// What is written as a note is never in a byte that leaves, whatever is written around it.
@Suite(.serialized) struct `Notes never leave` {
  /// Only ever in notes.
  static let mark = "ZQNOTEZQ"
  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"

  /// Everything a mark can look like in a mail: as it is, and in base64 at each of its offsets.
  static let shapes: [String] =
    [mark]
    + (0..<3).map { offset in
      let bytes = Array(repeating: UInt8(0x20), count: offset) + Array(mark.utf8)
      let text = Data(bytes).base64EncodedString()
      // Without a first or last group that depends on its neighbours.
      return String(text.dropFirst(offset == 0 ? 0 : 4).prefix(8))
    }

  static func expectNone(_ bytes: [UInt8], _ what: String, _ seed: UInt64) {
    // A soft line break may stand anywhere in quoted-printable and base64.
    let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "=\r\n", with: "")
      .filter { !$0.isNewline }
    for shape in shapes where text.contains(shape) {
      Issue.record("a note in \(what), seed \(seed)")
    }
  }

  @Test func `the shapes are found when they are there`() {
    for before in ["", "x", "xy"] {
      let text = Data("\(before)note \(Self.mark) é".utf8).base64EncodedString()
      #expect(Self.shapes.contains { text.contains($0) })
    }
  }

  @Test(arguments: 0..<(isSoak ? 40 : 4))
  func `notes around answers, drafts, templates, collisions and undoing: none on the wire`(
    run: Int
  ) throws {
    var counter = try Around(seed: UInt64(run) &* 7919 &+ 26)
    for _ in 0..<60 { try counter.step() }
    try counter.sendAll()
    let seed = counter.seed
    #expect(try counter.sink.received().count > 2, "seed \(seed): nothing was sent")
    #expect(counter.notes > 10 && counter.heldOnce, "seed \(seed): nothing was held")
    Self.expectNone(Array(counter.sink.wire.utf8), "the wire", seed)
    for mail in try counter.sink.received() { Self.expectNone(mail.bytes, "a mail", seed) }
    for mailbox in ["Sent", "INBOX"] {
      for copy in try counter.dovecot.messages(mailbox: mailbox) {
        Self.expectNone(copy, "a copy in \(mailbox)", seed)
      }
    }
    for item in try counter.bureau.store.outbox(states: Set(OutgoingItem.State.allCases)) {
      Self.expectNone(Array("\(item)".utf8), "the outbox", seed)
    }
    for member in [Bureau.actor, Around.sami] {
      for draft in try counter.bureau.store.drafts(of: member.member.id) {
        Self.expectNone(Array("\(draft)".utf8), "a draft", seed)
      }
    }
    #expect(try counter.bureau.store.verify().problems == [])
  }
}

/// A counter that does anything around its answers.
private struct Around {
  let seed: UInt64
  let bureau: Bureau
  let dovecot: DovecotServer
  let sink: MailSink
  private var random: Dice
  private(set) var notes = 0
  private(set) var heldOnce = false
  private var count = 0
  private var mails = 0

  static let sami = Actor(
    member: Member(id: "id-sami", name: "Sami HADDAD", initials: "SH", role: .adjoint),
    poste: "comptoir 2", isDeclared: false)

  init(seed: UInt64) throws {
    self.seed = seed
    random = Dice(seed: seed)
    bureau = try Bureau()
    dovecot = try DovecotServer()
    sink = try MailSink(authority: dovecot.authority)
    try dovecot.deliver(TestMail.patientPrescription().bytes)
    try pass()
  }

  private var backend: Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: dovecot.port, security: .startTLS),
        smtp: Server(host: sink.host, port: sink.port, security: .startTLS),
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password("secret"))))
  }

  private func pass() throws {
    bureau.clock.advance(30)
    try bureau.pass(backend)
  }

  private mutating func next() -> String {
    count += 1
    return "\(seed)-\(count)"
  }

  private mutating func pick<T>(_ values: [T]) -> T? { values.randomElement(using: &random) }

  private mutating func who() -> Actor { Bool.random(using: &random) ? Bureau.actor : Self.sami }

  mutating func step() throws {
    let store = bureau.store
    let orders = try store.page(of: .all, member: nil, after: nil, limit: 20).rows.map(\.order)
    guard let order = pick(orders) else { return }
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<7: try note(on: order)
    case 7..<11: try answer(order)
    case 11: try arrive(order)
    case 12:
      _ = try? store.perform(
        .marked(.shelf("\(count)")), on: order.id, expecting: nil, by: who(), policy: Policy(),
        eventID: next(), now: bureau.clock.now)
    case 13:
      _ = try? store.undo(on: order.id, by: who(), eventID: next(), now: bureau.clock.now)
    case 14:
      guard let item = pick(try store.outbox(states: [.queued, .held])) else { return }
      let actor = who()
      let draft = Draft(
        takingBack: item, id: next(), authorID: actor.member.id, at: bureau.clock.now)
      try store.withdrawOutgoing(item.id, into: draft, by: actor, now: bureau.clock.now)
    case 15:
      guard let draft = pick(try store.drafts(of: Bureau.actor.member.id)) else { return }
      try send(draft, as: Bureau.actor)
    case 16: try release()
    default: try pass()
    }
    heldOnce = try heldOnce || !store.heldAnswers().isEmpty
  }

  private mutating func note(on order: Order) throws {
    notes += 1
    let name = next()
    // Words that a mail has too, over several lines, with a mention.
    let text = NoteText(
      "@Claire \(`Notes never leave`.mark) \(name)\nBonjour, votre ordonnance [heure]\n> Merci")
    _ = try bureau.store.perform(
      .noted(text), on: order.id, expecting: nil, by: who(), policy: Policy(), eventID: name,
      now: bureau.clock.now)
  }

  /// As the screen does it: from the mail that came, with a template, sometimes a file.
  private mutating func answer(_ order: Order) throws {
    let actor = who()
    let messages = try order.messages.compactMap { try bureau.store.message($0) }
    guard let original = messages.last(where: { !$0.isOutgoing }) else { return }
    let quoted = Draft.quote(try bureau.store.body(original.id)?.text ?? "")
    var draft = Draft(
      id: next(), replyingTo: original.id, order: order.id,
      to: [MailAddress(address: original.sender.address)],
      subject: Draft.replySubject(original.subject),
      body: "Bonjour, réponse \(next()) à venir vers 17 h.\(quoted)",
      attachments: Bool.random(using: &random)
        ? [DraftAttachment(filename: "a.txt", contentType: "text/plain", bytes: [65, 10, 200])]
        : [], authorID: actor.member.id, updatedAt: bureau.clock.now)
    draft.lastEvent = try bureau.store.lastEvent(of: order.id)
    // What the colleague writes meanwhile.
    if Int.random(in: 0..<3, using: &random) == 0 { try note(on: order) }
    try bureau.store.saveDraft(draft)
    if Bool.random(using: &random) { try send(draft, as: actor) }
  }

  private mutating func send(_ draft: Draft, as actor: Actor) throws {
    let id = "o" + next().filter(\.isNumber)
    let item = OutgoingItem(
      id: id, messageID: "<\(id)@officine.mssante.example>", order: draft.order,
      replyingTo: draft.replyingTo, from: MailAddress(address: Bureau.address), to: draft.to,
      subject: draft.subject, body: draft.body, attachments: draft.attachments,
      author: actor.author, queuedAt: bureau.clock.now,
      notBefore: bureau.clock.now.adding(seconds: 12))
    let stamp = draft.lastEvent.map {
      ThreadStamp(revision: 0, lastMessage: nil, lastEvent: $0, order: draft.order)
    }
    let event = next()
    var stopped: StoreError?
    do throws(StoreError) {
      try bureau.store.enqueue(
        item, expecting: stamp, draft: draft.id, by: actor, eventID: event,
        now: bureau.clock.now)
    } catch {
      stopped = error
    }
    guard let stopped else { return }
    guard case .refused(.stale) = stopped else { throw stopped }
    // Half of the time the author reads on and sends anyway.
    heldOnce = true
    guard Bool.random(using: &random), let order = draft.order else { return }
    var again = draft
    again.lastEvent = try bureau.store.lastEvent(of: order)
    try send(again, as: actor)
  }

  private mutating func arrive(_ order: Order) throws {
    guard let message = try order.messages.first.flatMap({ try bureau.store.message($0) }) else {
      return
    }
    mails += 1
    let text =
      "From: \(message.sender.address)\r\nTo: \(Bureau.address)\r\nSubject: Re: suite\r\n"
      + "Message-ID: <suite-\(seed)-\(mails)@x.example>\r\nIn-Reply-To: \(message.messageID)\r\n"
      + "\r\nAutre photo.\r\n"
    try dovecot.deliver(Array(text.utf8))
  }

  private mutating func release() throws {
    guard let held = pick(try bureau.store.heldAnswers()) else { return }
    try bureau.store.releaseOutgoing(
      held.item.id, seen: held.report.upTo, notBefore: bureau.clock.now, by: who(),
      now: bureau.clock.now)
  }

  mutating func sendAll() throws {
    for _ in 0..<3 {
      for held in try bureau.store.heldAnswers() {
        try bureau.store.releaseOutgoing(
          held.item.id, seen: nil, notBefore: bureau.clock.now, by: Self.sami,
          now: bureau.clock.now)
      }
      try pass()
    }
  }
}
