import Domain
import Store
import Sync
import TestKit
import Testing

/// RFC 3501 is enough: every extension is optional.
@Suite(.serialized) struct `A server with no extension at all` {
  private func trial(
    _ server: MinimalIMAPServer? = nil, _ body: (PeerTrial, MinimalIMAPServer) throws -> Void
  ) throws {
    let server = try server ?? MinimalIMAPServer()
    let trial = try PeerTrial(server)
    try body(trial, server)
    #expect(server.refused.isEmpty, "asked for more than RFC 3501: \(server.refused)")
    #expect(server.complaints.isEmpty, "\(server.complaints)")
  }

  @Test func `S02, S10: all mail comes byte for byte, and a second pass changes nothing`() throws {
    try trial { trial, _ in
      try trial.receivesAllOnce()
      #expect(try trial.bureau.store.health().capabilities == ["IMAP4REV1"])
    }
  }

  @Test func `S09, S10: flags travel both ways, a removal by another client is seen`() throws {
    try trial { trial, _ in try trial.followsFlagsAndRemovals() }
  }

  @Test func `O04: an answer has one copy, written with a literal that waits`() throws {
    try trial { trial, server in
      try trial.keepsOneCopyOfAnAnswer()
      #expect(server.wire.split(separator: "\n").count { $0.contains(" APPEND ") } == 2)
    }
  }

  @Test func `S07: a new UIDVALIDITY keeps every demande on its content`() throws {
    try trial { trial, _ in try trial.survivesNewNumbers() }
  }

  @Test func `S10: without IDLE it is asked often, and never told to idle`() throws {
    try trial { trial, server in
      try trial.servesWhatArrives(isPushed: false)
      #expect(!server.wire.contains(" IDLE"))
    }
  }

  @Test(arguments: [(false, true), (true, false), (true, true)])
  func `Each way in is taken as announced`(hasTLS: Bool, hasPlain: Bool) throws {
    try trial(MinimalIMAPServer(hasTLS: hasTLS, hasPlain: hasPlain)) { trial, server in
      let report = try trial.bureau.pass(trial.backend())
      #expect(report.received == 0)
      #expect(server.wire.contains(hasPlain ? " AUTHENTICATE PLAIN" : " LOGIN "))
      let failure = try trial.bureau.failure(trial.backend(password: "faux"))
      #expect(failure == .loginRefused)
    }
  }
}

@Suite(
  .serialized, .enabled(if: PrivateServer.cyrus.isHere, "\(PrivateServer.cyrus.absence)"))
struct `Cyrus IMAP` {
  let cyrus: CyrusServer
  let trial: PeerTrial

  init() throws {
    cyrus = try CyrusServer()
    trial = try PeerTrial(cyrus)
  }

  @Test func `S02: all mail comes byte for byte, and a second pass changes nothing`() throws {
    try trial.receivesAllOnce()
    let offered = try Set(trial.bureau.store.health().capabilities)
    #expect(offered.isSuperset(of: ["QRESYNC", "CONDSTORE", "IDLE", "UIDPLUS", "MOVE"]))
    #expect(try trial.bureau.failure(trial.backend(password: "faux")) == .loginRefused)
    let implicit = trial.backend(port: cyrus.tlsPort, security: .implicit)
    #expect(try trial.bureau.pass(implicit).received == 0)
  }

  @Test func `S11: a quiet pass costs the same few bytes whatever the mailbox holds`() throws {
    let small = try trial.quietBytes(with: 20)
    let large = try trial.quietBytes(with: 80)
    print("Cyrus, quiet look: \(small) bytes at 20 messages, \(large) at 80")
    #expect(abs(small - large) < 40)
    // Some 650 bytes and the TLS records around them: no mailbox was opened.
    #expect(large < 1_000)
  }

  @Test func `S09: flags travel both ways, a removal by another client is seen`() throws {
    try trial.followsFlagsAndRemovals()
  }

  @Test func `O04: an answer has one copy in Sent`() throws {
    try trial.keepsOneCopyOfAnAnswer()
  }

  @Test func `S07: an account deleted and made again keeps every demande`() throws {
    try trial.survivesNewNumbers()
  }

  @Test func `IDLE tells what arrives and what others change`() throws {
    try trial.servesWhatArrives(isPushed: true)
  }
}
