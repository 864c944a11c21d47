import Domain
import Store
import Synchronization
import TeamLog
import TestKit

@testable import Sync

/// One machine on a simulated operator: its store, its people and the worker's own clerk.
final class SimulatedMachine {
  let name: String
  let member: Member
  private let folder: String
  private let server: SimulatedOperator
  var limits = LogLimits.hurried()
  var key = SimulatedMachine.key
  /// The BAL's, as this machine's configuration has it.
  var address = Bureau.address
  let clock = HandClock()
  private(set) var store: OfficineStore
  private(set) lazy var clerk = makeClerk()
  var isOnline = true

  static let key = String(repeating: "5a", count: 32)

  init(_ name: String, _ server: SimulatedOperator, in folder: String) throws {
    self.name = name
    self.server = server
    self.folder = folder
    member = Member(id: "id-\(name)", name: "Membre \(name)", initials: name, role: .titulaire)
    store = try OfficineStore.open(at: folder, create: true)
    try store.addMember(member, pinHash: nil, by: nil, now: noon)
  }

  var actor: Actor { Actor(member: member, poste: "comptoir", isDeclared: false) }

  private func makeClerk() -> LogClerk {
    let (server, clock) = (server, clock)
    let clerk = LogClerk(
      TeamLogAccount(mailbox: "MSSTerm/Journal", keyCommand: []), address: address,
      store: store,
      operator: LogOperator(
        connect: { () throws(SyncFailure) in SimulatedRoad(server) }, close: {}),
      stop: Stop(), log: nil, now: { clock.now })
    clerk.key = LogKey(key)
    clerk.limits = limits
    return clerk
  }

  /// The line breaks; what was said and not seen is not known any more.
  func reconnect() { clerk.drop() }

  /// The process ends and another one begins.
  func restart() throws {
    clerk.drop()
    store.close()
    store = try OfficineStore.open(at: folder, create: false)
    clerk = makeClerk()
  }

  /// Looks until nothing of ours is owed.
  func sync() throws(SyncFailure) {
    guard isOnline else { return }
    var looks = 0
    while try clerk.pass(), looks < 12 { looks += 1 }
  }

  func read(_ mail: SimulatedMail) throws {
    let batch = IngestBatch(messages: [mail.incoming], cursor: nil)
    _ = try store.ingest(batch, policy: Policy(), now: clock.now)
  }

  @discardableResult
  func act(_ gesture: Gesture, on order: Order.ID, event: String) throws -> Order {
    clock.advance(1)
    return try store.perform(
      gesture, on: order, expecting: nil, by: actor, policy: Policy(), eventID: event,
      now: clock.now)
  }
}

/// One mail of a patient; `n` makes everything about it its own.
struct SimulatedMail {
  var n: Int
  var references: [String] = []

  var id: Message.ID { Self.id(n) }
  var order: Order.ID { "d" + id.dropFirst() }

  static func id(_ n: Int) -> Message.ID {
    let letters = Array("klmnopqrst")
    let word = String(String(n).compactMap { $0.wholeNumberValue.map { letters[$0] } })
    return "m" + String(repeating: "a", count: 12 - word.count) + word
  }

  static func header(_ n: Int) -> String { "<\(n)@mail.example>" }

  var incoming: IncomingMessage {
    let raw = Array("Subject: Ordonnance\r\nX-N: \(n)\r\n\r\nBonjour.\r\n".utf8)
    let message = Message(
      id: id, receptionKey: 0, messageID: Self.header(n), digest: OfficineStore.digest(of: raw),
      mailbox: "INBOX", uid: UInt32(n), receivedAt: noon.adding(seconds: Int64(n)), date: nil,
      sender: Sender(
        name: "Jeanne MARTIN", address: "279035121518989@patient.example", kind: .patient,
        display: "Jeanne MARTIN"),
      to: [MailAddress(name: "Pharmacie", address: "officine@pharma.example")],
      subject: "Ordonnance", kind: .prescription, isOutgoing: false, flags: Flags(), thread: id,
      preview: "Bonjour.", attachments: [], patient: nil)
    return IncomingMessage(
      message: message, raw: raw, uidValidity: 7, text: "Bonjour.",
      headers: [HeaderLine(name: "Subject", value: "Ordonnance")],
      parts: [PartLine(n: 0, parent: nil, contentType: "text/plain", size: raw.count)],
      references: references, documents: [], proposed: [], reportOriginalMessageID: nil)
  }
}
