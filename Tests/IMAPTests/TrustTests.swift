import IMAP
import Testing

/// Answers to the wrong question, and encryption that someone tries to walk around.
@Suite struct TrustTests {
  private let password = Command.login(user: "officine", password: "secret")

  @Test func `I10: a tagged answer to a command never sent ends the session`() throws {
    for line in ["A1 OK early", "A4 OK early", "B3 OK x", "a3 OK x", "A03 OK x", "A3x OK x"] {
      var machine = try machine(selected: true)
      _ = try machine.send(.noop)
      #expect(throws: ProtocolViolation.unknownTag) {
        try machine.receive(Array("\(line)\r\n".utf8))
      }
      #expect(machine.state == .closed)
    }
  }

  @Test func `I10: a second tagged answer ends the session`() throws {
    var machine = try machine(selected: true)
    let id = try machine.send(.noop).id
    let first = try machine.receive(Array("A3 OK x\r\n".utf8))
    #expect(first.count == 1 && machine.unanswered.isEmpty)
    guard case .completed(id, _) = first[0] else {
      Issue.record("not completed")
      return
    }
    #expect(throws: ProtocolViolation.unknownTag) {
      try machine.receive(Array("A3 OK x\r\n".utf8))
    }
  }

  @Test func `I10: OK before the literal was sent, or to a queued command, is refused`() throws {
    let append = Command.append(.inbox, flags: [], date: nil, message: [0x61])
    for (tag, expected) in [
      ("A3", ProtocolViolation.answerBeforeCommand), ("A4", .unknownTag),
    ] {
      var machine = try machine(selected: true)
      _ = try machine.send(append)
      let queued = try machine.send(.noop)
      #expect(queued.bytes.isEmpty)
      #expect(throws: expected) { try machine.receive(Array("\(tag) OK x\r\n".utf8)) }
    }
  }

  @Test func `I10: no state is taken from an early answer to LOGIN`() throws {
    var machine = try machine()
    #expect(throws: ProtocolViolation.unknownTag) {
      try machine.receive(Array("A1 OK welcome\r\n".utf8))
    }
    #expect(machine.state == .closed)
  }

  @Test func `tagged nonsense, a stray plus and a wrong greeting are violations`() throws {
    for (line, expected) in [
      ("+ go", ProtocolViolation.unexpectedContinuation), ("", .malformedResponse),
      ("A3", .malformedResponse), ("A3 HELLO", .malformedResponse), ("A3 BYE", .malformedResponse),
      (" OK", .malformedResponse), ("HTTP/1.1 400 Bad", .malformedResponse),
      ("* PREAUTH again", .malformedResponse),
    ] {
      var machine = try machine(selected: true)
      _ = try machine.send(.noop)
      #expect(throws: expected, "\(line)") { try machine.receive(Array("\(line)\r\n".utf8)) }
    }
    for line in ["* NO x", "* 1 EXISTS", "A1 OK x", "+ x", "* CAPABILITY IMAP4rev1"] {
      var machine = ClientStateMachine(encryption: .implicit)
      #expect(throws: ProtocolViolation.noGreeting, "\(line)") {
        try machine.receive(Array("\(line)\r\n".utf8))
      }
    }
  }

  // MARK: - T03 to T05

  @Test func `T03: nothing but harmless commands leaves before TLS`() throws {
    var machine = ClientStateMachine(encryption: .startTLS)
    #expect(throws: SendRefusal.notNow) { try machine.send(.startTLS) }
    _ = try machine.receive(Array("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n".utf8))
    let plain = Command.authenticate(.plain(user: "officine", password: "secret"))
    for command in [password, plain, .select(.inbox, readOnly: true)] {
      #expect(throws: SendRefusal.tlsRequired) { try machine.send(command) }
    }
    // The server takes STARTTLS away: it is asked all the same, and its NO opens nothing.
    _ = try machine.send(.startTLS)
    _ = try machine.receive(Array("A1 BAD what?\r\n".utf8))
    #expect(machine.state == .notAuthenticated && !machine.isEncrypted)
    #expect(throws: SendRefusal.tlsRequired) { try machine.send(password) }
  }

  @Test func `T04: PREAUTH before the TLS that must come is refused`() throws {
    var clear = ClientStateMachine(encryption: .startTLS)
    #expect(throws: ProtocolViolation.preauthenticatedWithoutTLS) {
      try clear.receive(Array("* PREAUTH welcome\r\n".utf8))
    }
    #expect(throws: SendRefusal.connectionClosed) {
      try clear.send(.append(.inbox, flags: [], date: nil, message: [0x61]))
    }
    var tls = ClientStateMachine(encryption: .implicit)
    _ = try tls.receive(Array("* PREAUTH welcome\r\n".utf8))
    #expect(tls.state == .authenticated)
  }

  @Test func `T05: capabilities said in clear are forgotten and must be asked again`() throws {
    let replay = try Transcript(
      text: """
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi
        C: A1 STARTTLS
        S: * CAPABILITY IMAP4rev1 AUTH=XOAUTH2
        S: A1 OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL+] begin
        C: A2 CAPABILITY
        S: * CAPABILITY IMAP4rev1
        S: A2 OK done
        """, encryption: .startTLS, commands: [.startTLS, .capability]
    ).check()
    #expect(replay.machine.isEncrypted)
    #expect(replay.machine.capabilities == Capabilities(["IMAP4REV1"]))
    let tls = replay.outputs.filter { if case .tlsMayStart = $0 { true } else { false } }
    #expect(tls.count == 1)

    var machine = ClientStateMachine(encryption: .startTLS)
    _ = try machine.receive(Array("* OK [CAPABILITY AUTH=PLAIN] hi\r\n".utf8))
    _ = try machine.send(.startTLS)
    #expect(throws: SendRefusal.notNow) { try machine.send(.capability) }
    _ = try machine.receive(Array("A1 OK [CAPABILITY AUTH=PLAIN] begin\r\n".utf8))
    #expect(throws: SendRefusal.notNow) { try machine.send(.capability) }
    machine.tlsEstablished()
    #expect(machine.capabilities == nil)
    #expect(throws: SendRefusal.capabilitiesUnknown) { try machine.send(password) }
  }

  @Test func `T05: plaintext behind the answer to STARTTLS is an injection`() throws {
    let whole = Array("A1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n".utf8)
    for cut in 0..<whole.count {
      var machine = ClientStateMachine(encryption: .startTLS)
      _ = try machine.receive(Array("* OK hi\r\n".utf8))
      _ = try machine.send(.startTLS)
      #expect(throws: ProtocolViolation.plaintextAfterStartTLS) {
        _ = try machine.receive(whole[..<cut])
        _ = try machine.receive(whole[cut...])
      }
      machine.tlsEstablished()
      #expect(machine.state == .closed, "a late handshake revives nothing")
    }
  }

  @Test func `T05: mailbox data in clear is refused`() throws {
    for line in ["* 1 EXISTS", "* LIST () NIL x", "* 1 FETCH (UID 1)", "* X-NEW 1", "* 1 FETCH ("] {
      var machine = ClientStateMachine(encryption: .startTLS)
      _ = try machine.receive(Array("* OK hi\r\n".utf8))
      #expect(throws: ProtocolViolation.dataBeforeTLS, "\(line)") {
        try machine.receive(Array("\(line)\r\n".utf8))
      }
    }
  }

  @Test func `LOGINDISABLED and a mechanism that is not offered stop the password here`() throws {
    var machine = try machine(capabilities: "IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2")
    #expect(throws: SendRefusal.mechanismNotOffered) { try machine.send(password) }
    #expect(throws: SendRefusal.mechanismNotOffered) {
      try machine.send(.authenticate(.plain(user: "u", password: "p")))
    }
    let sent = try machine.send(.authenticate(.xoauth2(user: "u", token: "t")))
    #expect(sent.bytes == Array("A1 AUTHENTICATE XOAUTH2\r\n".utf8))
  }

  // MARK: - States

  @Test func `commands are refused in the wrong state`() throws {
    var machine = try machine()
    #expect(throws: SendRefusal.wrongState) { try machine.send(.fetch(.all, [.uid])) }
    #expect(throws: SendRefusal.wrongState) { try machine.send(.idle) }
    #expect(throws: SendRefusal.wrongState) { try machine.send(.startTLS) }
    _ = try machine.send(password)
    #expect(throws: SendRefusal.wrongState) { try machine.send(password) }
    _ = try machine.send(.select(.inbox, readOnly: true))
    _ = try machine.send(.fetch(.all, [.uid]))
    #expect(throws: SendRefusal.wrongState, "EXAMINE writes nothing") {
      try machine.send(.store(.all, .add, [.seen], silent: true))
    }
    _ = try machine.receive(Array("A1 OK in\r\nA2 NO [NONEXISTENT] gone\r\nA3 BAD no\r\n".utf8))
    #expect(machine.state == .authenticated)
    _ = try machine.receive(Array("* BYE idle too long\r\n".utf8))
    #expect(machine.state == .logout)
    #expect(throws: SendRefusal.connectionClosed) { try machine.send(.noop) }
  }

  @Test func `commands in flight are bounded, and a lost connection names them`() throws {
    var machine = try machine(selected: true, limits: Limits(inFlight: 3))
    let ids = [
      try machine.send(.noop).id, try machine.send(.noop).id, try machine.send(.noop).id,
    ]
    #expect(throws: SendRefusal.tooManyInFlight) { try machine.send(.noop) }
    _ = try machine.receive(Array("A4 OK out of order is legal\r\n".utf8))
    #expect(machine.connectionClosed() == [ids[0], ids[2]])
    #expect(throws: SendRefusal.connectionClosed) { try machine.send(.noop) }
  }

  @Test func `a log line holds neither password nor server text`() throws {
    let commands: [Command] = [
      password, .authenticate(.plain(user: "officine", password: "secret")),
      .authenticate(.xoauth2(user: "officine", token: "secret")),
    ]
    for command in commands {
      #expect(!"\(command)".contains("secret") && !"\([command])".contains("officine"))
    }
    #expect("\(ServerText("secret".utf8))" == "server text, 6 bytes")
    #expect(ProtocolViolation.unknownTag.french != ProtocolViolation.unknownTag.english)
  }
}
