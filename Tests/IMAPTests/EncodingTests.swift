import IMAP
import Testing

/// A server that reads our commands by the letter of RFC 3501 and nothing more lenient.
struct StrictServer {
  struct NotACommand: Error { let at: Int }
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The words and strings of exactly one command, with its tag; anything after it is an error.
  static func read(_ bytes: [UInt8]) throws -> [[UInt8]] {
    var server = StrictServer(bytes)
    var arguments: [[UInt8]] = []
    repeat { arguments.append(try server.argument()) } while server.take(0x20)
    guard server.take(0x0D), server.take(0x0A), server.position == bytes.count else {
      throw NotACommand(at: server.position)
    }
    return arguments
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func argument() throws -> [UInt8] {
    if take(UInt8(ascii: "\"")) { return try quoted() }
    if take(UInt8(ascii: "{")) { return try literal() }
    let start = position
    // Lists and sets are taken as words here: they hold no data of ours but flags.
    while position < bytes.count, (0x21...0x7E).contains(bytes[position]),
      bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "{")
    {
      position += 1
    }
    guard position > start else { throw NotACommand(at: position) }
    return Array(bytes[start..<position])
  }

  private mutating func quoted() throws -> [UInt8] {
    var result: [UInt8] = []
    while position < bytes.count {
      var byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return result }
      if byte == UInt8(ascii: "\\") {
        byte = position < bytes.count ? bytes[position] : 0
        position += 1
        guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { break }
      }
      guard (1...127).contains(byte), byte != 0x0D, byte != 0x0A else { break }
      result.append(byte)
    }
    throw NotACommand(at: position)
  }

  private mutating func literal() throws -> [UInt8] {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    let size = Int(String(decoding: bytes[start..<position], as: UTF8.self))
    _ = take(UInt8(ascii: "+"))
    guard let size, take(UInt8(ascii: "}")), take(0x0D), take(0x0A), size <= bytes.count - position
    else { throw NotACommand(at: position) }
    defer { position += size }
    let content = Array(bytes[position..<(position + size)])
    guard !content.contains(0) else { throw NotACommand(at: position) }
    return content
  }
}

@Suite struct EncodingTests {
  /// Everything the machine writes for one command, saying `+` whenever it waits.
  private func wire(_ command: Command, capabilities: String, selected: Bool) throws -> [UInt8] {
    var machine = try machine(selected: selected, capabilities: capabilities)
    var bytes = try machine.send(command).bytes
    // A `+` that nothing waits for is a violation: then the command was whole.
    while let outputs = try? machine.receive(Array("+ ok\r\n".utf8)) {
      for case .write(let more) in outputs { bytes += more }
    }
    return bytes
  }

