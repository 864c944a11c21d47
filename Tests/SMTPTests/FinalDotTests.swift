import SMTP
import Testing

/// The point of no return (invariant 9), and what a lost connection means on either side of it.
@Suite struct FinalDotTests {
  private let road = [
    "220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n", "250-x\r\n250 AUTH PLAIN\r\n",
    "235 in\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n", "221 bye\r\n",
  ]

  private func driver(steps: Int, confirms: Bool = true) throws -> Driver {
    let credentials = Credentials.password(user: "officine", password: "secret")
    var driver = Driver(
      machine: submission(try mail(), encryption: .startTLS, credentials: credentials),
      confirms: confirms)
    for line in road.prefix(steps) { driver.feed(line) }
    return driver
  }

  private func ends(_ bytes: [UInt8]) -> Bool { bytes.suffix(5) == Array("\r\n.\r\n".utf8)[...] }

  @Test func `O03: the dot waits for the durable mark`() throws {
    var driver = try driver(steps: 8, confirms: false)
    #expect(driver.replay.gates == 1 && driver.replay.outcomes.isEmpty)
    #expect(!ends(driver.replay.written))
    let body = Array("body\r\n".utf8)
    #expect(driver.replay.written.suffix(body.count) == body[...])
    #expect(driver.machine.confirmFinalDot() == [.write(Array(".\r\n".utf8))])
    #expect(driver.machine.confirmFinalDot().isEmpty, "there is one dot")
    #expect(driver.machine.withholdFinalDot().isEmpty, "it cannot be called back")
    #expect(driver.machine.timeout == 600)
  }

  @Test func `O03: no mark, no dot, and not another byte`() throws {
    var driver = try driver(steps: 8, confirms: false)
    let expected: [Output] = [.finished(.notSent(.withheld)), .mayClose]
    #expect(driver.machine.withholdFinalDot() == expected)
    #expect(driver.machine.confirmFinalDot().isEmpty)
    #expect(driver.machine.connectionClosed().isEmpty)
  }

  @Test func `O03: a mark that comes after the connection was lost sends nothing`() throws {
    var driver = try driver(steps: 8, confirms: false)
    driver.take(driver.machine.connectionClosed())
    #expect(driver.replay.outcomes == [.notSent(.lost(.beforeFinalDot, .connectionLost))])
    #expect(driver.machine.confirmFinalDot().isEmpty)

    var refused = try self.driver(steps: 8, confirms: false)
    refused.feed("451 too slow\r\n")
    guard case .refusedTransiently(.beforeFinalDot, _) = refused.replay.outcomes.first else {
      Issue.record("\(refused.replay.outcomes)")
      return
    }
    #expect(refused.machine.confirmFinalDot().isEmpty && refused.replay.mayClose)
    let quit = Array("QUIT\r\n".utf8)
    #expect(refused.replay.written.suffix(6) != quit[...], "QUIT would be a line of the mail")
  }

  @Test func `O01: cut at every byte of every reply: not sent before the dot, uncertain after`()
    throws
  {
    var count = 0
    for step in road.indices {
      for cut in 0..<road[step].utf8.count {
        for isTimeout in [false, true] {
          var driver = try driver(steps: step)
          driver.take(driver.machine.receive(Array(road[step].utf8)[..<cut]))
          let hadDot = ends(driver.replay.written)
          let hadOutcome = driver.replay.outcomes
          driver.take(isTimeout ? driver.machine.timedOut() : driver.machine.connectionClosed())
          let reason: Outcome.LostReason = isTimeout ? .timedOut : .connectionLost
          #expect(driver.replay.outcomes.count == 1, "step \(step) cut \(cut)")
          switch driver.replay.outcomes.first {
          case .notSent(.lost(_, let found)): #expect(found == reason && step < 8 && !hadDot)
          case .uncertain(let found): #expect(found == reason && step == 8 && hadDot)
          case .accepted: #expect(step == 9 && hadOutcome.count == 1)
          case let other: Issue.record("step \(step): \(String(describing: other))")
          }
          count += 1
        }
      }
    }
    #expect(count > 200)
  }

