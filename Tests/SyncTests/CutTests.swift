import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// The road cut after every so many bytes, in both directions, in every phase of both protocols.
@Suite(.serialized) struct `A connection cut anywhere` {
  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"

  private func backend(
    _ imap: Int, user: String, smtp: Int? = nil, _ security: Server.Security = .none,
    anchors: [String] = []
  ) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: imap, security: security),
        smtp: smtp.map { Server(host: "localhost", port: $0, security: security) },
        anchors: anchors, login: Login(user: user, method: .password("secret"))))
  }

  /// Places to cut, evenly.
  private func places(_ total: Int, _ count: Int) -> [Int] {
    guard total > 1 else { return [1] }
    return (0..<count).map { 1 + $0 * (total - 1) / count }
  }

  @Test(arguments: [Server.Security.none, .startTLS])
  func `S03: a receiving cut at any byte goes on, and no half mail is ever stored`(
    _ security: Server.Security
  ) throws {
    let count = Self.isSoak ? 160 : 32
    let names = (0...(2 * count)).map { "poste\($0)" }
    let dovecot = try DovecotServer(
      users: Dictionary(uniqueKeysWithValues: names.map { ($0, "secret") }))
    let anchors = [dovecot.authority.anchor]
    let road = try CuttingProxy(to: dovecot.port)
    let mails =
      (1...5).map { TestMail.patientPrescription($0).bytes } + [TestMail.hostile(1).bytes]
    func fill(_ user: String) throws {
      for mail in mails { try dovecot.deliver(mail, to: user) }
    }
    func raws(_ bureau: Bureau) throws -> Set<[UInt8]> {
      Set(try bureau.messages().compactMap { try bureau.store.raw($0.id) })
    }
    try fill(names[0])
    road.plan(.none)
    let undisturbed = try Bureau()
    try undisturbed.pass(backend(road.port, user: names[0], security, anchors: anchors))
    let totals = (server: road.serverBytes, client: road.clientBytes)
    let expected = try raws(undisturbed)
    #expect(expected.count == mails.count)
    var cuts = places(totals.server, count).map { CuttingProxy.Cut.afterServer($0) }
    cuts += places(totals.client, count).map { CuttingProxy.Cut.afterClient($0) }
    for (place, cut) in cuts.enumerated() {
      let user = names[place % (names.count - 1) + 1]
      try fill(user)
      let bureau = try Bureau()
      let account = backend(road.port, user: user, security, anchors: anchors)
      road.plan(cut)
      // A cut may also fall behind the last byte that matters.
      _ = try bureau.failure(account)
      #expect(try raws(bureau).isSubset(of: expected), "\(cut)")
      road.plan(.none)
      #expect(try bureau.failure(account) == nil, "\(cut)")
      #expect(try raws(bureau) == expected, "\(cut)")
      #expect(try bureau.messages().count == mails.count)
    }
    print("S03: \(cuts.count) cuts over \(totals.server) + \(totals.client) bytes, all resumed")
  }

  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      (Server.Security.none, MailSink.Security.none), (.startTLS, .starttls),
    ])
  func `O01: a sending cut at any byte leaves each mail at most once, and none is missing`(
    _ security: Server.Security, _ offered: MailSink.Security
  ) throws {
    let bureau = try Bureau()
    let dovecot = try DovecotServer()
    let sink = try MailSink(offered, authority: dovecot.authority)
    let road = try CuttingProxy(to: sink.port)
    let account = backend(
      dovecot.port, user: "officine", smtp: road.port, security,
      anchors: [dovecot.authority.anchor])
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    try bureau.pass(account)
    let question = try #require(try bureau.messages().first)
    let first = try bureau.queueAnswer("oundisturbed", to: question)
    road.plan(.none)
    try bureau.pass(account)
    #expect(try bureau.store.outgoing(first.id)?.state == .sent)
    let totals = (server: road.serverBytes, client: road.clientBytes)
    var cuts = places(totals.client, 60).map { CuttingProxy.Cut.afterClient($0) }
    cuts += places(totals.server, 60).map { CuttingProxy.Cut.afterServer($0) }
    var outcomes: [OutgoingItem.State: Int] = [:]
    for (place, cut) in cuts.enumerated() {
      let item = try bureau.queueAnswer("ocut\(place)", to: question)
      road.plan(cut)
      _ = try bureau.failure(account)
      let state = try #require(try bureau.store.outgoing(item.id)?.state)
      outcomes[state, default: 0] += 1
      road.plan(.none)
      // The machine alone: what is uncertain stays so, whatever time goes by.
      bureau.clock.advance(4_000)
      try bureau.pass(account)
      let later = try #require(try bureau.store.outgoing(item.id)?.state)
      if state == .uncertain {
        #expect(later == .uncertain, "\(cut)")
        try decide(item, bureau, sink)
        bureau.clock.advance(4_000)
        try bureau.pass(account)
      }
      #expect(try bureau.store.outgoing(item.id)?.state == .sent, "\(cut)")
    }
    // The doubt itself was met, and so was the certainty.
    #expect(outcomes[.uncertain, default: 0] > 0 && outcomes[.queued, default: 0] > 0)
    var arrivals: [String: Int] = [:]
    for mail in try sink.received() {
      let line = mail.text.split(separator: "\r\n").first { $0.hasPrefix("Message-ID:") }
      arrivals[String(line ?? ""), default: 0] += 1
    }
    #expect(arrivals.count == cuts.count + 1, "none is missing")
    #expect(arrivals.values.allSatisfy { $0 == 1 }, "none came twice")
    #expect(try dovecot.messages(mailbox: "Sent").count == cuts.count + 1)
    print("O01: \(cuts.count) runs, \(outcomes), each arrived once")
  }

  /// A person looks whether it arrived, and says so.
  private func decide(_ item: OutgoingItem, _ bureau: Bureau, _ sink: MailSink) throws {
    let hasArrived = try sink.received().contains {
      $0.text.contains("Message-ID: \(item.messageID)")
    }
    if hasArrived {
      try bureau.store.settleByPerson(
        item.id, wasSent: true, by: Bureau.actor, now: bureau.clock.now)
    } else {
      try bureau.store.retryOutgoing(item.id, by: Bureau.actor, now: bureau.clock.now)
    }
  }
}
