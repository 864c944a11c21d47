// Fictitious mail, people and answers for the tests of the store.
import Domain
import Store
import TestKit

let noon = Timestamp(seconds: 1_795_000_000)

func later(_ seconds: Int64) -> Timestamp { noon.adding(seconds: seconds) }

/// A store in a directory of its own, gone with the test.
struct Officine {
  let folder: TemporaryDirectory
  let store: OfficineStore

  init() throws {
    folder = try TemporaryDirectory()
    store = try OfficineStore.open(at: folder.path("store"), create: true)
  }

  var directory: String { store.directory }

  /// Another poste on the same store.
  func another() throws -> OfficineStore {
    try OfficineStore.open(at: directory, create: false)
  }
}

func member(_ id: String, _ name: String, _ role: Role = .titulaire) -> Member {
  Member(id: id, name: name, initials: Member.initials(of: name), role: role)
}

func actor(_ name: String, _ role: Role = .titulaire, poste: String = "comptoir 1") -> Actor {
  Actor(member: member("id-" + name, name, role), poste: poste, isDeclared: false)
}

let claire = actor("Claire BONNEFOY")
let lea = actor("Léa PETITJEAN", .preparateur, poste: "comptoir 2")

/// One mail of a patient unless told otherwise; `n` makes id, Message-ID, UID and time its own.
struct Mail {
  var n: Int
  var name = "Jeanne MARTIN"
  var address = "279035121518989@patient.example"
  var subject = "Mon ordonnance"
  var text = "Bonjour, voici mon ordonnance."
  var kind = MessageKind.prescription
  var isOutgoing = false
  var messageID: String?
  var references: [String] = []
  var original: String?
  var attachments: [Attachment] = []
  var documents: [ReadableDocument] = []
  var proposed: [Marker] = []
  var flags = Flags()
  var patient: Patient?
  var at: Int64?
  var mailbox = "INBOX"

  var id: String { Self.id(n) }
  var order: String { "d" + id.dropFirst() }

  static func id(_ n: Int) -> String {
    let digits = String(n)
    return "m" + String(repeating: "a", count: 12 - digits.count)
      + digits.map {
        String("klmnopqrst".dropFirst(Int(String($0)) ?? 0).prefix(1))
      }.joined()
  }

  static func header(_ n: Int) -> String { "<\(n)@mail.example>" }

  var incoming: IncomingMessage {
    let raw = Array("Subject: \(subject)\r\nX-N: \(n)\r\n\r\n\(text)\r\n".utf8)
    let message = Message(
      id: id, receptionKey: 0, messageID: messageID ?? Self.header(n),
      digest: OfficineStore.digest(of: raw),
      mailbox: mailbox, uid: UInt32(n), receivedAt: later(at ?? Int64(n)), date: nil,
      sender: Sender(name: name, address: address, kind: .patient, display: name),
      to: [MailAddress(name: "Pharmacie", address: "officine@pharma.example")], subject: subject,
      kind: kind, isOutgoing: isOutgoing, flags: flags, thread: id, preview: text,
      attachments: attachments, patient: patient)
    return IncomingMessage(
      message: message, raw: raw, uidValidity: 7, text: text,
      headers: [HeaderLine(name: "Subject", value: subject)],
      parts: [PartLine(n: 0, parent: nil, contentType: "text/plain", size: raw.count)],
      references: references, documents: documents, proposed: proposed,
      reportOriginalMessageID: original)
  }
}

extension OfficineStore {
  @discardableResult
  func take(_ mails: Mail..., cursor: MailboxCursor? = nil) throws -> IngestResult {
    let batch = IngestBatch(messages: mails.map(\.incoming), cursor: cursor)
    return try ingest(batch, policy: Policy(), now: later(0))
  }

  @discardableResult
  func act(
    _ gesture: Gesture, on id: Order.ID, by actor: Actor = claire,
    expecting: Order.Revision? = nil, event: String, at: Int64 = 100
  ) throws -> Order {
    try perform(
      gesture, on: id, expecting: expecting, by: actor, policy: Policy(), eventID: event,
      now: later(at))
  }

  /// Every demande, by way of the pages.
  func everyOrder() throws -> [Order] {
    var rows: [QueueRow] = []
    var after: RowKey?
    while true {
      let page = try page(of: .all, member: nil, after: after, limit: 7)
      rows += page.rows
      guard page.hasMore, let last = page.rows.last else { return rows.map(\.order) }
      after = last.key
    }
  }
}

func answer(
  _ id: String, on order: Order.ID?, to message: Message.ID? = nil, by actor: Actor = claire
) -> OutgoingItem {
  OutgoingItem(
    id: id, messageID: "<\(id)@officine.example>", order: order, replyingTo: message,
    from: MailAddress(address: "officine@pharma.example"),
    to: [MailAddress(address: "279035121518989@patient.example")], subject: "Re: Mon ordonnance",
    body: "C'est prêt.",
    attachments: [
      DraftAttachment(filename: "note.pdf", contentType: "application/pdf", bytes: [0, 1, 255])
    ], author: actor.author, queuedAt: later(200), notBefore: later(212))
}

/// The error that `body` throws, to be compared.
func problem(_ body: () throws -> Void) -> StoreError? {
  do {
    try body()
    return nil
  } catch {
    return error as? StoreError
  }
}
