import Documents
import Domain
import Foundation
import NIOCore
import Store
import TestKit
import Testing

@testable import Sync

/// I04: a server that gives a byte now and then must not hold a pass.
@Suite(.serialized) struct `A server that drips` {
  private let bureau: Bureau

  init() throws { bureau = try Bureau() }

  /// What fails, and the words that the server heard; nothing here waits for a whole minute.
  private func failure(
    _ dripper: Dripper, _ change: (inout Patience) -> Void = { _ in }
  ) throws -> SyncFailure? {
    var account = IMAPAccount(
      imap: Server(host: "localhost", port: dripper.port, security: .none), smtp: nil, anchors: [],
      login: Login(user: "officine", method: .password("secret")))
    account.patience.silence = 20_000
    account.patience.login = 20_000
    account.patience.command = 20_000
    change(&account.patience)
    return try bureau.failure(.imap(account))
  }

  @Test(.timeLimit(.minutes(5)))
  func `A greeting that never ends: the total for the way in`() throws {
    let dripper = try Dripper(drip: "* OK " + String(repeating: "x", count: 1_000_000))
    #expect(try failure(dripper) { $0.login = 400 } == .timedOut)
    #expect(try bureau.store.syncStatus().failure == "network.timeout")
    #expect(dripper.dripped > 3, "it was never silent")
  }

  @Test(.timeLimit(.minutes(5)))
  func `A login whose answers come in whole lines and never end: the same total`() throws {
    let dripper = try Dripper(
      first: ["* OK [CAPABILITY IMAP4rev1] hi\r\n"],
      drip: String(repeating: "* OK still\r\n", count: 100_000), atOnce: 12)
    #expect(try failure(dripper) { $0.login = 400 } == .timedOut)
    #expect(dripper.dripped > 3)
  }

  private static let inside =
    ["* OK [CAPABILITY IMAP4rev1] hi\r\n", "A1 OK [CAPABILITY IMAP4rev1] in\r\n"]

  @Test(.timeLimit(.minutes(5)))
  func `Bytes without a whole response are no progress`() throws {
    let dripper = try Dripper(
      first: Self.inside, drip: "* LIST () \"/\" " + String(repeating: "x", count: 1_000_000))
    #expect(try failure(dripper) { $0.silence = 400 } == .timedOut)
    #expect(dripper.dripped > 3)
  }

  @Test(.timeLimit(.minutes(5)))
  func `Whole responses that never answer: the total of the command`() throws {
    let dripper = try Dripper(
      first: Self.inside, drip: String(repeating: "* OK still\r\n", count: 100_000), atOnce: 12)
    #expect(
      try failure(dripper) {
        $0.command = 400
        $0.rate = 1_000_000
      } == .timedOut)
    #expect(dripper.dripped > 3)
  }

  @Test(.timeLimit(.minutes(5)))
  func `A flood of counts that nobody asked for ends the connection`() throws {
    let dripper = try Dripper(
      first: Self.inside, drip: String(repeating: "* 7 EXISTS\r\n", count: 300_000),
      atOnce: 1 << 16, every: 0)
    #expect(try failure(dripper) == .violation)
  }

  @Test(.timeLimit(.minutes(5)))
  func `A submission server that drips: the item waits, nothing was sent`() throws {
    let dovecot = try DovecotServer()
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    let dripper = try Dripper(drip: "220-" + String(repeating: "x", count: 1_000_000))
    var account = IMAPAccount(
      imap: Server(host: "localhost", port: dovecot.port, security: .none),
      smtp: Server(host: "localhost", port: dripper.port, security: .none), anchors: [],
      login: Login(user: "officine", method: .password("secret")))
    account.patience.submission = 400
    account.patience.verdict = 0
    try bureau.pass(.imap(account))
    let item = try bureau.queueAnswer(to: try #require(try bureau.messages().first))
    #expect(try bureau.failure(.imap(account)) == .timedOut)
    #expect(dripper.dripped > 3)
    #expect(try bureau.store.outgoing(item.id)?.state == .queued)
  }

  // MARK: - The account itself

  private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

  @Test func `A large answer on a slow line has its time, a small one has not`() {
    var debt = Debt(Patience(), at: at(0))
    debt.owe(at: at(0))
    debt.settle(owesMore: false, isLoggedIn: true, at: at(1))
    #expect(debt.due == nil, "nothing is owed")
    debt.owe(at: at(100))
    #expect(debt.due == at(155))
    // 40 MB at 40 KB/s: 1,000 s.
    for second in 1...1_000 as ClosedRange<Int64> {
      debt.came(40_000, isWhole: false, at: at(100 + second))
      #expect(debt.due.map { $0 > at(100 + second + 1) } == true)
    }
    debt.settle(owesMore: false, isLoggedIn: true, at: at(1_101))
    // Whole lines of ten bytes a second: ten minutes, and no more.
    debt.owe(at: at(2_000))
    var last: Int64 = 2_000
    while let due = debt.due, due > at(last + 1), last < 9_000 {
      last += 1
      debt.came(10, isWhole: true, at: at(last))
    }
    #expect((2_590...2_610).contains(last))
  }

  @Test func `The way in is one account: time that is ours does not count, theirs adds up`() {
    var debt = Debt(Patience(), at: at(0))
    debt.owe(at: at(0))
    debt.settle(owesMore: false, isLoggedIn: false, at: at(25))
    // A password command takes half a minute.
    debt.owe(at: at(55))
    #expect(debt.due == at(90), "60 s less the 25 that are gone")
    debt.settle(owesMore: false, isLoggedIn: false, at: at(80))
    debt.owe(at: at(80))
    #expect(debt.due == at(90))
    debt.settle(owesMore: false, isLoggedIn: true, at: at(89))
    debt.owe(at: at(200))
    #expect(debt.due == at(255))
  }
}

/// Says the first words at once, then drips; what the client says is thrown away.
private final class Dripper: Sendable {
  let port: Int
  private let process: ChildProcess

  private static let script = """
    import socket, sys, threading
    port, first, drip, step, pause = sys.argv[1:6]
    drip = open(drip, "rb").read()
    first = open(first, "rb").read().split(b"\\0")
    step, pause = int(step), float(pause)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(port)))
    listener.listen(8)
    print("READY", file=sys.stderr, flush=True)
    def hear(client, gone):
        try:
            while client.recv(65536): pass
        except OSError: pass
        gone.set()
    while True:
        client = listener.accept()[0]
        try:
            for at, words in enumerate(first):
                if at: client.recv(65536)
                client.sendall(words)
            gone = threading.Event()
            threading.Thread(target=hear, args=(client, gone), daemon=True).start()
            for at in range(0, len(drip), step):
                client.sendall(drip[at:at + step])
                if pause:
                    print(".", file=sys.stderr, flush=True)
                    if gone.wait(pause): break
        except OSError: pass
    """
  private let files: TemporaryDirectory

  /// - Parameter first: said at once, each after a word of the client but the first.
  init(first: [String] = [], drip: String, atOnce: Int = 1, every pause: Double = 0.02) throws {
    files = try TemporaryDirectory()
    port = try Loopback.freePort()
    let process = try ChildProcess(
      "python3",
      [
        "-c", Self.script, "\(port)", try files.write("first", first.joined(separator: "\u{0}")),
        try files.write("drip", drip), "\(atOnce)", "\(pause)",
      ])
    self.process = process
    try waitUntil("the dripper to listen", seen: { process.errSoFar }) {
      process.errSoFar.contains("READY")
    }
  }

  /// How many drops fell.
  var dripped: Int { process.errSoFar.count { $0 == "." } }
}
