import SMTP
import Testing

@Suite struct DialogueTests {
  private let password = Credentials.password(user: "officine", password: "secret")

  @Test func `the whole road: STARTTLS, a second EHLO, PLAIN, envelope, body, dot`() throws {
    let replay = play(
      [
        Turn(client: nil, server: "220-mail.example\r\n220 ready\r\n"),
        Turn(
          client: "EHLO poste.example\r\n",
          server: "250-mail.example\r\n250-AUTH LOGIN\r\n250-SIZE 10\r\n250 STARTTLS\r\n"),
        Turn(client: "STARTTLS\r\n", server: "220 go\r\n"),
        Turn(
          client: "EHLO poste.example\r\n",
          server: "250-mail.example\r\n250-SIZE 1000\r\n250-8bitmime\r\n250-SMTPUTF8\r\n"
            + "250-PIPELINING\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n"),
        Turn(client: "AUTH PLAIN AG9mZmljaW5lAHNlY3JldA==\r\n", server: "235 2.7.0 in\r\n"),
        Turn(
          client: "MAIL FROM:<officine@bal.example> SIZE=21 BODY=8BITMIME SMTPUTF8\r\n"
            + "RCPT TO:<a@cabinet.example>\r\nRCPT TO:<é@cabinet.example>\r\n",
          server: "250 2.1.0 ok\r\n250-2.1.5 ok\r\n250 ok\r\n251 will forward\r\n"),
        Turn(client: "DATA\r\n", server: "354 go\r\n"),
        Turn(client: "Subject: x\r\n\r\n..é\r\n\r\n.\r\n", server: "250 2.0.0 queued as 7\r\n"),
        Turn(client: "QUIT\r\n", server: "221 bye\r\n"),
      ],
      machine: submission(
        try mail(
          "Subject: x\n\n.é\r\r\n", to: ["a@cabinet.example", "é@cabinet.example"]),
        encryption: .startTLS, credentials: password))
    guard case .accepted(let reply) = replay.outcomes.first else {
      Issue.record("\(replay.outcomes)")
      return
    }
    #expect(reply.code == 250 && reply.enhancedStatus?.description == "2.0.0")
    #expect(replay.outcomes.count == 1 && replay.gates == 1 && replay.mayClose)
  }

  @Test func `AUTH LOGIN answers in order, whatever the prompts say`() throws {
    let replay = play(
      [
        Turn(client: nil, server: "220 x\r\n"),
        Turn(client: "EHLO poste.example\r\n", server: "250-x\r\n250 AUTH=LOGIN\r\n"),
        Turn(client: "AUTH LOGIN\r\n", server: "334 UGFzc3dvcmQ6\r\n"),
        Turn(client: "b2ZmaWNpbmU=\r\n", server: "334 \r\n"),
        Turn(client: "c2VjcmV0\r\n", server: "535 5.7.8 no\r\n"),
        Turn(client: "QUIT\r\n", server: "221 bye\r\n"),
      ], machine: submission(try mail(), credentials: password))
    guard case .refusedPermanently(.authentication, let reply) = replay.outcomes.first else {
      Issue.record("\(replay.outcomes)")
      return
    }
    #expect(reply.code == 535 && replay.outcomes.count == 1)
  }

  @Test func `XOAUTH2: a refused token is explained once, then refused`() throws {
    let machine = submission(try mail(), credentials: .xoauth2(user: "u", token: "t"))
    let start = [
      Turn(client: nil, server: "220 x\r\n"),
      Turn(client: "EHLO poste.example\r\n", server: "250-x\r\n250 AUTH XOAUTH2\r\n"),
    ]
    let refused = play(
      start + [
        Turn(client: "AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\r\n", server: "334 e30=\r\n"),
        Turn(client: "\r\n", server: "535 no\r\n"), Turn(client: "QUIT\r\n", server: ""),
      ], machine: machine)
    guard case .refusedPermanently(.authentication, _) = refused.outcomes.first else {
      Issue.record("\(refused.outcomes)")
      return
    }
    let endless = play(
      start + [
        Turn(client: "AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\r\n", server: "334 e30=\r\n"),
        Turn(client: "\r\n", server: "334 e30=\r\n"), Turn(client: "QUIT\r\n", server: ""),
      ], machine: machine)
    guard case .notSent(.lost(.authentication, .strangeReply)) = endless.outcomes.first else {
      Issue.record("\(endless.outcomes)")
      return
    }
    let good = play(
      start + [
        Turn(client: "AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\r\n", server: "235 in\r\n"),
        Turn(client: "MAIL FROM:<officine@bal.example>\r\n", server: ""),
      ], machine: machine)
    #expect(good.outcomes.isEmpty)
  }

  // MARK: - O05, O06

  private func afterHello(_ hello: String) -> [Turn] {
    [
      Turn(client: nil, server: "220 x\r\n"),
      Turn(client: "EHLO poste.example\r\n", server: hello),
    ]
  }

