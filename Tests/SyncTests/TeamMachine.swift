import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// One of several machines of an officine: a store of its own, on the same BAL as the others.
final class TeamMachine {
  let bureau: Bureau
  let member: Member
  var store: OfficineStore { bureau.store }
  var actor: Actor { Actor(member: member, poste: "comptoir", isDeclared: false) }
  var account: Account { bureau.account(backend) }
  private let backend: Account.Backend
  private var service: RunningService?

  static let key = String(repeating: "5a", count: 32)
  static let log = "MSSTerm/Journal"

  /// - Parameters:
  ///   - port: of the server, or of a road to it.
  ///   - key: what its key command prints.
  init(
    _ initials: String, port: Int, user: String = "officine",
    key: String = TeamMachine.key, log: String = TeamMachine.log, isCompressed: Bool = false
  ) throws {
    bureau = try Bureau()
    member = Member(
      id: "id-\(initials)", name: "Membre \(initials)", initials: initials, role: .preparateur)
    var account = IMAPAccount(
      imap: Server(host: "localhost", port: port, security: .none), smtp: nil,
      anchors: [], login: Login(user: user, method: .password("secret")))
    account.isCompressed = isCompressed
    backend = .imap(account)
    bureau.teamLog = TeamLogAccount(mailbox: log, keyCommand: ["echo", key])
    try store.addMember(member, pinHash: nil, by: nil, now: noon)
  }

  deinit {
    // A test that failed leaves its service behind; the value does not.
    try? stopService()
  }

  /// `mssterm sync --once`: the log, the mail, the log.
  func pass() throws {
    let synchroniser = try bureau.synchroniser(backend, stop: Stop())
    defer { synchroniser.close() }
    try synchroniser.logPass()
    _ = try synchroniser.pass()
    try synchroniser.logPass()
  }

  /// Only the log.
  func logPass() throws {
    let synchroniser = try bureau.synchroniser(backend, stop: Stop())
    defer { synchroniser.close() }
    try synchroniser.logPass()
  }

  /// The same, on any thread; false when it has to come again.
  var passes: LogPasses { LogPasses(account: account, store: store, clock: bureau.clock) }

  /// Its service in this process: IDLE on the mail and on the log.
  func startService(_ change: (inout Rhythm) -> Void = { _ in }) throws {
    var rhythm = Rhythm()
    rhythm.backOff = [1]
    rhythm.limitBackOff = [1]
    rhythm.refusedPause = 1
    change(&rhythm)
    let running = try RunningService(bureau, backend, rhythm, stop: Stop())
    service = running
    try waitUntil("the log of \(member.initials)") {
      try store.teamLogHealth()?.isPushed == true && store.health().isPushed
    }
  }

  func stopService() throws {
    let running = service
    service = nil
    try running?.end()
  }

  /// « Je prends », here; nil when this machine knows already that somebody has it.
  @discardableResult
  func take(_ order: Order.ID) throws -> String? { try perform(.taken(over: nil), on: order) }

  @discardableResult
  func perform(_ gesture: Gesture, on order: Order.ID) throws -> String? {
    try hand.perform(gesture, on: order)
  }

  var hand: Hand { Hand(store: store, actor: actor) }

  func fate(_ event: String) throws -> LogFate { try store.fate(ofEvent: event) }

  /// What the store says of a demande, without what is only this store's own.
  func fold(_ id: Order.ID) throws -> Order? { try store.order(id) }

  var pending: Int {
    get throws { try store.teamLog()?.pending ?? 0 }
  }
}

/// Machines that have all read the same log hold the same officine.
func expectEqual(_ machines: [TeamMachine], _ orders: [Order.ID]) throws {
  guard let first = machines.first else { return }
  for machine in machines.dropFirst() {
    #expect(try machine.store.teamLogDigest() == first.store.teamLogDigest())
    for id in orders {
      let (a, b) = (try first.fold(id), try machine.fold(id))
      #expect(a?.owner?.memberID == b?.owner?.memberID)
      #expect(a?.status == b?.status)
      #expect(a?.messages == b?.messages)
      #expect(a?.markers == b?.markers)
    }
    #expect(try machine.store.verify().problems.isEmpty)
  }
}

/// Who presses at a machine; any thread.
struct Hand: Sendable {
  let store: OfficineStore
  let actor: Actor

  /// The event; nil when this machine knows already why it may not happen.
  func perform(_ gesture: Gesture, on order: Order.ID) throws -> String? {
    let event = UUID().uuidString.lowercased()
    do {
      _ = try store.perform(
        gesture, on: order, expecting: nil, by: actor, policy: Policy(), eventID: event, now: noon)
      return event
    } catch .refused {
      return nil
    }
  }
}

/// Whole passes of the log, on any thread.
struct LogPasses: Sendable {
  let account: Account
  let store: OfficineStore
  let clock: HandClock

  /// False when the pass has to come again: the other machine was at it.
  func log() -> Bool {
    do {
      let decoder = DecoderClient(executable: try Products.binary("mssterm-worker"))
      let clock = clock
      let synchroniser = try Synchroniser(
        account: account, store: store, decoder: decoder, stop: Stop(), now: { clock.now })
      defer { synchroniser.close() }
      return try synchroniser.logPass()
    } catch {
      return false
    }
  }
}
