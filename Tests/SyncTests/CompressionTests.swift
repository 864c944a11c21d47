import Documents
import Domain
import Store
import TestKit
import Testing

@testable import Sync

@Suite(.serialized) struct `A compressed line` {
  private let bureau: Bureau

  init() throws { bureau = try Bureau() }

  private func backend(_ port: Int, compress: Bool = true) -> Account.Backend {
    var account = IMAPAccount(
      imap: Server(host: "localhost", port: port, security: .none), smtp: nil, anchors: [],
      login: Login(user: "officine", method: .password("secret")))
    account.isCompressed = compress
    return .imap(account)
  }

  /// What a store holds, without what differs from one store to the next.
  private func contents(_ bureau: Bureau) throws -> [String] {
    try bureau.messages().map { message in
      let raw = try bureau.store.raw(message.id).map { String(decoding: $0, as: UTF8.self) } ?? "-"
      let order = try bureau.store.order(ofMessage: message.id)
      return "\(message.mailbox) \(message.uid ?? 0) \(message.flags.names) "
        + "\(message.subject) \(order != nil) \(raw)"
    }.sorted()
  }

  private func fill(_ dovecot: DovecotServer) throws {
    for n in 1...40 { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    for n in 1...15 { try dovecot.deliver(TestMail.patientPrescription(n).bytes) }
    for n in 50...70 { try dovecot.deliver(TestMail.patientQuestion(n).bytes, mailbox: "Sent") }
  }

  @Test func `Dovecot: the same store with and without, for fewer bytes`() throws {
    let dovecot = try DovecotServer(extra: "protocol imap {\n  mail_plugins = imap_zlib\n}")
    try fill(dovecot)
    let road = try CuttingProxy(to: dovecot.port)
    var bytes: [Int] = []
    var stores: [[String]] = []
    for compress in [false, true] {
      let bureau = try Bureau()
      road.plan(.none)
      // A second pass sends flags and looks at what is known.
      for _ in 1...2 { try bureau.pass(backend(road.port, compress: compress)) }
      bytes.append(road.serverBytes)
      stores.append(try contents(bureau))
      try bureau.expectCursorCoversOnlyWhatIsStored()
    }
    #expect(stores[0].count == 76)
    #expect(stores[0] == stores[1])
    print("compress: \(bytes[0]) bytes from the server without, \(bytes[1]) with")
    #expect(bytes[1] < bytes[0] / 2)
  }

  @Test func `Bytes that came with the OK are compressed already, and the client deflates too`()
    throws
  {
    let dovecot = try DovecotServer()
    try fill(dovecot)
    let deflater = try Deflater(to: dovecot.port, .sound)
    #expect(try bureau.pass(backend(deflater.port)).received == 76)
    let said = deflater.heard
    let login = try #require(said.firstIndex { $0.contains("AUTHENTICATE") })
    let asked = try #require(said.firstIndex { $0.hasSuffix("COMPRESS DEFLATE") })
    #expect(login < asked, "never before or within the login")
    #expect(said[asked...].contains { $0.contains("UID FETCH") })
    let plain = try Bureau()
    try plain.pass(backend(dovecot.port, compress: false))
    #expect(try contents(plain) == contents(bureau))
  }

  @Test func `A server that refuses is simply not compressed`() throws {
    let dovecot = try DovecotServer()
    try fill(dovecot)
    let deflater = try Deflater(to: dovecot.port, .no)
    #expect(try bureau.pass(backend(deflater.port)).received == 76)
  }

  @Test func `Off by default: not asked for even where it is offered`() throws {
    let dovecot = try DovecotServer()
    try fill(dovecot)
    let deflater = try Deflater(to: dovecot.port, .sound)
    let account = IMAPAccount(
      imap: Server(host: "localhost", port: deflater.port, security: .none), smtp: nil,
      anchors: [], login: Login(user: "officine", method: .password("secret")))
    #expect(try bureau.pass(.imap(account)).received == 76)
    #expect(deflater.heard.contains { $0.contains("SELECT") })
    #expect(!deflater.heard.contains { $0.contains("COMPRESS") })
  }

  @Test(arguments: [Deflater.Mode.bomb, .garbage])
  func `I01: a bomb or a broken stream ends the connection; the mail comes without`(
    _ mode: Deflater.Mode
  ) throws {
    let dovecot = try DovecotServer()
    try fill(dovecot)
    let deflater = try Deflater(to: dovecot.port, mode)
    #expect(try bureau.pass(backend(deflater.port)).received == 76)
    #expect(deflater.heard.count { $0.contains("COMPRESS") } == 1, "asked once, never again")
    #expect(try bureau.store.syncStatus().phase == .upToDate)
    let told = try bureau.store.journal(limit: 200).filter { $0.action == "compress" }
    #expect(told.map(\.answer) == ["server.compression"])
    guard mode == .bomb else { return }
    try waitUntil("the end of the bomb") { deflater.taken != nil }
    // A GiB would be 1 MiB on the wire; what TCP holds by itself is counted as taken.
    print("bomb: \(deflater.taken ?? 0) bytes were taken of it")
  }

  @Test func `I01: what comes out is bounded by what came in, and per read`() {
    var budget = DeflateHandler.Budget()
    budget.earn(64 << 10)
    // A whole read of a bomb: a thousand times its size is asked for.
    var out = 0
    while budget.spend(64 << 10) { out += 64 << 10 }
    #expect(out <= DeflateHandler.Budget.most)
    // Mail that shrinks to a hundredth goes on for ever.
    var mail = DeflateHandler.Budget()
    for _ in 1...10_000 {
      mail.earn(1_400)
      let isEnough = mail.spend(140_000)
      #expect(isEnough)
    }
    // A trickle of bomb cannot save up: the window runs.
    var trickle = DeflateHandler.Budget()
    var given = 0
    for _ in 1...10_000 {
      trickle.earn(16)
      guard trickle.spend(16_000) else { break }
      given += 16_000
    }
    #expect(given < 2 << 20)
  }
}
