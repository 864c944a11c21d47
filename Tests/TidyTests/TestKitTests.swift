import Foundation
import TestKit
import Testing

/// The kit is trusted by every other suite: here it is used once, in earnest.
@Suite struct `The test kit` {
  @Test func `A child's output, code and input are what it was given`() throws {
    let outcome = try ChildProcess.run(
      "sh", ["-c", "cat; echo oups >&2; pwd; exit 7"], in: "/usr", input: Array("été\n".utf8))
    #expect(outcome.code == 7)
    #expect(outcome.out == "été\n/usr\n")
    #expect(outcome.err == "oups\n")
  }

  @Test func `A megabyte of output blocks nothing`() throws {
    let outcome = try ChildProcess.run("head", ["-c", "1048576", "/dev/zero"])
    #expect(outcome.stdout.count == 1_048_576)
  }

  @Test func `A child past its limit is killed and the wait says what it awaited`() throws {
    let child = try ChildProcess("cat", input: nil)
    _ = try child.wait()
    let endless = try ChildProcess(
      "sh", ["-c", "echo vivant; while :; do read x; done </dev/zero"])
    #expect(throws: WaitTimedOut.self) { try endless.wait(within: .milliseconds(200)) }
    try waitUntil("the killed child to be gone") { !endless.isRunning }
    #expect(try endless.wait().code == 128 + 9)
  }

  @Test func `A temporary directory goes away with its value`() throws {
    let path = try withTemporaryDirectory { directory in
      try directory.write("deep/file", "x")
      #expect(FileManager.default.fileExists(atPath: directory.path("deep/file")))
      return directory.path
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `A condition that another task brings about is awaited without its thread`()
    async throws
  {
    let child = try ChildProcess("true")
    try await eventually("the end of a child") { !child.isRunning }
  }

  @Test func `A missing program is told with the package to install`() throws {
    let error = #expect(throws: KitError.self) {
      try Products.program("no-such-program", package: "libre")
    }
    #expect(error?.description.contains("libre") == true)
  }
}

@Suite struct `The private Dovecot` {
  @Test func `LOGIN over TLS, a delivered mail is there byte for byte`() throws {
    let server = try DovecotServer()
    let mail = TestMail.patientPrescription()
    try server.deliver(mail.bytes)
    let outcome = try client(
      server, port: server.tlsPort, starttls: false,
      ["a LOGIN officine secret", "b SELECT INBOX", "c FETCH 1 RFC822.SIZE", "d LOGOUT"])
    #expect(outcome.contains("a OK"), "\(outcome)\n\(server.log)")
    #expect(outcome.contains("* 1 EXISTS"))
    #expect(outcome.contains("RFC822.SIZE \(mail.bytes.count)"))
    #expect(try server.messages() == [mail.bytes])
  }

  @Test func `STARTTLS, special-use folders, wrong password refused`() throws {
    let server = try DovecotServer(users: ["officine": "a", "titulaire": "b"])
    let outcome = try client(
      server, port: server.port, starttls: true,
      ["a LOGIN titulaire a", "b LOGIN titulaire b", "c LIST \"\" *", "d LOGOUT"])
    #expect(outcome.contains("a NO"))
    #expect(outcome.contains("b OK"), "\(outcome)\n\(server.log)")
    #expect(outcome.contains("\\Sent"))
  }

  @Test func `It comes back on the same ports with the same mail`() throws {
    let server = try DovecotServer()
    try server.stop()
    #expect(Loopback.greeting(port: server.port) == nil)
    try server.start()
    #expect(Loopback.greeting(port: server.port)?.hasPrefix("* OK") == true)
  }