  @Test(arguments: [UInt64(11), 12, 13, 14], ["IMAP4rev1", "IMAP4rev1 LITERAL+"])
  func `I09: no data of ours becomes protocol`(seed: UInt64, capabilities: String) throws {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "a", "é", "\"", "\\", "\r\n", "\n", "\r", "{3+}", "{3}\r\n", " ", "(", ")", "*", "%", "]",
      "A9 LOGOUT", "\u{1}", "\u{7F}", "😀", "&", "<id@officine.example>", "\t",
    ]
    func text() -> String {
      (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
        pieces.randomElement(using: &random)
      }.joined()
    }
    for _ in 0..<150 {
      let (first, second) = (text(), text())
      let login = try wire(
        .login(user: first, password: second), capabilities: capabilities, selected: false)
      let expected = ["A1", "LOGIN", first, second].map { Array($0.utf8) }
      #expect(try StrictServer.read(login) == expected, "seed \(seed): \(first) | \(second)")
      let raw = MailboxName(raw: Array(first.utf8))
      let select = try wire(
        .select(raw, readOnly: false), capabilities: capabilities, selected: true)
      #expect(try StrictServer.read(select) == ["A3", "SELECT"].map { Array($0.utf8) } + [raw.raw])
      let search = try wire(
        .search([.uid(.all), .header(field: "Message-ID", contains: second)]),
        capabilities: capabilities, selected: true)
      let charset = second.utf8.allSatisfy { $0 < 0x80 } ? [] : ["CHARSET", "UTF-8"]
      let words =
        ["A3", "UID", "SEARCH"] + charset
        + ["UID", "1:*", "HEADER", "Message-ID", second]
      #expect(try StrictServer.read(search) == words.map { Array($0.utf8) })
      let message = Array("\(first)\r\n\r\n\(second)".utf8)
      let append = try wire(
        .append(raw, flags: [.seen, Flag("$Forwarded")], date: nil, message: message),
        capabilities: capabilities, selected: true)
      #expect(try StrictServer.read(append).suffix(2) == [Array("$Forwarded)".utf8), message])
    }
  }

  @Test func `I09: the examples of the catalogue`() throws {
    for (command, expected) in [
      (
        Command.select(MailboxName(raw: Array("a\" {3+}".utf8)), readOnly: false),
        "A3 SELECT \"a\\\" {3+}\"\r\n"
      ),
      (
        .select(MailboxName(display: "Été & co"), readOnly: true),
        "A3 EXAMINE \"&AMk-t&AOk- &- co\"\r\n"
      ),
      (
        .create(MailboxName(raw: Array("x\r\nA4 LOGOUT".utf8))),
        "A3 CREATE {12+}\r\nx\r\nA4 LOGOUT\r\n"
      ),
      (
        .search([.header(field: "Message-ID", contains: "<é@x>")]),
        "A3 UID SEARCH CHARSET UTF-8 HEADER Message-ID {6+}\r\n<é@x>\r\n"
      ),
      (.search([.all, .uid(.from(.first))]), "A3 UID SEARCH ALL UID 1:*\r\n"),
      (
        .store(.all, .remove, [.deleted, Flag("$x")], silent: true),
        "A3 UID STORE 1:* -FLAGS.SILENT (\\Deleted $x)\r\n"
      ),
      (
        .fetch(.all, [.header, .bodyRange(offset: 5, length: 0), .envelope]),
        "A3 UID FETCH 1:* (BODY.PEEK[HEADER] BODY.PEEK[]<5.1> ENVELOPE)\r\n"
      ),
      (.list(pattern: "%"), "A3 LIST \"\" \"%\"\r\n"),
    ] {
      var machine = try machine(selected: true, capabilities: "IMAP4rev1 LITERAL+")
      #expect(try machine.send(command).bytes == Array(expected.utf8))
    }
  }

  @Test func `I09: what cannot be written safely is refused and leaves no trace`() throws {
    var machine = try machine(selected: true, capabilities: "IMAP4rev1 ENABLE")
    let one = UIDSet([.first])
    for (command, error) in [
      (Command.create(MailboxName(raw: [0x61, 0])), EncodingError.unsafeText),
      (.append(.inbox, flags: [], date: nil, message: [0]), .unsafeText),
      (.search([.header(field: "X Y", contains: "a")]), .notAnAtom),
      (.search([.header(field: "X\r\nY", contains: "a")]), .notAnAtom),
      (.store(one, .add, [Flag("a b")], silent: false), .notAnAtom),
      (.store(one, .add, [Flag("\\")], silent: false), .notAnAtom),
      (.store(one, .add, [Flag("a)\r\nA9 LOGOUT")], silent: false), .notAnAtom),
      (.store(one, .add, [], silent: false), .empty), (.fetch(one, []), .empty),
      (.fetch(UIDSet(), [.uid]), .empty), (.enable(["A B"]), .notAnAtom), (.enable([]), .empty),
      (.append(.inbox, flags: [], date: InternalDate(unixSeconds: .max), message: []), .date),
    ] {
      #expect(throws: SendRefusal.encoding(error)) { try machine.send(command) }
    }
    #expect(machine.unanswered.isEmpty)
    #expect(try machine.send(.noop).bytes == Array("A3 NOOP\r\n".utf8), "no tag was used up")
    var fresh = ClientStateMachine(encryption: .implicit)
    _ = try fresh.receive(Array("* OK hi\r\n".utf8))
    for authentication in [
      Authentication.plain(user: "a\0b", password: "c"), .xoauth2(user: "a\u{1}b", token: "c"),
      .oauthBearer(user: "a", host: "h", port: 1, token: "c\r\n"),
    ] {
      #expect(throws: SendRefusal.encoding(.unsafeText)) {
        try fresh.send(.authenticate(authentication))
      }
    }
  }
}
