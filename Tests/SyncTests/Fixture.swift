// One BAL of an invented pharmacy, with a store of its own, for the tests of the worker.
import Documents
import Domain
import Store
import Sync
import Synchronization
import TestKit
import Testing

let noon = Timestamp(seconds: 1_795_200_000)

/// A clock that the test sets.
final class HandClock: Sendable {
  private let time = Mutex(noon)
  var now: Timestamp { time.withLock { $0 } }
  func advance(_ seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// A store, a decoder and what drives them; everything is gone with the value.
final class Bureau {
  let files: TemporaryDirectory
  let store: OfficineStore
  let clock = HandClock()
  let stop = Stop()
  var limits = DecoderLimits.standard
  var exportTo: String?
  var mailboxes: [String] = []
  var trash: String?
  var teamLog: TeamLogAccount?
  private var decoder: DecoderClient?

  static let address = TestMail.Party.officine.address

  init() throws {
    files = try TemporaryDirectory()
    store = try OfficineStore.open(at: files.path("store"), create: true)
    try store.addMember(Self.member, pinHash: nil, by: nil, now: noon)
  }

  static let member = Member(
    id: "id-claire", name: "Claire BONNEFOY", initials: "CB", role: .titulaire)
  static let actor = Actor(member: member, poste: "comptoir 1", isDeclared: false)

  func account(_ backend: Account.Backend) -> Account {
    var account = Account(
      bal: BAL(name: "officine", address: Self.address, kind: .organisationnelle),
      trust: TrustSpace(suffixes: ["mssante.fr", "mssante.example"]), policy: Policy(),
      backend: backend, mailboxes: mailboxes, exportTo: exportTo, trash: trash)
    account.teamLog = teamLog
    return account
  }

  func synchroniser(_ backend: Account.Backend, stop: Stop? = nil) throws -> Synchroniser {
    let decoder = DecoderClient(
      executable: try Products.binary("mssterm-worker"), limits: limits)
    self.decoder = decoder
    let clock = clock
    return try Synchroniser(
      account: account(backend), store: store, decoder: decoder, stop: stop ?? self.stop,
      now: { clock.now })
  }

  /// One pass of a worker that starts and ends with it; throws what keeps mail from leaving too.
  @discardableResult
  func pass(_ backend: Account.Backend, stop: Stop? = nil) throws -> SyncReport {
    let synchroniser = try synchroniser(backend, stop: stop)
    defer { synchroniser.close() }
    var report = try synchroniser.pass()
    _ = try synchroniser.readDocuments(atMost: .max, &report)
    if let failure = synchroniser.sendingFailure { throw failure }
    return report
  }

  /// The failure of a pass that must fail.
  func failure(_ backend: Account.Backend) throws -> SyncFailure? {
    do {
      try pass(backend)
      return nil
    } catch let failure as SyncFailure {
      return failure
    }
  }

  func messages(_ list: MessageList = .all) throws -> [Message] {
    try store.messages(list, after: nil, limit: 100_000).map(\.message)
  }

  func message(_ subject: String) throws -> Message? {
    try messages().first { $0.subject == subject }
  }

  /// Invariant 5: everything below the cursor of INBOX is here, or announced.
  func expectCursorCoversOnlyWhatIsStored() throws {
    guard let cursor = try store.cursor(of: "INBOX") else { return }
    let uids = try store.knownUIDs(in: "INBOX", uidValidity: cursor.uidValidity)
    let owed = try store.announced(
      in: "INBOX", uidValidity: cursor.uidValidity, limit: 100_000
    ).map(\.uid)
    #expect((uids + owed).filter { $0 < cursor.uidNext }.sorted() == Array(1..<cursor.uidNext))
  }

  /// Queues an answer to a stored message, ready to leave at once.
  @discardableResult
  func queueAnswer(
    _ id: String = "oaaaaaaaaaaaa", to original: Message, also others: [String] = []
  ) throws -> OutgoingItem {
    let order = try store.order(ofMessage: original.id)
    let item = OutgoingItem(
      id: id, messageID: "<\(id)@officine.mssante.example>", order: order?.id,
      replyingTo: original.id,
      from: MailAddress(name: "Pharmacie du Marché", address: Self.address),
      to: ([original.sender.address] + others).map { MailAddress(address: $0) },
      subject: "Re: \(original.subject)",
      body: "C'est prêt, à tout à l'heure.\n.\n", inReplyTo: original.messageID,
      references: [original.messageID], author: Self.actor.author, queuedAt: clock.now,
      notBefore: clock.now)
    try store.enqueue(
      item, expecting: nil, draft: nil, by: Self.actor, eventID: "event-\(id)", now: clock.now)
    return item
  }

  /// Through SQLite's own shell, as nothing in the program would do it.
  func sql(_ statement: String) throws {
    let outcome = try ChildProcess.run(
      "python3",
      [
        "-c",
        "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()",
        store.databasePath, statement,
      ])
    try #require(outcome.code == 0, "\(outcome.err)")
  }
}

/// A Maildir with mail in it.
struct Letterbox {
  let files: TemporaryDirectory
  var path: String { files.path("bal") }

  init() throws {
    files = try TemporaryDirectory()
    for folder in ["cur", "new", "tmp"] { try files.directory("bal/\(folder)") }
  }

  /// Puts a mail where a delivery agent would.
  func deliver(_ bytes: [UInt8], _ name: String, in place: String = "new") throws {
    try files.write("bal/\(place)/\(name)", bytes: bytes)
  }

  func backend(sendmail: [String] = [], outbox: Bool = false) -> Account.Backend {
    .maildir(
      MaildirAccount(
        path: path, sendmail: sendmail, outbox: outbox ? files.path("envois") : nil))
  }
}
