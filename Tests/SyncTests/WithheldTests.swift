import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// Mails that a server lists and does not give: they never hold up the others, and are never lost.
@Suite(.serialized) struct `A mail that its server cannot deliver` {
  let server: MinimalIMAPServer
  let trial: PeerTrial

  init() throws {
    server = try MinimalIMAPServer()
    trial = try PeerTrial(server)
  }

  private var bureau: Bureau { trial.bureau }

  private func uids() throws -> [UInt32] { try bureau.messages().compactMap(\.uid).sorted() }

  private func deliver(_ numbers: ClosedRange<Int>) throws {
    try server.webmail.deliver(numbers.map { TestMail.patientQuestion($0).bytes })
  }

  /// Passes as a service makes them: a first cut is told as one, and the next pass looks closer.
  private func passes() throws {
    if try bureau.failure(trial.backend()) != nil { try bureau.pass(trial.backend()) }
  }

  @Test(arguments: MinimalIMAPServer.Withheld.allCases)
  func `S03: the mails behind it come, it is named, and comes when the server can`(
    _ how: MinimalIMAPServer.Withheld
  ) throws {
    try deliver(1...8)
    try server.withhold([5: how])
    try passes()
    #expect(try uids() == [1, 2, 3, 4, 6, 7, 8])
    try bureau.expectCursorCoversOnlyWhatIsStored()
    let row = try #require(try bureau.store.withheld(limit: 9).first)
    #expect(row.uid == 5 && row.attempts == 2)
    #expect(try bureau.store.counts(member: nil).withheld == 1)
    // Who wrote is asked for as well, where the server can say it.
    let sender = try #require(try bureau.messages().first?.sender.address)
    #expect(row.sender.address == (how == .blind ? "" : sender))
    let reason: Withholding =
      switch how {
      case .refused, .blind: .refused
      case .empty: .empty
      case .bye, .drop: .cut
      }
    #expect(row.withheld == reason)
    #expect(try bureau.store.syncStatus().phase == .upToDate)
    #expect(try bureau.store.verify().isSound)
    // New mail comes straight, the bad one stays, and a quiet pass tells nothing twice.
    try deliver(9...9)
    let synchroniser = try bureau.synchroniser(trial.backend())
    defer { synchroniser.close() }
    #expect(try synchroniser.pass().received == 1)
    let lines = try bureau.store.journal(limit: 1_000).count
    #expect(try synchroniser.pass().received == 0)
    #expect(try bureau.store.journal(limit: 1_000).count == lines)
    // Asked again when its time has come, not before.
    try server.withhold([:])
    #expect(try synchroniser.pass().received == 0)
    bureau.clock.advance(3_600)
    #expect(try synchroniser.pass().received == 1)
    #expect(try uids() == Array(1...9))
    #expect(try bureau.store.withheld(limit: 9).isEmpty)
    #expect(try bureau.store.verify().isSound)
  }

  @Test func `Many of them, of every kind, cost a pass and not the mail`() throws {
    try deliver(1...60)
    try server.withhold([3: .drop, 20: .refused, 21: .empty, 22: .bye, 59: .drop, 60: .blind])
    try passes()
    let bad: Set<UInt32> = [3, 20, 21, 22, 59, 60]
    #expect(try Set(uids()) == Set(1...60).subtracting(bad))
    #expect(try Set(bureau.store.withheld(limit: 9).map(\.uid)) == bad)
    try bureau.expectCursorCoversOnlyWhatIsStored()
    try server.withhold([:])
    // A new service asks at once.
    #expect(try bureau.pass(trial.backend()).received == bad.count)
    #expect(try uids() == Array(1...60))
  }

