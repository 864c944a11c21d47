import IMAP
import Testing

/// A hostile or broken server: every bound is met by a named end, never by memory.
@Suite struct LimitsTests {
  private func violation(
    _ text: String, limits: Limits = Limits(), sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProtocolViolation? {
    let bytes = Array(text.utf8)
    var violations: Set<ProtocolViolation?> = []
    for size in [bytes.count, 1, 7] {
      var machine = try machine(selected: true, limits: limits)
      var found: ProtocolViolation?
      for start in stride(from: 0, to: bytes.count, by: size) where found == nil {
        do {
          _ = try machine.receive(bytes[start..<min(start + size, bytes.count)])
        } catch {
          found = error
          #expect(throws: error) { try machine.receive(Array("* 1 EXISTS\r\n".utf8)) }
          #expect(throws: SendRefusal.connectionClosed) { try machine.send(.noop) }
        }
      }
      violations.insert(found)
    }
    #expect(violations.count == 1, "reads of any size agree", sourceLocation: sourceLocation)
    return violations.first ?? nil
  }

  @Test(arguments: [
    ("{2147483647}", ProtocolViolation.literalTooLarge), ("{67108865}", .literalTooLarge),
    ("{18446744073709551616}", .literalTooLarge), ("{9223372036854775807}", .literalTooLarge),
    ("{00000000000000000000000000000000000001}", nil),
    ("{-1}", .malformedLiteral), ("{}", .malformedLiteral), ("{+}", .malformedLiteral),
    ("{1x}", .malformedLiteral), ("{0x10}", .malformedLiteral), ("{ 5}", nil),
  ])
  func `I01: a literal size that is no honest size`(
    size: String, expected: ProtocolViolation?
  ) throws {
    #expect(try violation("* 1 FETCH (UID 1 BODY[] \(size)\r\n") == expected)
  }

  @Test func `I01: the literals of one response are capped together`() throws {
    let limits = Limits(literal: 10)
    #expect(try violation("* 1 FETCH (BODY[1] {10}\r\n0123456789)\r\n", limits: limits) == nil)
    let twice = "* 1 FETCH (BODY[1] {6}\r\n012345 BODY[2] {5}\r\n"
    #expect(try violation(twice, limits: limits) == .literalTooLarge)
    let separate = "* 1 FETCH (BODY[1] {6}\r\n012345)\r\n"
    #expect(try violation(separate + separate, limits: limits) == nil)
  }

  @Test func `I03: nesting beyond the limit costs one message, not the session`() throws {
    for (depth, isReadable) in [(63, true), (64, false), (100_000, false)] {
      var machine = try machine(selected: true)
      let deep = String(repeating: "(", count: depth) + String(repeating: ")", count: depth)
      let outputs = try machine.receive(
        Array("* 7 FETCH (UID 9 BODYSTRUCTURE \(deep))\r\n* 8 FETCH (UID 10)\r\n".utf8))
      guard outputs.count == 2, case .untagged(.fetch(let next)) = outputs[1] else {
        Issue.record("the next message was lost")
        return
      }
      #expect(next.uid == (try uid(10)))
      if isReadable {
        guard case .untagged(.fetch(let message)) = outputs[0] else {
          Issue.record("depth \(depth) must be read")
          continue
        }
        #expect(message.uid == (try uid(9)))
      } else {
        let expected = Output.untagged(.unreadable(name: "FETCH", number: 7, .tooDeep))
        #expect(outputs[0] == expected)
      }
    }
  }

  @Test func `I03: unbalanced, truncated and absurd data is unreadable, never a crash`() throws {
    for data in [
      "(", ")", "(UID", "(UID 1", "UID 1", "(UID)", "(UID 1))", "\"", "(\"\\", "()()", "(1 (",
      "(BODY[ {1}\r\nx)", "(BODY[HEADER.FIELDS (\"a\" 1)", "(FLAGS 1)", "(FLAGS ((a)))", "(() ())",
    ] {
      var machine = try machine(selected: true)
      let outputs = try machine.receive(Array("* 1 FETCH \(data)\r\n* 2 EXISTS\r\n".utf8))
      guard case .untagged(.unreadable(name: "FETCH", number: 1, _)) = outputs.first else {
        Issue.record("\(data) was read as \(outputs)")
        continue
      }
      #expect(outputs.last == .untagged(.exists(2)))
    }
  }

  @Test func `I03: more values than the limit are refused`() throws {
    var machine = try machine(selected: true)
    let many = String(repeating: "() ", count: 70_000)
    let outputs = try machine.receive(Array("* X-FLOOD \(many)\r\n".utf8))
    #expect(outputs == [.untagged(.unreadable(name: "X-FLOOD", number: nil, .tooManyValues))])
  }

  @Test func `I04: a line without end stops at the limit`() throws {
    var machine = try machine(selected: true)
    let piece = [UInt8](repeating: 0x41, count: 65_536)
    var received = 0
    #expect(throws: ProtocolViolation.lineTooLong) {
      while received < 100 << 20 {
        received += piece.count
        _ = try machine.receive(piece)
      }
    }
    #expect(received <= (1 << 20) + piece.count)
    let halves = "* X {1}\r\na" + String(repeating: "b", count: 60) + "\r\n"
    #expect(try violation(halves, limits: Limits(line: 64)) == .lineTooLong)
  }

