import SMTP
import Testing

/// The envelope in one flight (RFC 2920) and what may go wrong in it; notifications (RFC 3461).
@Suite struct PipeliningTests {
  private let start = [
    Turn(client: nil, server: "220 x\r\n"),
    Turn(client: "EHLO poste.example\r\n", server: "250-x\r\n250 PIPELINING\r\n"),
  ]
  private let one =
    "MAIL FROM:<officine@bal.example>\r\nRCPT TO:<a@cabinet.example>\r\nDATA\r\n"
  private let three =
    "MAIL FROM:<officine@bal.example>\r\nRCPT TO:<a@cabinet.example>\r\n"
    + "RCPT TO:<b@cabinet.example>\r\nRCPT TO:<c@cabinet.example>\r\n"
  private let names = ["a@cabinet.example", "b@cabinet.example", "c@cabinet.example"]

  @Test func `one recipient: MAIL, RCPT and DATA in one flight, the dot still behind its mark`()
    throws
  {
    let machine = submission(try mail())
    let replay = play(
      start + [
        Turn(client: one, server: "250 ok\r\n250-2.1.5 a\r\n250 2.1.5 ok\r\n354 go\r\n"),
        Turn(client: "Subject: x\r\n\r\nbody\r\n.\r\n", server: "250 2.0.0 kept\r\n"),
        Turn(client: "QUIT\r\n", server: "221 bye\r\n"),
      ], machine: machine)
    guard case .accepted = replay.outcomes.first else {
      Issue.record("\(replay.outcomes)")
      return
    }
    #expect(replay.outcomes.count == 1 && replay.gates == 1 && replay.mayClose)
    var driver = Driver(machine: machine, confirms: false)
    for turn in start { driver.feed(turn.server) }
    driver.feed("250 ok\r\n250 ok\r\n354 go\r\n")
    #expect(driver.replay.written.suffix(6) == Array("body\r\n".utf8)[...])
    #expect(driver.machine.results.map(\.isAccepted) == [true])
  }

  @Test(arguments: [550, 452])
  func `O05: of three in one flight one is refused: DATA is never said, each answer is kept`(
    code: Int
  ) throws {
    let replay = play(
      start + [
        Turn(client: three, server: "250 ok\r\n250 ok\r\n\(code) no\r\n251 ok\r\n"),
        Turn(client: "RSET\r\n", server: "250 ok\r\n"),
        Turn(client: "QUIT\r\n", server: "221 ok\r\n"),
      ], machine: submission(try mail(to: names)))
    guard case .recipientsRefused(let results) = replay.outcomes.first else {
      Issue.record("\(replay.outcomes)")
      return
    }
    #expect(results.map(\.address.text) == names)
    #expect(results.map(\.reply.code) == [250, code, 251])
    #expect(replay.gates == 0 && replay.outcomes.count == 1 && replay.mayClose)
  }

  @Test func `O05: all of three are accepted: DATA follows their answers`() throws {
    let replay = play(
      start + [
        Turn(client: three, server: "250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n"),
        Turn(client: "DATA\r\n", server: "354 go\r\n"),
        Turn(client: "Subject: x\r\n\r\nbody\r\n.\r\n", server: "250 kept\r\n"),
        Turn(client: "QUIT\r\n", server: ""),
      ], machine: submission(try mail(to: names)))
    #expect(replay.gates == 1 && replay.outcomes.count == 1)
  }

  @Test func `a refused envelope drains the answers that are due, then says goodbye`() throws {
    for (replies, isSender) in [
      ("550 no\r\n503 why\r\n503 why\r\n", true), ("250 ok\r\n550 no\r\n554 none\r\n", false),
    ] {
      let replay = play(
        start + [
          Turn(client: one, server: replies), Turn(client: "QUIT\r\n", server: "221 bye\r\n"),
        ], machine: submission(try mail()))
      switch replay.outcomes.first {
      case .refusedPermanently(.sender, let reply): #expect(isSender && reply.code == 550)
      case .recipientsRefused(let results): #expect(!isSender && results[0].reply.code == 550)
      case let other: Issue.record("\(String(describing: other))")
      }
      #expect(replay.outcomes.count == 1 && replay.gates == 0 && replay.mayClose)
    }
  }

  @Test func `O05: a server that wants text for nobody gets not another byte`() throws {
    for replies in ["250 ok\r\n550 no\r\n354 go\r\n", "451 later\r\n250 ok\r\n354 go\r\n"] {
      let replay = play(
        start + [Turn(client: one, server: replies), Turn(client: "", server: "250 what?\r\n")],
        machine: submission(try mail()))
      #expect(replay.outcomes.count == 1 && replay.gates == 0 && replay.mayClose)
      #expect(replay.written.suffix(6) == Array("DATA\r\n".utf8)[...])
    }
  }

