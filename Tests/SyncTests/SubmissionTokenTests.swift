import Domain
import Store
import TestKit
import Testing

@testable import Sync

@Suite struct `A token for sending` {
  @Test func `One that the server finds too old is followed by a fresh one, at once`() throws {
    let bureau = try Bureau()
    let hello = (after: 1, say: "250-ready\r\n250 AUTH XOAUTH2\r\n")
    let server = try ScriptedServer(
      "220 ready\r\n",
      sessions: [
        [hello, (1, "535 5.7.8 too old\r\n"), (1, "221 bye\r\n")],
        [hello, (1, "235 2.7.0 welcome\r\n"), (1, "550 5.7.1 no\r\n"), (1, "221 bye\r\n")],
        [hello, (1, "535 5.7.8 no\r\n"), (1, "221 bye\r\n")],
        [hello, (1, "535 5.7.8 no\r\n"), (1, "221 bye\r\n")],
      ])
    let counter = bureau.files.path("compteur")
    let command = ["/bin/sh", "-c", "echo x >> \(counter); echo jeton-$(wc -l < \(counter))"]
    let network = Network(life: LifeSign())
    defer { network.shutDown() }
    let carrier = SubmissionCarrier(
      server: Server(host: "localhost", port: server.port, security: .none),
      desk: LoginDesk(
        Login(user: "officine", method: .xoauth2(command), tokenHosts: ["localhost"]),
        store: bureau.store),
      anchors: nil, network: network, stop: bureau.stop, patience: Patience())
    let item = OutgoingItem(
      id: "oaaaaaaaaaaaa", messageID: "<a@officine.mssante.example>", order: nil, replyingTo: nil,
      from: MailAddress(address: Bureau.address),
      to: [MailAddress(address: "x@cabinet.mssante.example")], subject: "x", body: "x",
      inReplyTo: nil, references: [], author: Bureau.actor.author, queuedAt: noon, notBefore: noon)
    func carry() throws(SyncFailure) -> Delivery {
      var results: [OutgoingItem.RecipientResult] = []
      return try carrier.carry(Array("X: y\r\n\r\nz\r\n".utf8), item, &results) {}
    }
    guard case .refused(let answer) = try carry() else {
      Issue.record("the second token was not shown")
      return
    }
    #expect(answer.hasPrefix("550"))
    // Two that are refused, and no third: a person opens the session again.
    #expect(throws: SyncFailure.sessionClosed) { try carry() }
    #expect(server.wire.split(separator: "\r\n").count { $0.hasPrefix("AUTH") } == 4)
  }
}

/// Takes the mark and then fails in a way that no carrier should.
private struct Faithless: Carrier {
  func carry(
    _ mail: [UInt8], _ item: OutgoingItem, _ results: inout [OutgoingItem.RecipientResult],
    gate: () throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> Delivery {
    try gate()
    throw .connectionLost
  }

  func hasLeft(_ item: OutgoingItem) -> Bool { false }
}

@Suite struct `A way that fails behind the mark` {
  @Test func `O01: what passed the mark is uncertain, however the attempt ended`() throws {
    let bureau = try Bureau()
    let box = try Letterbox()
    try box.deliver(TestMail.patientPrescription().bytes, "1.a.b")
    try bureau.pass(box.backend())
    let item = try bureau.queueAnswer(to: try #require(try bureau.messages().first))
    let clock = bureau.clock
    let sender = OutboxSender(
      store: bureau.store, carrier: Faithless(), settlements: Settlements(), now: { clock.now },
      stop: bureau.stop)
    var report = SyncReport()
    #expect(throws: SyncFailure.connectionLost) { try sender.run(&report) }
    #expect(try bureau.store.outgoing(item.id)?.state == .uncertain)
  }
}
