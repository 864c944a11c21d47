import MIME
import Testing

/// Hostile shapes: nothing here may trap, hang or grow without bound.
@Suite struct LimitsTests {
  static let sample = Samples.multipart

  @Test("M04 every truncation of a 4 kB multipart: no crash, text never grows")
  func truncation() {
    let raw = Self.sample
    #expect((3_500...5_000).contains(raw.count))
    var shorter = 0
    var longest = 0
    for length in 0...raw.count {
      let message = MIMEMessage.parse(Array(raw[..<length]))
      let text = message.plainText.unicodeScalars.count
      guard text >= longest else {
        Issue.record("cut at \(length): \(text) characters, one byte less gave \(longest)")
        return
      }
      longest = max(longest, text)
      if length < raw.count, !message.defects.isEmpty { shorter += 1 }
    }
    let whole = MIMEMessage.parse(raw)
    #expect(whole.plainText.unicodeScalars.count == longest)
    #expect(whole.defects.isEmpty)
    #expect(shorter > 1_000)
  }

  @Test("M04 a single-part UTF-8 or quoted-printable text cut at each byte")
  func truncationOfText() {
    let bodies = [
      ("8bit", "Début œ 💉 fin\r\nsuite €\r\n"),
      ("quoted-printable", "D=C3=A9but =E2=82=AC =\r\nfin\r\n"),
    ]
    for (encoding, body) in bodies {
      let raw = Array(
        ("Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n"
          + "Content-Transfer-Encoding: \(encoding)\r\n\r\n\(body)").utf8)
      var longest = 0
      for length in 0...raw.count {
        let count = MIMEMessage.parse(Array(raw[..<length])).plainText.unicodeScalars.count
        #expect(count >= longest, "\(encoding) cut at \(length)")
        longest = max(longest, count)
      }
    }
  }

  @Test("M05 3,000 nested multiparts stop at the depth cap and keep the inside")
  func deepMultiparts() {
    var text = ""
    for level in 0..<3_000 {
      text += "Content-Type: multipart/mixed; boundary=b\(level)\r\n\r\n--b\(level)\r\n"
    }
    let message = MIMEMessage.parse(Array((text + "\r\nfond\r\n").utf8))
    #expect(message.parts.count == MIMELimits.depth + 1)
    #expect(message.defects.contains { $0.code == .depth })
    #expect(String(decoding: message.content(of: 101), as: UTF8.self).contains("fond"))
    #expect(message.part(101)?.isAttachment == true)
  }

  @Test("M05 3,000 nested messages stop at the depth cap")
  func deepMessages() {
    let text = String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 3_000)
    let message = MIMEMessage.parse(Array((text + "\r\nfond\r\n").utf8))
    #expect(message.parts.count == MIMELimits.depth + 1)
    #expect(message.defects.contains { $0.code == .depth })
  }

  @Test("M05 20,000 parts: 10,000 are listed and it is said")
  func manyParts() {
    let text =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
      + String(repeating: "--b\r\n\r\nx\r\n", count: 20_000) + "--b--\r\n"
    let message = MIMEMessage.parse(Array(text.utf8))
    #expect(message.parts.count == MIMELimits.parts)
    #expect(message.defects.contains { $0.code == .parts })
  }

  @Test("M05 header floods, address floods, parameter floods")
  func floods() {
    let headers = "Subject: a\r\n" + String(repeating: "a:b\r\n", count: 100_000) + "\r\nx"
    let flooded = MIMEMessage.parse(Array(headers.utf8))
    #expect(flooded.headers.count == MIMELimits.headers)
    #expect(flooded.defects.contains { $0.code == .headers })
    let groups = "To: " + String(repeating: "a:", count: 500_000) + "\r\n\r\nx"
    #expect(MIMEMessage.parse(Array(groups.utf8)).plainText == "x")
    let list = "To: " + String(repeating: "a@b.example,", count: 50_000) + "\r\n\r\nx"
    let many = MIMEMessage.parse(Array(list.utf8))
    #expect(many.envelope.to.count == MIMELimits.addresses)
    #expect(many.defects.contains { $0.code == .addresses })
    let names = "Content-Type: text/plain" + String(repeating: "; a=b", count: 50_000) + "\r\n\r\nx"
    #expect(MIMEMessage.parse(Array(names.utf8)).defects.contains { $0.code == .parameters })
    let words = "Subject: " + String(repeating: "=?a?Q?", count: 100_000) + "\r\n\r\nx"
    #expect(MIMEMessage.parse(Array(words.utf8)).defects.contains { $0.code == .longHeader })
  }

  @Test("M03 mutations of the corpus never crash")
  func mutation() throws {
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 1...UInt64.max, using: &random)
    print("M03 mutation seed \(seed)")
    var generator = SplitMix(state: seed)
    let corpus = try CorpusTests.names.map(CorpusTests.raw(_:)).filter { $0.count > 300 }
    let pool = corpus + [Self.sample]
    for round in 0..<4_000 {
      var bytes = pool[round % pool.count]
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        mutate(&bytes, using: &generator)
      }
      let message = MIMEMessage.parse(bytes)
      #expect(!message.parts.isEmpty, "seed \(seed)")
      for part in message.parts {
        _ = message.text(of: part.n)
        #expect(part.content(within: bytes.count), "seed \(seed)")
        if part.role != .container {
          #expect(message.content(of: part.n).count == part.size, "seed \(seed) part \(part.n)")
        }
      }
      #expect(!message.plainText.contains("\0"), "seed \(seed)")
      for header in message.headers {
        #expect(!header.value.utf8.contains { $0 < 0x20 }, "seed \(seed)")
      }
      _ = message.reports
      _ = message.identityMaterial()
    }
  }

  private func mutate(_ bytes: inout [UInt8], using generator: inout SplitMix) {
    guard bytes.count > 200 else { return }
    let at = Int.random(in: 0..<bytes.count - 100, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
    case 1: bytes.removeSubrange(at..<at + Int.random(in: 1..<60, using: &generator))
    case 2:
      let place = Int.random(in: 0..<at + 1, using: &generator)
      bytes.insert(contentsOf: bytes[at..<at + 60], at: place)
    case 3: bytes[at] = Array("\r\n\0-:;=\"?*'<>(,".utf8).randomElement(using: &generator) ?? 0
    default: bytes.removeSubrange(Int.random(in: 200...bytes.count, using: &generator)...)
    }
  }
}

/// A small seeded generator, so that a failure can be run again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Part {
  func content(within limit: Int) -> Bool { size <= limit * 3 }
}