  @Test func `421 in the middle of a flight ends it`() throws {
    for before in ["", "250 ok\r\n", "250 ok\r\n250 ok\r\n"] {
      var driver = Driver(machine: submission(try mail()))
      for turn in start { driver.feed(turn.server) }
      driver.feed(before + "421 closing\r\n")
      guard case .refusedTransiently(_, let reply) = driver.replay.outcomes.first else {
        Issue.record("\(driver.replay.outcomes)")
        continue
      }
      #expect(reply.code == 421 && driver.replay.outcomes.count == 1 && driver.replay.mayClose)
      #expect(driver.machine.connectionClosed().isEmpty)
    }
  }

  @Test func `I10: one reply too many in a flight, whole or begun, sends nothing`() throws {
    for extra in ["250 early\r\n", "250 e"] {
      let bytes = Array(("250 ok\r\n250 ok\r\n354 go\r\n" + extra).utf8)
      let exact = bytes.count - extra.utf8.count
      for cut in 0..<exact {
        var driver = Driver(machine: submission(try mail()))
        for turn in start { driver.feed(turn.server) }
        driver.take(driver.machine.receive(bytes[..<cut]))
        driver.take(driver.machine.receive(bytes[cut...]))
        #expect(
          driver.replay.outcomes == [
            .notSent(.lost(.data, .violation(.replyBeforeCommand)))
          ], "cut \(cut)")
        #expect(driver.replay.gates == 0 && driver.replay.mayClose)
      }
    }
  }

  @Test func `O01: cut at every byte of the answers to a flight: nothing was sent`() throws {
    let bytes = Array("250 ok\r\n250-a\r\n250 ok\r\n354 go\r\n".utf8)
    for cut in bytes.indices {
      for isTimeout in [false, true] {
        var driver = Driver(machine: submission(try mail()))
        for turn in start { driver.feed(turn.server) }
        driver.take(driver.machine.receive(bytes[..<cut]))
        driver.take(isTimeout ? driver.machine.timedOut() : driver.machine.connectionClosed())
        guard case .notSent(.lost(_, let reason)) = driver.replay.outcomes.first else {
          Issue.record("cut \(cut): \(driver.replay.outcomes)")
          continue
        }
        #expect(reason == (isTimeout ? .timedOut : .connectionLost))
        #expect(driver.replay.outcomes.count == 1 && driver.replay.gates == 0)
        #expect(driver.replay.written.suffix(6) == Array("DATA\r\n".utf8)[...])
      }
    }
  }

  @Test func `T06: a flight offered in clear is not used behind TLS`() throws {
    var driver = Driver(machine: submission(try mail(), encryption: .startTLS))
    driver.feed("220 x\r\n")
    driver.feed("250-x\r\n250-PIPELINING\r\n250-DSN\r\n250 STARTTLS\r\n")
    driver.feed("220 go\r\n")
    driver.feed("250 x\r\n")
    let hello = "EHLO poste.example\r\n"
    #expect(
      String(decoding: driver.replay.written, as: UTF8.self)
        == hello + "STARTTLS\r\n" + hello + "MAIL FROM:<officine@bal.example>\r\n")
  }

  // MARK: - RFC 3461

  private func envelope(_ hello: String, id: String?) throws -> String {
    let mail = try Submission(
      sender: Address("officine@bal.example"), recipients: [Address("a@cabinet.example")],
      message: Array("x: y\r\n\r\n".utf8), envelopeID: id)
    var driver = Driver(machine: submission(mail))
    driver.feed("220 x\r\n")
    driver.feed(hello)
    let hello = "EHLO poste.example\r\n".utf8.count
    return String(decoding: driver.replay.written.dropFirst(hello), as: UTF8.self)
  }

  @Test func `failure and delay are asked for, the header alone returned, where DSN is offered`()
    throws
  {
    let flight = "250-x\r\n250-PIPELINING\r\n250 dsn\r\n"
    #expect(
      try envelope(flight, id: "o+1=é a")
        == "MAIL FROM:<officine@bal.example> RET=HDRS ENVID=o+2B1+3D+C3+A9+20a\r\n"
        + "RCPT TO:<a@cabinet.example> NOTIFY=FAILURE,DELAY\r\nDATA\r\n")
    #expect(try envelope(flight, id: nil) == one)
    #expect(
      try envelope("250-x\r\n250 PIPELINING\r\n", id: "oaaaaaaaaaaaa") == one)
    #expect(
      try envelope("250-x\r\n250 DSN\r\n", id: "oaaaaaaaaaaaa")
        == "MAIL FROM:<officine@bal.example> RET=HDRS ENVID=oaaaaaaaaaaaa\r\n")
  }
}
