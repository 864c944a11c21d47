import Domain
import Store
import Sync
import TestKit
import Testing

/// No answer stays « en cours d'envoi » without somebody who sends it.
@Suite struct `Items that nobody sends` {
  let bureau: Bureau
  let box: Letterbox
  var backend: Account.Backend { box.backend(outbox: true) }

  init() throws {
    bureau = try Bureau()
    box = try Letterbox()
    try box.deliver(TestMail.patientPrescription().bytes, "1.a.b")
    try bureau.pass(backend)
  }

  private func queued(_ id: String = "oaaaaaaaaaaaa") throws -> OutgoingItem {
    try bureau.queueAnswer(id, to: try #require(try bureau.messages().first { !$0.isOutgoing }))
  }

  private func item(_ item: OutgoingItem) throws -> OutgoingItem? {
    try bureau.store.outgoing(item.id)
  }

  private func left() throws -> Int {
    try bureau.store.outbox(states: [.sent]).count
  }

  @Test func `O03: a store that cannot keep the bytes of a mail leaves it queued`() throws {
    let waiting = try queued()
    let synchroniser = try bureau.synchroniser(backend)
    defer { synchroniser.close() }
    try bureau.sql(
      "CREATE TRIGGER full BEFORE UPDATE OF built ON outbox BEGIN SELECT RAISE(ABORT, 'no'); END")
    #expect(throws: SyncFailure.self) { try synchroniser.pass() }
    #expect(try item(waiting)?.state == .queued)
    #expect(try item(waiting)?.nextAttemptAt != nil)
    try bureau.sql("DROP TRIGGER full")
    bureau.clock.advance(61)
    #expect(try synchroniser.pass().sent == 1)
  }

  @Test func `O03: nor one that cannot even be settled, once there is room again`() throws {
    let waiting = try queued()
    let synchroniser = try bureau.synchroniser(backend)
    defer { synchroniser.close() }
    // The item is claimed, and from then on nothing of the outbox can be written.
    try bureau.sql(
      "CREATE TRIGGER full BEFORE UPDATE ON outbox WHEN OLD.state = 'sending' "
        + "BEGIN SELECT RAISE(ABORT, 'no'); END")
    for _ in 1...2 { #expect(throws: SyncFailure.self) { try synchroniser.pass() } }
    #expect(try item(waiting)?.state == .sending)
    try bureau.sql("DROP TRIGGER full")
    bureau.clock.advance(61)
    #expect(try synchroniser.pass().sent == 1)
    #expect(try left() == 1)
  }

  @Test func `O01: what nobody holds is found in the life of one service`() throws {
    let synchroniser = try bureau.synchroniser(backend)
    defer { synchroniser.close() }
    _ = try synchroniser.pass()
    let (before, behind) = (try queued("oaaaaaaaaaaaa"), try queued("obbbbbbbbbbbb"))
    for item in [before, behind] {
      #expect(try bureau.store.claimOutgoing(now: bureau.clock.now)?.id == item.id)
      try bureau.store.storeBuilt(item.id, bytes: [0x41])
    }
    try bureau.store.markFinalDot(behind.id, now: bureau.clock.now)
    #expect(try synchroniser.pass().sent == 1)
    #expect(try item(before)?.state == .sent)
    // Behind the dot: never again by the machine.
    #expect(try item(behind)?.state == .uncertain)
    #expect(try left() == 1)
  }
}
