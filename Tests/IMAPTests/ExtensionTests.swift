import IMAP
import Testing

/// What the server announced is used; what it did not announce is never written.
@Suite struct ExtensionTests {
  private static let all =
    "IMAP4rev1 ENABLE QRESYNC CONDSTORE ESEARCH UIDPLUS MOVE UNSELECT NAMESPACE ID QUOTA IDLE "
    + "LIST-EXTENDED SPECIAL-USE LIST-STATUS LITERAL+"

  private func set(_ text: String) throws -> UIDSet {
    try #require(UIDSet(parsing: Array(text.utf8)))
  }

  private func answered(
    _ lines: String, _ commands: [Command], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [Response] {
    let text = "S: * PREAUTH [CAPABILITY \(Self.all)] ready\n" + lines
    let replay = try Transcript(text: text, commands: commands)
      .check(sourceLocation: sourceLocation)
    #expect(replay.violation == nil, sourceLocation: sourceLocation)
    return replay.outputs.compactMap {
      if case .untagged(let response) = $0 { response } else { nil }
    }
  }

  @Test func `QRESYNC: what happened meanwhile comes with SELECT`() throws {
    let validity = try #require(UIDValidity(67_890_007))
    let since = try #require(ModificationSequence(20_050_715))
    let responses = try answered(
      """
      C: A1 ENABLE QRESYNC
      S: * ENABLED QRESYNC
      S: A1 OK done
      C: A2 SELECT "INBOX" (QRESYNC (67890007 20050715 41,43:211))
      S: * 314 EXISTS
      S: * OK [UIDVALIDITY 67890007] fine
      S: * OK [HIGHESTMODSEQ 90060115205545359] fine
      S: * VANISHED (EARLIER) 41,43:116
      S: * 49 FETCH (UID 117 FLAGS (\\Seen) MODSEQ (90060115194045001))
      S: A2 OK [READ-WRITE] done
      """,
      [
        .enable(["QRESYNC"]),
        .select(
          .inbox, readOnly: false,
          resync: .quick(validity, since, known: try set("41,43:211"))),
      ])
    #expect(try responses.contains(.vanished(set("41,43:116"), earlier: true)))
    let changed = responses.compactMap { response -> FetchedMessage? in
      if case .fetch(let message) = response { message } else { nil }
    }
    #expect(changed.first?.uid?.rawValue == 117)
    #expect(changed.first?.modificationSequence?.rawValue == 90_060_115_194_045_001)
  }

  @Test func `S09: a conditional store names what somebody else changed`() throws {
    let since = try #require(ModificationSequence(12))
    let text = """
      S: * PREAUTH [CAPABILITY \(Self.all)] ready
      C: A1 SELECT "INBOX"
      S: A1 OK [READ-WRITE] done
      C: A2 UID STORE 5:7 (UNCHANGEDSINCE 12) +FLAGS.SILENT (\\Seen)
      S: * 1 FETCH (UID 5 MODSEQ (13))
      S: A2 OK [MODIFIED 6:7] done
      """
    let replay = try Transcript(
      text: text,
      commands: [
        .select(.inbox, readOnly: false),
        .store(try set("5:7"), .add, [.seen], silent: true, unchangedSince: since),
      ]
    ).check()
    let codes = replay.outputs.compactMap { output -> ResponseCode? in
      if case .completed(_, let completion) = output { completion.code } else { nil }
    }
    #expect(try codes.last == .modified(set("6:7")))
  }

  @Test func `searches answer in one set, quotas in numbers, a server with its name`() throws {
    let responses = try answered(
      """
      C: A1 SELECT "INBOX"
      S: A1 OK [READ-WRITE] done
      C: A2 UID SEARCH RETURN (ALL) ALL
      S: * ESEARCH (TAG "A2") UID ALL 2:4,9
      S: A2 OK done
      C: A3 UID SEARCH RETURN (ALL) ALL
      S: * ESEARCH (TAG "A3") UID
      S: A3 OK done
      C: A4 GETQUOTAROOT "INBOX"
      S: * QUOTAROOT INBOX ""
      S: * QUOTA "" (STORAGE 960 1000 MESSAGE 3 10)
      S: A4 OK done
      C: A5 ID ("name" "MSSTerm")
      S: * ID ("name" "Dovecot" "version" NIL)
      S: A5 OK done
      """,
      [
        .select(.inbox, readOnly: false), .search([.all]), .search([.all]), .quotaRoot(.inbox),
        .id(["name": "MSSTerm"]),
      ])
    #expect(try responses.contains(.extendedSearch(set("2:4,9"))))
    #expect(responses.contains(.extendedSearch(UIDSet())))
    let quotas = responses.compactMap { response -> Quota? in
      if case .quota(let quota) = response { quota } else { nil }
    }
    #expect(quotas.first?.resources.first?.name == "STORAGE")
    #expect(quotas.first?.resources.map(\.usage) == [960, 3])
    #expect(quotas.first?.resources.map(\.limit) == [1_000, 10])
    #expect(responses.contains(.id(["name": ServerText(Array("Dovecot".utf8)[...])])))
  }

  @Test func `S06: moves and removals name their UIDs`() throws {
    let text = """
      S: * PREAUTH [CAPABILITY \(Self.all)] ready
      C: A1 SELECT "INBOX" (CONDSTORE)
      S: A1 OK [READ-WRITE] done
      C: A2 UID MOVE 7 "Archives"
      S: * OK [COPYUID 9 7 12] moved
      S: * VANISHED 7
      S: A2 OK done
      C: A3 UID COPY 8 "Archives"
      S: A3 OK [COPYUID 9 8 13] copied
      C: A4 UID EXPUNGE 8
      S: A4 OK done
      C: A5 UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 4 VANISHED)
      S: A5 OK done
      C: A6 UID FETCH 9 (UID BODY.PEEK[1.2]<0.65536>)
      S: * 1 FETCH (UID 9 BODY[1.2]<0> "texte")
      S: A6 OK done
      C: A7 UNSELECT
      S: A7 OK done
      C: A8 LIST "" "*" RETURN (SPECIAL-USE STATUS (MESSAGES UIDNEXT))
      S: * STATUS INBOX (MESSAGES 3 UIDNEXT 10)
      S: A8 OK done
      """
    let archives = MailboxName(display: "Archives")
    let since = try #require(ModificationSequence(4))
    let replay = try Transcript(
      text: text,
      commands: [
        .select(.inbox, readOnly: false, resync: .condstore), .move(try set("7"), archives),
        .copy(try set("8"), archives), .expunge(try set("8")),
        .fetch(.all, [.uid, .flags], changedSince: since, vanished: true),
        .fetch(try set("9"), [.uid, .part("1.2", length: 65_536)]), .unselect,
        .list(pattern: "*", status: [.messages, .uidNext]),
      ]
    ).check()
    #expect(replay.violation == nil)
    #expect(replay.machine.state == .authenticated)
  }

  @Test func `a server without extensions is never asked for one`() throws {
    var machine = ClientStateMachine(encryption: .implicit)
    _ = try machine.receive(Array("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n".utf8))
    _ = try machine.send(.select(.inbox, readOnly: false))
    let one = try set("1")
    let since = try #require(ModificationSequence(1))
    let validity = try #require(UIDValidity(1))
    let wanted: [Command] = [
      .enable(["QRESYNC"]), .idle, .unselect, .namespace, .id([:]), .quotaRoot(.inbox),
      .move(one, .inbox), .expunge(one), .select(.inbox, readOnly: true, resync: .condstore),
      .select(.inbox, readOnly: true, resync: .quick(validity, since, known: nil)),
      .fetch(one, [.flags], changedSince: since),
      .fetch(one, [.flags], changedSince: since, vanished: true),
      .store(one, .add, [.seen], silent: true, unchangedSince: since),
    ]
    for command in wanted {
      #expect(throws: SendRefusal.notOffered) { try machine.send(command) }
    }
    // What every server knows goes on; nothing optional stands in it.
    let listed = try machine.send(.list(pattern: "*", status: [.messages]))
    #expect(String(decoding: listed.bytes, as: UTF8.self) == "A2 LIST \"\" \"*\"\r\n")
    let searched = try machine.send(.search([.all]))
    #expect(String(decoding: searched.bytes, as: UTF8.self) == "A3 UID SEARCH ALL\r\n")
  }

  @Test(arguments: ["", "1.", "1)] FLAGS", "0", "a", "1..2", "1.4294967296"])
  func `I09: only numbers and dots name a part`(path: String) throws {
    var machine = ClientStateMachine(encryption: .implicit)
    _ = try machine.receive(Array("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n".utf8))
    _ = try machine.send(.select(.inbox, readOnly: false))
    #expect(throws: SendRefusal.encoding(.part)) {
      try machine.send(.fetch(.all, [.part(path, length: 9)]))
    }
  }
}