  @Test func `a lone LF within a line begins no new response`() throws {
    var machine = try machine(selected: true)
    let outputs = try machine.receive(
      Array("* 1 FETCH (UID 1 X \"a\n* 9 EXISTS\r\"))\r\n* 2 EXISTS\r\n".utf8))
    #expect(outputs.count == 2)
    #expect(outputs.last == .untagged(.exists(2)))
  }

  @Test func `I07: numbers out of range are set aside and never wrap`() throws {
    for (line, expected) in [
      ("4294967295 EXISTS", Response.exists(.max)),
      ("4294967296 EXISTS", .unreadable(name: "EXISTS", number: nil, .number)),
      ("-1 EXISTS", .unreadable(name: "EXISTS", number: nil, .number)),
      ("0 EXPUNGE", .unreadable(name: "EXPUNGE", number: 0, .number)),
      ("0 FETCH (UID 1)", .unreadable(name: "FETCH", number: 0, .number)),
      ("1 FETCH (UID 0)", .unreadable(name: "FETCH", number: 1, .number)),
      ("1 FETCH (UID 4294967296)", .unreadable(name: "FETCH", number: 1, .number)),
      ("1 FETCH (UID 5 UID 6)", .unreadable(name: "FETCH", number: 1, .contradiction)),
      (
        "1 FETCH (BODY[] \"a\" BODY[] \"b\")",
        .unreadable(name: "FETCH", number: 1, .contradiction)
      ),
      ("SEARCH 1 0", .unreadable(name: "SEARCH", number: nil, .number)),
      ("VANISHED 1:*", .unreadable(name: "VANISHED", number: nil, .number)),
    ] {
      var machine = try machine(selected: true)
      #expect(try machine.receive(Array("* \(line)\r\n".utf8)) == [.untagged(expected)])
    }
  }

  @Test func `I07: an odd date, size or code costs only itself`() throws {
    var machine = try machine(selected: true)
    let outputs = try machine.receive(
      Array(
        """
        * 1 FETCH (UID 5 UID 5 INTERNALDATE "32-Foo-20026 25:61:00 +9999" RFC822.SIZE -4 MODSEQ 3)\r
        * OK [UIDNEXT 0] odd\r
        * OK [UIDVALIDITY -7] odd\r
        * OK [APPENDUID 5 1:*] odd\r\n
        """.utf8))
    guard case .untagged(.fetch(let message)) = outputs[0] else {
      Issue.record("the message was lost")
      return
    }
    #expect(message.uid == (try uid(5)))
    #expect(message.internalDate == nil && message.size == nil)
    #expect(message.modificationSequence == nil)
    let codes = outputs.dropFirst().compactMap { output -> String? in
      guard case .untagged(.status(let status)) = output,
        case .other(let name, let text) = status.code
      else { return nil }
      return "\(name) \(text.ungated)"
    }
    #expect(codes == ["UIDNEXT 0", "UIDVALIDITY -7", "APPENDUID 5 1:*"])
  }

  @Test func `I07: a search of a hundred thousand numbers is read, a million is refused`() throws {
    var machine = try machine(selected: true)
    let numbers = (1...100_000).map { String($0) }.joined(separator: " ")
    let outputs = try machine.receive(Array("* SEARCH \(numbers)\r\n".utf8))
    guard case .untagged(.search(let uids)) = outputs.first else {
      Issue.record("not read")
      return
    }
    #expect(uids.count == 100_000 && uids.last?.rawValue == 100_000)
    let more = Array("* SEARCH".utf8) + (1...1_000_000).flatMap { " \($0)".utf8 }
    #expect(throws: ProtocolViolation.lineTooLong) { try machine.receive(more) }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func `random bytes give outputs or a named end, the same for any cut`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let words = [
      "* ", "A3 ", "+ ", "OK ", "FETCH ", "1 ", "(", ")", "\"", "\\", "{3}\r\n", "{0}\r\n", "abc",
      "UID ", "BODY[", "] ", "[", "NIL ", "\r\n", "\n", "LIST ", "\0", "é", "EXISTS",
    ]
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 1...25, using: &random)).compactMap { _ in
        words.randomElement(using: &random)
      }
      let bytes = Array(("* " + text.joined() + "\r\n").utf8)
      let cut = Int.random(in: 0...bytes.count, using: &random)
      var whole = try machine(selected: true)
      _ = try whole.send(.noop)
      var parts = whole
      let expected = Result { () throws(ProtocolViolation) in try whole.receive(bytes) }
      let found = Result { () throws(ProtocolViolation) in
        let first = try parts.receive(bytes[..<cut])
        return first + (try parts.receive(bytes[cut...]))
      }
      #expect(found == expected, "seed \(seed), cut \(cut): \(text)")
    }
  }
}
