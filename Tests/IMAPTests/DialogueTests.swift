import IMAP
import Testing

@Suite struct DialogueTests {
  @Test func `a session in one flight: login, select, fetch`() throws {
    let replay = try Transcript(
      text: """
        S: * OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR] Dovecot ready.
        C: A1 LOGIN "officine" "mot de \\"passe\\" \\\\"
        C: A2 SELECT "INBOX"
        C: A3 UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE MODSEQ BODY.PEEK[])
        S: A1 OK [CAPABILITY IMAP4rev1 UIDPLUS] Logged in
        S: * FLAGS (\\Answered \\Seen $Prepared)
        S: * OK [PERMANENTFLAGS (\\Answered \\Seen $Prepared \\*)] Flags permitted.
        S: * 2 EXISTS
        S: * 1 RECENT
        S: * OK [UNSEEN 1] First unseen.
        S: * OK [UIDVALIDITY 1700000000] UIDs valid
        S: * OK [UIDNEXT 13] Predicted next UID
        S: * OK [HIGHESTMODSEQ 42] Highest
        S: A2 OK [READ-WRITE] Select completed.
        S: * 1 FETCH (UID 11 FLAGS (\\seen) INTERNALDATE " 7-Feb-2024 21:52:25 +0100" \
        RFC822.SIZE 24 MODSEQ (41) BODY[] {23}
        S: Subject: A1 OK {99}
        S: 
        S: )
        S: * 2 FETCH (BODY[] "" UID 12 X-FUTURE (a (b "c") NIL) BODY[HEADER.FIELDS (FROM "X")] NIL)
        S: A3 OK Fetch completed.
        """,
      commands: [
        .login(user: "officine", password: "mot de \"passe\" \\"),
        .select(.inbox, readOnly: false),
        .fetch(.all, [.uid, .flags, .internalDate, .size, .modificationSequence, .body]),
      ]
    ).check()
    #expect(replay.completions.map(\.kind) == [.ok, .ok, .ok])
    #expect(replay.machine.state == .selected(.inbox, readOnly: false))
    #expect(replay.machine.capabilities == Capabilities(["imap4rev1", "uidplus"]))
    #expect(replay.untagged.contains(.exists(2)))
    #expect(replay.untagged.contains(.recent(1)))
    let codes = replay.untagged.compactMap { response -> ResponseCode? in
      if case .status(let status) = response { status.code } else { nil }
    }
    let expected: [ResponseCode] = [
      .permanentFlags([.answered, .seen, Flag("$prepared")], canCreate: true), .unseen(1),
      .uidValidity(try #require(UIDValidity(1_700_000_000))), .uidNext(try uid(13)),
      .highestModificationSequence(try #require(ModificationSequence(42))),
    ]
    #expect(codes == expected)
    let first = try #require(replay.fetched.first)
    #expect(first.uid?.rawValue == 11 && first.flags == [.seen] && first.size == 24)
    #expect(first.internalDate == InternalDate(unixSeconds: 1_707_339_145, offsetMinutes: 60))
    #expect(first.body == Array("Subject: A1 OK {99}\r\n\r\n".utf8))
    let second = try #require(replay.fetched.last)
    #expect(second.body == [] && second.header == nil)
    #expect(second.others["X-FUTURE"]?.list?.count == 3)
    #expect(second.sections.last?.name == "BODY[HEADER.FIELDS (FROM \"X\")]")
  }

  @Test func `lists, status, search, vanished, enabled and what nobody knows`() throws {
    let replay = try Transcript(
      text: """
        S: * PREAUTH [CAPABILITY IMAP4rev1 LIST-EXTENDED SPECIAL-USE ENABLE] at once
        C: A1 LIST "" "*" RETURN (SPECIAL-USE)
        C: A2 STATUS "Envoy&AOk-s" (MESSAGES UIDNEXT)
        C: A3 ENABLE QRESYNC
        S: * LIST (\\HasNoChildren \\Sent) "/" "Envoy&AOk-s"
        S: * LIST (\\Noselect) NIL {3}
        S: a"b
        S: A1 OK done {7}
        S: * STATUS Envoy&AOk-s (MESSAGES 4294967295 UIDNEXT 0 X-NEW 5 UIDVALIDITY 9)
        S: * NO disk {4294967295}
        S: A2 OK [X-CODE some [text] done
        S: * ENABLED QRESYNC
        S: * SEARCH 3 2 4294967295
        S: * SEARCH
        S: * VANISHED (EARLIER) 41,43:116
        S: * XYZZY (a {4}
        S: b
        S: c)) {hello}
        S: * 12 NEWTHING "x"
        S: * 3 EXPUNGE
        S: A3 OK [APPENDUID 38505 3955] ok
        """,
      commands: [
        .list(pattern: "*"), .status(MailboxName(display: "Envoyés"), [.messages, .uidNext]),
        .enable(["QRESYNC"]),
      ]
    ).check()
    let lists = replay.untagged.compactMap { response -> ListedMailbox? in
      if case .list(let mailbox) = response { mailbox } else { nil }
    }
    #expect(lists.map(\.name.display) == ["Envoyés", "a\"b"])
    #expect(lists.first?.specialUses == [.sent] && lists.last?.isSelectable == false)
    #expect(lists.first?.delimiter == UInt8(ascii: "/") && lists.last?.delimiter == nil)
    #expect(replay.untagged.contains(.search([try uid(3), try uid(2), .max])))
    #expect(replay.untagged.contains(.search([])))
    #expect(replay.untagged.contains(.enabled(["QRESYNC"])))
    #expect(replay.untagged.contains(.expunge(3)))
    let gone = try #require(UIDSet(parsing: Array("43:116,41".utf8)))
    #expect(replay.untagged.contains(.vanished(gone, earlier: true)))
    #expect(replay.untagged.contains(.other(name: "NEWTHING", values: [.quoted([0x78])])))
    // XYZZY has one parenthesis too many: unreadable, and the session went on.
    #expect(replay.untagged.contains(.unreadable(name: "XYZZY", number: nil, .syntax)))
    guard case .mailboxStatus(let status) = replay.untagged[2] else {
      Issue.record("no status")
      return
    }
    #expect(status.messages == .max && status.uidNext == nil && status.uidValidity?.rawValue == 9)
    let text = ServerText("some [text".utf8)
    #expect(replay.completions[1].code == .other(name: "X-CODE", text: text))
    let appended = ResponseCode.appendUID(
      try #require(UIDValidity(38505)), UIDSet([try uid(3955)]))
    #expect(replay.completions[2].code == appended)
  }

  @Test func `synchronising literals wait, and hold later commands back`() throws {
    let replay = try Transcript(
      text: """
        S: * PREAUTH [CAPABILITY IMAP4rev1] hi
        C: A1 APPEND "Sent" (\\Seen) "01-Jan-1970 00:00:00 +0000" {9}
        S: + go on
        C: a: b
        C: 
        C: c
        C: A2 NOOP
        S: A1 OK [APPENDUID 1 7] ok
        S: A2 OK ok
        C: A3 CREATE {3}
        S: A3 NO [OVERQUOTA] full
        C: A4 NOOP
        S: A4 OK ok
        """,
      commands: [
        .append(
          MailboxName(display: "Sent"), flags: [.seen], date: InternalDate(unixSeconds: 0),
          message: Array("a: b\r\n\r\nc".utf8)),
        .noop, .create(MailboxName(raw: [0x61, 0x0A, 0x62])), .noop,
      ]
    ).check()
    #expect(replay.completions.map(\.kind) == [.ok, .ok, .no, .ok])
    #expect(replay.completions[2].code == .overQuota)
  }

  @Test func `literals that need not wait are sent at once when the server allows it`() throws {
    for (capability, size, marker) in [
      ("LITERAL+", 5_000, "+"), ("LITERAL-", 4_096, "+"), ("LITERAL-", 4_097, ""), ("X", 1, ""),
    ] {
      var machine = try machine(selected: true, capabilities: "IMAP4rev1 \(capability)")
      let message = [UInt8](repeating: 0x0A, count: size)
      let sent = try machine.send(.append(.inbox, flags: [], date: nil, message: message))
      let start = Array("A3 APPEND \"INBOX\" {\(size)\(marker)}\r\n".utf8)
      let whole = start + message + Array("\r\n".utf8)
      #expect(sent.bytes == (marker == "+" ? whole : start))
    }
  }

  @Test func `AUTHENTICATE with and without an initial response, and a refused token`() throws {
    let replay = try Transcript(
      text: """
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER] hi
        C: A1 AUTHENTICATE XOAUTH2
        S: + 
        C: dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==
        S: + eyJzdGF0dXMiOiI0MDEifQ==
        C: 
        S: A1 NO [AUTHENTICATIONFAILED] expired
        S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=OAUTHBEARER
        C: A2 AUTHENTICATE OAUTHBEARER bixhPXUsAWhvc3Q9aAFwb3J0PTk5MwFhdXRoPUJlYXJlciB0AQE=
        S: + e30=
        C: AQ==
        S: A2 NO no
        C: A3 AUTHENTICATE PLAIN AHXDqQBw
        S: A3 OK in
        C: A4 NOOP
        S: A4 OK ok
        """,
      commands: [
        .authenticate(.xoauth2(user: "u", token: "t")),
        .authenticate(.oauthBearer(user: "u", host: "h", port: 993, token: "t")),
        .authenticate(.plain(user: "ué", password: "p")), .noop,
      ]
    ).check()
    #expect(replay.completions.map(\.code) == [.authenticationFailed, nil, nil, nil])
    let challenges = replay.outputs.compactMap { output -> String? in
      if case .challenge(_, let text) = output { text.ungated } else { nil }
    }
    #expect(challenges == ["{\"status\":\"401\"}", "{}"])
    #expect(replay.machine.state == .authenticated)
    #expect(replay.machine.capabilities == nil, "a login without news makes them unknown")
  }

  @Test func `IDLE is confirmed, interrupted, and blocks everything else`() throws {
    var machine = try machine(selected: true, capabilities: "IMAP4rev1 IDLE")
    let idle = try machine.send(.idle)
    #expect(idle.bytes == Array("A3 IDLE\r\n".utf8))
    #expect(throws: SendRefusal.notNow) { try machine.send(.noop) }
    #expect(machine.endIdle().isEmpty, "DONE must follow the confirmation")
    let outputs = try machine.receive(Array("+ idling\r\n* 4 EXISTS\r\n".utf8))
    let expected: [Output] = [
      .idling(idle.id), .write(Array("DONE\r\n".utf8)), .untagged(.exists(4)),
    ]
    #expect(outputs == expected)
    #expect(machine.endIdle().isEmpty, "DONE is said once")
    _ = try machine.receive(Array("A3 OK done\r\n".utf8))
    #expect(try machine.send(.noop).bytes == Array("A4 NOOP\r\n".utf8))
  }
}