  @Test(arguments: [550, 452])
  func `O05: one refused recipient of three and nothing is sent`(code: Int) throws {
    let machine = submission(
      try mail(to: ["a@cabinet.example", "b@cabinet.example", "c@cabinet.example"]))
    let replay = play(
      afterHello("250 x\r\n") + [
        Turn(client: "MAIL FROM:<officine@bal.example>\r\n", server: "250 ok\r\n"),
        Turn(client: "RCPT TO:<a@cabinet.example>\r\n", server: "250 ok\r\n"),
        Turn(client: "RCPT TO:<b@cabinet.example>\r\n", server: "\(code) \(code / 100).1.1 no\r\n"),
        Turn(client: "RCPT TO:<c@cabinet.example>\r\n", server: "250 ok\r\n"),
        Turn(client: "RSET\r\n", server: "250 ok\r\n"),
        Turn(client: "QUIT\r\n", server: "221 ok\r\n"),
      ], machine: machine)
    guard case .recipientsRefused(let results) = replay.outcomes.first else {
      Issue.record("\(replay.outcomes)")
      return
    }
    #expect(results.map(\.isAccepted) == [true, false, true])
    #expect(results[1].address.text == "b@cabinet.example" && results[1].reply.code == code)
    #expect(replay.gates == 0 && replay.outcomes.count == 1)
  }

  @Test func `O06: a mail above the server's SIZE is refused before MAIL`() throws {
    let message = "Subject: x\r\n\r\nbody\r\n"
    let limits = [("19", true), ("20", false), ("0", false), ("", false), ("x", false)]
    for (limit, isRefused) in limits {
      var driver = Driver(machine: submission(try mail(message)))
      driver.feed("220 x\r\n")
      driver.feed("250-x\r\n250 SIZE \(limit)\r\n")
      let text = String(decoding: driver.replay.written, as: UTF8.self)
      #expect(text.contains("MAIL FROM:<officine@bal.example> SIZE=20\r\n") == !isRefused)
      let expected: [Outcome] = isRefused ? [.notSent(.tooLarge(limit: 19))] : []
      #expect(driver.replay.outcomes == expected)
    }
  }

  @Test func `what the server does not offer is not used, and nothing is sent instead`() throws {
    let plain = try mail()
    for (mail, encryption, credentials, reason) in [
      (
        try mail("Subject: x\r\n\r\né"), Encryption.implicit, nil as Credentials?,
        Outcome.NotSentReason.eightBitNotOffered
      ),
      (try mail(to: ["é@cabinet.example"]), .implicit, nil, .internationalNotOffered),
      (plain, .implicit, password, .authenticationNotOffered),
      (plain, .startTLS, password, .encryptionNotOffered),
      (plain, .implicit, .password(user: "a\0", password: "b"), .unsafeCredential),
      (plain, .implicit, .xoauth2(user: "a\u{1}", token: "b"), .unsafeCredential),
    ] {
      let machine = submission(mail, encryption: encryption, credentials: credentials)
      let replay = play(
        afterHello("250-x\r\n250 AUTH CRAM-MD5\r\n") + [
          Turn(client: "QUIT\r\n", server: "221 x\r\n")
        ], machine: machine)
      #expect(replay.outcomes == [.notSent(reason)] && replay.mayClose)
    }
  }

  @Test func `whoever only asks logs in and leaves: no address, no mail`() throws {
    for credentials in [password, nil] {
      let machine = SubmissionStateMachine(
        asking: "localhost", encryption: .startTLS, credentials: credentials)
      let offers = "250-x\r\n250-SIZE 1\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n"
      var turns = [
        Turn(server: "220 x\r\n"),
        Turn(client: "EHLO localhost\r\n", server: "250-x\r\n250 STARTTLS\r\n"),
        Turn(client: "STARTTLS\r\n", server: "220 go\r\n"),
        Turn(client: "EHLO localhost\r\n", server: offers),
      ]
      if credentials != nil {
        turns.append(
          Turn(client: "AUTH PLAIN AG9mZmljaW5lAHNlY3JldA==\r\n", server: "235 in\r\n"))
      }
      turns.append(Turn(client: "QUIT\r\n", server: "221 x\r\n"))
      let replay = play(turns, machine: machine)
      #expect(replay.outcomes == [.notSent(.nothingToSend)] && replay.mayClose)
      #expect(replay.gates == 0)
    }
  }

  @Test func `a refusal at each stage says where and what`() throws {
    let road = [
      "220 x\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "235 in\r\n", "250 ok\r\n", "250 ok\r\n",
      "354 go\r\n", "250 ok\r\n",
    ]
    let stages: [Stage?] = [.greeting, .hello, .authentication, .sender, nil, .data, .finalReply]
    for (step, stage) in stages.enumerated() {
      for code in [421, 451, 554] {
        var driver = Driver(machine: submission(try mail(), credentials: password))
        for line in road.prefix(step) { driver.feed(line) }
        driver.feed("\(code) no\r\n")
        switch driver.replay.outcomes.first {
        case .refusedTransiently(let found, let reply):
          #expect(code < 500 && reply.code == code && found == (stage ?? .recipients))
        case .refusedPermanently(let found, let reply):
          #expect(code == 554 && reply.code == code && found == stage)
        case .recipientsRefused(let results):
          #expect(stage == nil && results[0].reply.code == code)
        case let other:
          Issue.record("step \(step), \(code): \(String(describing: other))")
        }
        #expect(driver.replay.outcomes.count == 1)
      }
    }
  }
}