  /// openssl as a client that verifies chain and name; `openssl s_client` ends at end of input,
  /// so the answers are awaited before its input ends: `-ign_eof` and LOGOUT do that.
  private func client(
    _ server: DovecotServer, port: Int, starttls: Bool, _ lines: [String]
  ) throws -> String {
    let outcome = try ChildProcess.run(
      "openssl",
      [
        "s_client", "-quiet", "-ign_eof", "-connect", "127.0.0.1:\(port)", "-servername",
        server.host, "-verify_hostname", server.host, "-verify_return_error", "-CAfile",
        server.authority.anchor,
      ] + (starttls ? ["-starttls", "imap"] : []),
      input: Array(lines.map { $0 + "\r\n" }.joined().utf8))
    return outcome.out + outcome.err
  }
}

@Suite struct `The mail sink` {
  /// A client of Python's own library: another reading of RFC 5321 than ours.
  private func send(
    to sink: MailSink, _ mail: TestMail, recipients: [String] = ["a@b.example"],
    tls: String = "start"
  ) throws -> String {
    let script = """
      import smtplib, ssl, sys
      port, anchor, tls, to = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4].split(",")
      trust = ssl.create_default_context(cafile=anchor)
      try:
        if tls == "implicit": c = smtplib.SMTP_SSL("localhost", port, context=trust, timeout=20)
        else: c = smtplib.SMTP("localhost", port, timeout=20)
        if tls == "start": c.starttls(context=trust)
        c.login("officine", "secret")
        c.sendmail("officine@b.example", to, sys.stdin.buffer.read())
        c.quit()
        print("sent")
      except smtplib.SMTPRecipientsRefused as e:
        print("refused", [x[0] for x in e.recipients.values()])
      except smtplib.SMTPResponseException as e: print("refused", e.smtp_code)
      except smtplib.SMTPServerDisconnected: print("gone")
      """
    let outcome = try ChildProcess.run(
      "python3",
      [
        "-c", script, "\(sink.port)", sink.authority.anchor, tls, recipients.joined(separator: ","),
      ],
      input: mail.bytes)
    return outcome.out.trimmingCharacters(in: .whitespacesAndNewlines) + outcome.err
  }

  @Test(arguments: [MailSink.Security.starttls, .implicit])
  func `A mail over TLS is kept byte for byte`(_ security: MailSink.Security) throws {
    let sink = try MailSink(security)
    var mail = TestMail.patientQuestion()
    mail.extraHeaders = ["X-Dot: yes"]
    let said = try send(to: sink, mail, tls: security == .implicit ? "implicit" : "start")
    #expect(said == "sent")
    let kept = try sink.wait(for: 1)
    #expect(kept.map(\.bytes) == [mail.bytes])
    #expect(kept.first?.to == ["a@b.example"])
    #expect(kept.first?.user == "officine")
    #expect(kept.first?.secure == true)
    #expect(sink.wire.contains("1 C: ehlo"))
  }

  @Test func `Lines that begin with a dot survive`() throws {
    let sink = try MailSink()
    let dotted = "Subject: x\r\n\r\n.\r\n..\r\n.a\r\n"
    var mail = TestMail.patientQuestion()
    mail.text = dotted
    #expect(try send(to: sink, mail) == "sent")
    // The text travels as base64; the raw form is the header field below.
    let raw = try ChildProcess.run(
      "python3",
      [
        "-c",
        """
        import smtplib, ssl, sys
        c = smtplib.SMTP("localhost", int(sys.argv[1]), timeout=20)
        c.starttls(context=ssl.create_default_context(cafile=sys.argv[2]))
        c.login("officine", "secret")
        c.sendmail("a@b.example", "c@b.example", sys.stdin.buffer.read())
        c.quit()
        """, "\(sink.port)", sink.authority.anchor,
      ], input: Array(dotted.utf8))
    #expect(raw.code == 0, "\(raw.err)")
    #expect(try sink.wait(for: 2).last?.text == dotted)
  }

  @Test(arguments: [
    (MailSink.Fault.recipient550(nil), "refused [550]", 0),
    (.recipient451("a@"), "refused [451]", 0),
    (.recipient550("nobody@"), "sent", 1), (.auth535, "refused 535", 0),
    (.mail451, "refused 451", 0),
    (.afterDot451, "refused 451", 0), (.afterDot550, "refused 550", 0),
    (.closeBeforeStore, "gone", 0), (.closeAfterStore, "gone", 1), (.closeInData, "gone", 0),
  ])
  func `Each fault is what the client sees`(
    _ fault: MailSink.Fault, _ seen: String, _ kept: Int
  ) throws {
    let sink = try MailSink()
    try sink.fail(fault)
    #expect(try send(to: sink, .patientPrescription()) == seen)
    #expect(try sink.received().count == kept)
    try sink.clearFault()
    #expect(try send(to: sink, .patientQuestion()) == "sent")
  }
}

@Suite struct `The tmux driver` {
  @Test func `It types into cat, resizes, pastes, and sees the end`() throws {
    let terminal = try TmuxDriver(["cat"], columns: 40, rows: 12)
    try terminal.type("ordonnance d'été œ")
    try terminal.press("Enter")
    let screen = try terminal.waitForScreen("the echo and cat's answer") {
      $0.components(separatedBy: "ordonnance d'été œ").count == 3
    }
    #expect(screen.split(separator: "\n", omittingEmptySubsequences: false).count == 13)
    try terminal.paste("collé")
    try terminal.expect("collé")
    #expect(try terminal.cursor().column == 5)
    try terminal.resize(columns: 120, rows: 40)
    try terminal.waitForScreen("forty rows") {
      $0.split(separator: "\n", omittingEmptySubsequences: false).count == 41
    }
    #expect(terminal.exitCode() == nil)
    try terminal.press("C-u", "C-d")
    let code = try terminal.waitForExit()
    #expect(code == 0)
  }