  @Test(arguments: [MinimalIMAPServer.Withheld.refused, .drop])
  func `An answer leaves although a mail does not come`(
    _ how: MinimalIMAPServer.Withheld
  ) throws {
    let sink = try MailSink()
    try deliver(1...1)
    try bureau.pass(trial.backend(sink: sink))
    try bureau.queueAnswer(to: try #require(try bureau.messages().first))
    try deliver(2...3)
    try server.withhold([2: how])
    if try bureau.failure(trial.backend(sink: sink)) != nil {
      try bureau.pass(trial.backend(sink: sink))
    }
    #expect(try sink.received().count == 1)
    #expect(try bureau.messages().filter { $0.mailbox == "INBOX" }.map(\.uid) == [3, 1])
  }

  @Test func `S07: under new numbers it is asked for afresh`() throws {
    try deliver(1...4)
    try server.withhold([2: .refused])
    try bureau.pass(trial.backend())
    #expect(try bureau.store.withheld(limit: 9).map(\.uid) == [2])
    // Dealt in the opposite order: now another one is bad, and this one comes.
    try server.renumber()
    try bureau.pass(trial.backend())
    #expect(try bureau.messages().count == 4)
    #expect(try bureau.store.withheld(limit: 9).map(\.uid) == [2])
    try server.withhold([:])
    try bureau.pass(trial.backend())
    #expect(try bureau.messages().allSatisfy { $0.uid != nil })
    #expect(try bureau.store.withheld(limit: 9).isEmpty)
  }

  @Test func `Taken away by somebody else meanwhile: nothing is owed any more`() throws {
    try deliver(1...3)
    try server.withhold([2: .empty])
    try bureau.pass(trial.backend())
    try server.webmail.remove(PeerTrial.questionID(2))
    try bureau.pass(trial.backend())
    #expect(try bureau.store.withheld(limit: 9).isEmpty)
    #expect(try bureau.messages().count == 2)
  }

  @Test func `A mailbox that is listed and not opened is said, once, until it opens`() throws {
    try deliver(1...2)
    try server.setMoods([("SELECT \"?Sent", "NO [NOPERM] not for you")])
    for _ in 1...2 { try bureau.pass(trial.backend()) }
    #expect(try uids() == [1, 2])
    #expect(try bureau.store.health().refusedMailboxes == ["Sent"])
    try server.setMoods([])
    try bureau.pass(trial.backend())
    #expect(try bureau.store.health().refusedMailboxes.isEmpty)
  }

  @Test func `A BYE amid a session is no limit, unless it says so`() throws {
    let greeting = "* OK [CAPABILITY IMAP4rev1] hello\r\n"
    for (word, expected) in [("", SyncFailure.connectionLost), ("[LIMIT] ", .limit)] {
      let server = try ScriptedServer(
        greeting,
        then: [(1, "A1 OK [CAPABILITY IMAP4rev1] in\r\n"), (1, "* BYE \(word)enough\r\n")],
        cuts: true)
      let failure = try bureau.failure(
        .imap(
          IMAPAccount(
            imap: Server(host: "localhost", port: server.port, security: .none), smtp: nil,
            anchors: [], login: Login(user: "officine", method: .password("x")))))
      #expect(failure == expected)
    }
  }
}

@Suite(.serialized) struct `A real server with a damaged mailbox` {
  /// Few come straight, many are announced first.
  @Test(arguments: [5, 60])
  func `Dovecot whose file name lies about the size: all others come, and this one later`(
    _ count: Int
  ) throws {
    let bureau = try Bureau()
    let dovecot = try DovecotServer()
    for n in 1...count { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    let box = dovecot.maildir() + "/new"
    let names = try FileManager.default.contentsOfDirectory(atPath: box).sorted()
    func move(_ old: String, to new: String) throws {
      try FileManager.default.moveItem(atPath: "\(box)/\(old)", toPath: "\(box)/\(new)")
    }
    let bad = try #require(names.dropFirst(2).first)
    try move(bad, to: bad + ",S=300")
    let backend = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: dovecot.port, security: .none), smtp: nil,
        anchors: [], login: Login(user: "officine", method: .password("secret"))))
    if let failure = try bureau.failure(backend) {
      #expect(failure == .connectionLost, "not « wait »: the server did not say so")
      try bureau.pass(backend)
    }
    #expect(try bureau.messages().count == count - 1)
    #expect(try bureau.store.withheld(limit: 9).map(\.withheld) == [.cut])
    #expect(try bureau.store.syncStatus().phase == .upToDate)
    // The administrator gives the file its true name; Dovecot knows it under its own number.
    try dovecot.stop()
    for place in ["new", "cur"] {
      let directory = dovecot.maildir() + "/" + place
      for name in try FileManager.default.contentsOfDirectory(atPath: directory)
      where name.contains(",S=300") {
        try FileManager.default.moveItem(
          atPath: "\(directory)/\(name)",
          toPath: "\(directory)/\(name.replacingOccurrences(of: ",S=300", with: ""))")
      }
    }
    try dovecot.start()
    try bureau.pass(backend)
    #expect(try bureau.messages().count == count)
    #expect(try bureau.store.withheld(limit: 9).isEmpty)
  }
}