  @Test func `O01: an unreadable answer after the dot is uncertain, before it not sent`() throws {
    for step in road.indices where step < 9 {
      for (text, violation) in [
        ("hello\r\n", ProtocolViolation.malformedReply), ("99 x\r\n", .malformedReply),
        ("250x\r\n", .malformedReply), ("250-a\r\n251 b\r\n", .malformedReply),
        ("600 x\r\n", .malformedReply), ("\r\n", .malformedReply), ("-50 x\r\n", .malformedReply),
        (String(repeating: "2", count: 3_000), .replyTooLong),
        (String(repeating: "250-x\r\n", count: 129), .replyTooLong),
      ] {
        var driver = try driver(steps: step)
        driver.feed(text)
        let expected: Bool
        switch driver.replay.outcomes.first {
        case .notSent(.lost(_, .violation(violation))): expected = step < 8
        case .uncertain(.violation(violation)): expected = step == 8
        default: expected = false
        }
        #expect(expected, "step \(step), \(text.prefix(9)): \(driver.replay.outcomes)")
        #expect(driver.replay.outcomes.count == 1 && driver.replay.mayClose)
      }
    }
    var strange = try driver(steps: 8)
    strange.feed("354 what?\r\n")
    guard case .uncertain(.strangeReply) = strange.replay.outcomes.first else {
      Issue.record("\(strange.replay.outcomes)")
      return
    }
  }

  @Test func `a 250 after the dot stands, whatever follows it in the same read`() throws {
    var driver = try driver(steps: 8)
    driver.feed("250 ok\r\n421 and now go\r\n")
    guard case .accepted = driver.replay.outcomes.first else {
      Issue.record("\(driver.replay.outcomes)")
      return
    }
    #expect(driver.replay.outcomes.count == 1)
  }

  // MARK: - T06

  @Test func `T06: plaintext behind the answer to STARTTLS is an injection`() throws {
    let whole = Array("220 go\r\n250-x\r\n250 AUTH PLAIN\r\n".utf8)
    for cut in 0..<whole.count {
      var machine = try driver(steps: 2).machine
      // TLS is not started at once here: what comes before it came in clear.
      let outputs = machine.receive(whole[..<cut]) + machine.receive(whole[cut...])
      #expect(outputs.contains { if case .finished(.notSent) = $0 { true } else { false } })
      #expect(!outputs.contains { if case .write = $0 { true } else { false } })
      #expect(machine.tlsEstablished().isEmpty, "a late handshake revives nothing")
    }
  }

  @Test func `T06: what EHLO offered in clear is forgotten`() throws {
    var driver = Driver(machine: submission(try mail(), encryption: .startTLS))
    driver.feed("220 x\r\n")
    driver.feed("250-x\r\n250-SIZE 5\r\n250 STARTTLS\r\n")
    driver.feed("220 go\r\n")
    driver.feed("250 x\r\n")
    let written = String(decoding: driver.replay.written, as: UTF8.self)
    let hello = "EHLO poste.example\r\n"
    #expect(written == hello + "STARTTLS\r\n" + hello + "MAIL FROM:<officine@bal.example>\r\n")
  }

  @Test func `I10: a reply before its command is refused at every stage`() throws {
    for step in 0..<8 {
      var driver = try driver(steps: step, confirms: false)
      driver.feed(road[step] + "250 early\r\n")
      guard case .notSent(.lost(_, .violation(.replyBeforeCommand))) = driver.replay.outcomes.first
      else {
        Issue.record("step \(step): \(driver.replay.outcomes)")
        continue
      }
    }
  }

  @Test func `every state has a deadline, and no sentence or log holds an address`() throws {
    for step in 0...road.count {
      #expect((5...600).contains(try driver(steps: step).machine.timeout))
    }
    let secret = try Address("180017512345678@patient.example")
    #expect(!"\(secret) \([secret])".contains("1800175"))
    let credentials = Credentials.password(user: "officine", password: "secret")
    #expect("\(credentials) \([credentials])" == "credentials [credentials]")
    let outcome = Outcome.uncertain(.timedOut)
    #expect(outcome.french.contains("incertain") && outcome.english.contains("Uncertain"))
  }
}