  @Test func `A program that was killed has its signal in its code`() throws {
    let terminal = try TmuxDriver(["cat"])
    #expect(kill(try terminal.processID(), SIGKILL) == 0)
    #expect(try terminal.waitForExit() == 128 + 9)
  }

  @Test func `A wait in vain shows the screen`() throws {
    let terminal = try TmuxDriver(["sh", "-c", "echo bonjour; cat"])
    try terminal.expect("bonjour")
    let error = #expect(throws: WaitTimedOut.self) {
      try terminal.expect("au revoir", within: .milliseconds(200))
    }
    #expect(error?.description.contains("| bonjour") == true)
  }

  @Test func `The environment is pinned and the idle file is the program's to write`() throws {
    let script = """
      echo "$TZ $LANG $HOME"; n=1; echo $n >"$MSSTERM_IDLE_FILE"
      while read -r x; do n=$((n+1)); echo "lu $x"; echo $n >"$MSSTERM_IDLE_FILE"; done
      """
    let terminal = try TmuxDriver(["sh", "-c", script], environment: ["LANG": "fr_FR.UTF-8"])
    try terminal.expect("Europe/Paris fr_FR.UTF-8 \(terminal.home)")
    let screen = try terminal.pressAndSettle("p", "Enter")
    #expect(screen.contains("lu p"))
    #expect(terminal.idleCount == 2)
  }
}

@Suite struct `The message builders` {
  /// Python's own parser is the witness that the mails say what they should.
  private func parsed(_ mail: TestMail, _ expression: String) throws -> String {
    let script = """
      import email, email.policy, sys
      m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
      sys.stdout.reconfigure(encoding="utf-8")
      print(\(expression))
      """
    let outcome = try ChildProcess.run("python3", ["-c", script], input: mail.bytes)
    #expect(outcome.code == 0, "\(outcome.err)")
    return outcome.out.trimmingCharacters(in: .newlines)
  }

  @Test func `A prescription has its subject, its text and its named PDF`() throws {
    let mail = TestMail.patientPrescription(3)
    #expect(try parsed(mail, "m['subject']") == "Mon ordonnance à préparer")
    #expect(try parsed(mail, "m['to']").contains("Pharmacie du Marché"))
    #expect(try parsed(mail, "m['date']") == "Fri, 20 Nov 2026 10:41:07 +0100")
    #expect(try parsed(mail, "m.get_body().get_content()").contains("voici mon ordonnance"))
    #expect(
      try parsed(mail, "[a.get_filename() for a in m.iter_attachments()]")
        == "['ordonnance n° 3.pdf']")
    let defects = try parsed(mail, "[p.defects for p in m.walk()]")
    #expect(defects == "[[], [], []]")
    #expect(mail.bytes == TestMail.patientPrescription(3).bytes)
  }

  @Test func `A hostile mail carries its escape bytes to whoever decodes it`() throws {
    let mail = TestMail.hostile()
    #expect(mail.bytes.allSatisfy { $0 >= 32 && $0 < 127 || $0 == 13 || $0 == 10 })
    let decoded = try parsed(
      mail, "ascii(email.header.decode_header(m.get('subject')) and str(m['subject']))")
    #expect(decoded.contains("\\x1b"))
  }

  @Test func `The matricule's key obeys the 97 rule`() {
    let number = TestMail.matricule("2790399999123")
    #expect(number.count == 15)
    #expect((Int(number.dropLast(2)) ?? 0) % 97 + (Int(number.suffix(2)) ?? 0) == 97)
  }

  @Test func `The PDF is a file that poppler reads, accents and parentheses included`() throws {
    try withTemporaryDirectory { directory in
      let page = TinyPDF(lines: ["Dr LE GOFF (médecin)", "à prendre \\ été"])
      let file = try directory.write("a.pdf", bytes: page.bytes)
      let outcome = try ChildProcess.run("pdftotext", ["-layout", file, "-"])
      #expect(outcome.code == 0, "\(outcome.err)")
      #expect(outcome.err.isEmpty)
      #expect(outcome.out.contains("Dr LE GOFF (médecin)\nà prendre \\ été"))
    }
  }
}
