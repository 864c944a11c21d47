import SMTP
import Testing

@Suite struct MessageTests {
  /// What a strict server reads: lines ended by CRLF alone up to the first line that is a dot.
  private func receive(_ wire: [UInt8]) -> (message: [UInt8], rest: ArraySlice<UInt8>)? {
    var message: [UInt8] = []
    var index = 0
    while index < wire.count {
      guard let end = wire[index...].firstIndex(of: 0x0A), end > index, wire[end - 1] == 0x0D
      else { return nil }
      var line = wire[index...end]
      guard !line.dropLast(2).contains(0x0D) else { return nil }
      index = end + 1
      if line.elementsEqual(".\r\n".utf8) { return (message, wire[index...]) }
      if line.first == UInt8(ascii: ".") { line.removeFirst() }
      message += line
    }
    return nil
  }

  /// The bytes of DATA for one mail, the dot included.
  private func wire(_ text: [UInt8]) throws -> [UInt8] {
    let mail = try Submission(
      sender: Address("officine@bal.example"), recipients: [Address("a@cabinet.example")],
      message: text)
    var driver = Driver(machine: submission(mail))
    let hello = "250-x\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n"
    for line in ["220 x\r\n", hello, "250 k\r\n", "250 k\r\n"] { driver.feed(line) }
    let before = driver.replay.written.count
    driver.feed("354 go\r\n")
    return Array(driver.replay.written[before...])
  }

  /// The slow and obvious way to the same line ends.
  private func normalised(_ message: [UInt8]) -> [UInt8] {
    var lines: [[UInt8]] = [[]]
    var index = 0
    while index < message.count {
      switch message[index] {
      case 0x0D:
        lines.append([])
        if index + 1 < message.count, message[index + 1] == 0x0A { index += 1 }
      case 0x0A: lines.append([])
      default: lines[lines.count - 1].append(message[index])
      }
      index += 1
    }
    if lines.last == [] { lines.removeLast() }
    return lines.flatMap { $0 + [0x0D, 0x0A] }
  }

  @Test(arguments: [UInt64(31), 32, 33, 34, 35])
  func `O09: random bytes keep their lines, only CRLF ends one, one end of data`(seed: UInt64)
    throws
  {
    var random = SeededGenerator(seed: seed)
    let likely: [UInt8] = [0x2E, 0x2E, 0x0D, 0x0A, 0x0D, 0x0A, 0x61, 0xC3]
    for _ in 0..<400 {
      let message = (0..<Int.random(in: 1...60, using: &random)).map { _ in
        Bool.random(using: &random)
          ? likely[Int.random(in: 0..<likely.count, using: &random)]
          : UInt8.random(in: 1...255, using: &random)
      }
      let received = try #require(receive(try wire(message)), "seed \(seed): \(message)")
      #expect(received.message == normalised(message), "seed \(seed): \(message)")
      #expect(received.rest.isEmpty, "seed \(seed): \(message)")
    }
  }

  @Test(arguments: [
    (".", "..\r\n.\r\n"), ("..", "...\r\n.\r\n"), ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
    ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"), ("a\r\n.\rb", "a\r\n..\r\nb\r\n.\r\n"),
    ("a\r\n.\r\nMAIL", "a\r\n..\r\nMAIL\r\n.\r\n"), ("\n", "\r\n.\r\n"), ("a\r\n", "a\r\n.\r\n"),
    ("a\r\r\n.b", "a\r\n\r\n..b\r\n.\r\n"), ("a.b", "a.b\r\n.\r\n"),
  ])
  func `O09: no line of a mail ends it`(message: String, expected: String) throws {
    #expect(String(decoding: try wire(Array(message.utf8)), as: UTF8.self) == expected)
  }

  @Test(arguments: [
    "", "a", "@", "a@", "@b", "a@b@c", "a b@c.example", "a@c.example ", "a@c.example>",
    "<a@c.example>", "a@c.example\r\nDATA", "a\n@c.example", "a\0@c.example", "a\u{7F}@c.example",
    "a@c.example\u{2028}", "a\u{A0}b@c.example", "a\u{202E}b@c.example", "a\u{85}@c.example",
    "\"a b\"@c.example", "a@[127.0.0.1]", "a..b@c.example", ".a@c.example", "a@c..example",
    "a@c.example.", "a,b@c.example", "a;b@c.example", "@x:a@c.example", "\u{FEFF}a@c.example",
  ])
  func `O08: what is no safe address is refused`(text: String) {
    #expect(throws: Address.Refusal.self) { try Address(text) }
  }

  @Test func `O08: ordinary addresses pass, and lengths are bounded`() throws {
    for text in ["a@b", "180017512345678@patient.mssante.example", "o'neil+x=1/2@é.example"] {
      #expect(try Address(text).text == text)
    }
    let long = String(repeating: "a", count: 64)
    #expect(try Address(long + "@c.example").isASCII)
    #expect(throws: Address.Refusal.tooLong) { try Address("a" + long + "@c.example") }
    let domain = String(repeating: "b", count: 300)
    #expect(throws: Address.Refusal.tooLong) { try Address("a@" + domain) }
  }

  @Test func `a mail without recipient, without text or with NUL is refused`() throws {
    let address = try Address("a@cabinet.example")
    #expect(throws: Submission.Refusal.noRecipient) {
      try Submission(sender: address, recipients: [], message: [0x61])
    }
    #expect(throws: Submission.Refusal.emptyMessage) {
      try Submission(sender: address, recipients: [address], message: [])
    }
    #expect(throws: Submission.Refusal.messageContainsNUL) {
      try Submission(sender: address, recipients: [address], message: [0x61, 0])
    }
  }

  @Test func `the client name cannot carry a command`() throws {
    var machine = SubmissionStateMachine(
      clientName: "poste\r\nMAIL é", encryption: .implicit, credentials: nil,
      submission: try mail())
    let outputs = machine.receive(Array("220 x\r\n".utf8))
    #expect(outputs == [.write(Array("EHLO poste-MAIL--\r\n".utf8))])
  }

  @Test func `replies: kinds, enhanced codes, several lines`() throws {
    for (text, code, status) in [
      ("550-5.7.1 a\r\n550 5.7.1 b\r\n", 550, "5.7.1"), ("550\r\n", 550, nil),
      ("550 \r\n", 550, nil), ("550 2.0.0 odd\r\n", 550, nil), ("550 5.7 x\r\n", 550, nil),
      ("550 5.7.1.9 x\r\n", 550, nil), ("550 5.1234.1 x\r\n", 550, nil),
      ("550 5.-7.1\r\n", 550, nil),
      ("450 4.999.999\r\n", 450, "4.999.999"),
    ] {
      var driver = Driver(machine: submission(try mail()))
      driver.feed(text)
      let reply: Reply
      switch driver.replay.outcomes.first {
      case .refusedPermanently(.greeting, let found): reply = found
      case .refusedTransiently(.greeting, let found): reply = found
      default:
        Issue.record("\(text): \(driver.replay.outcomes)")
        continue
      }
      #expect(reply.code == code && reply.enhancedStatus?.description == status, "\(text)")
      #expect(!"\(reply)".contains("odd"))
    }
  }
}
