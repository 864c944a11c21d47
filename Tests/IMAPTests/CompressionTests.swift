import IMAP
import Testing

/// COMPRESS (RFC 4978): once, after the login, and what is compressed never read as text.
@Suite struct CompressionTests {
  private static let offer = "IMAP4rev1 COMPRESS=DEFLATE IDLE"

  private func refuses(
    _ machine: inout ClientStateMachine, _ command: Command, _ expected: SendRefusal,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do throws(SendRefusal) {
      _ = try machine.send(command)
      Issue.record("\(command) was sent", sourceLocation: sourceLocation)
    } catch {
      #expect(error == expected, sourceLocation: sourceLocation)
    }
  }

  @Test func `Not before the login, not within it, not twice, not unasked`() throws {
    var fresh = try machine(capabilities: Self.offer)
    refuses(&fresh, .compress, .wrongState)
    _ = try fresh.send(.login(user: "officine", password: "secret"))
    refuses(&fresh, .compress, .wrongState)
    var poor = try machine(selected: true)
    refuses(&poor, .compress, .notOffered)
    var rich = try machine(selected: true, capabilities: Self.offer)
    _ = try rich.send(.noop)
    refuses(&rich, .compress, .notNow)
    _ = try rich.receive(Array("A3 OK\r\n".utf8))
    let sent = try rich.send(.compress)
    #expect(sent.bytes == Array("A4 COMPRESS DEFLATE\r\n".utf8))
    refuses(&rich, .noop, .notNow)
    let outputs = try rich.receive(Array("A4 OK now\r\n".utf8) + [0x02, 0x0A, 0xFF])
    #expect(outputs.count == 2)
    guard case .compressed(_, rest: [0x02, 0x0A, 0xFF])? = outputs.last else {
      Issue.record("the bytes behind the OK were lost: \(outputs)")
      return
    }
    #expect(rich.isCompressed)
    refuses(&rich, .compress, .wrongState)
    // What is inflated is text again.
    let inflated = try rich.receive(Array("* 3 EXISTS\r\n".utf8))
    #expect(inflated == [.untagged(.exists(3))])
  }

  @Test func `In clear before STARTTLS it is refused, and a NO leaves the line as it was`() throws {
    var clear = ClientStateMachine(encryption: .startTLS)
    _ = try clear.receive(Array("* OK [CAPABILITY \(Self.offer)] hi\r\n".utf8))
    refuses(&clear, .compress, .tlsRequired)
    var other = try machine(selected: true, capabilities: Self.offer)
    _ = try other.send(.compress)
    let text = "A3 NO [COMPRESSIONACTIVE] already\r\n* 2 EXISTS\r\n"
    let outputs = try other.receive(Array(text.utf8))
    #expect(outputs.last == .untagged(.exists(2)))
    #expect(!other.isCompressed)
    let next = try other.send(.noop)
    #expect(next.bytes == Array("A4 NOOP\r\n".utf8))
  }
}
