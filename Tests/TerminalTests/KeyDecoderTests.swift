import Cells
import Keys
import Testing

@testable import Terminal

@Suite("Key decoder")
struct KeyDecoderTests {
  /// All inputs of the bytes fed in pieces; what stays unfinished is given up at the end.
  private func decode(_ text: String, by pieces: Int = 1 << 20) -> [Input] {
    decode(Array(text.utf8), by: pieces)
  }

  private func decode(_ bytes: [UInt8], by pieces: Int = 1 << 20, utf8: Bool = true) -> [Input] {
    var decoder = KeyDecoder(isUTF8: utf8)
    var inputs: [Input] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      decoder.feed(rest.prefix(pieces), into: &inputs)
      rest = rest.dropFirst(pieces)
    }
    if decoder.patience != nil { decoder.giveUp(into: &inputs) }
    #expect(decoder.patience == nil)
    return inputs
  }

  @Test(
    "a key is decoded whole and byte by byte",
    arguments: [
      ("j", .character("j")), ("é", .character("é")), ("œ", .character("œ")),
      ("王", .character("王")), ("💊", .character("💊")), ("\r", .enter), ("\n", .enter),
      ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\u{13}", .control("s")),
      ("\u{3}", .control("c")), ("\u{0}", Key(.character(" "), [.control])),
      ("\u{1B}", .escape), ("\u{1B}x", .alt("x")), ("\u{1B}é", .alt("é")),
      ("\u{1B}[", .alt("[")), ("\u{1B}O", .alt("O")), ("\u{1B}\r", Key(.enter, [.alt])),
      ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[C", .right), ("\u{1B}OD", .left),
      ("\u{1B}[H", .home), ("\u{1B}OF", .end), ("\u{1B}[1~", .home), ("\u{1B}[8~", .end),
      ("\u{1B}[2~", .insert), ("\u{1B}[3~", .delete), ("\u{1B}[5~", .pageUp),
      ("\u{1B}[6~", .pageDown), ("\u{1B}[Z", .backTab), ("\u{1B}OP", .function(1)),
      ("\u{1B}[13~", .function(3)), ("\u{1B}OR", .function(3)), ("\u{1B}[[C", .function(3)),
      ("\u{1B}[15~", .function(5)), ("\u{1B}[17~", .function(6)), ("\u{1B}[24~", .function(12)),
      ("\u{1B}[1;5A", Key(.up, [.control])), ("\u{1B}[1;2P", Key(.function(1), [.shift])),
      ("\u{1B}[3;3~", Key(.delete, [.alt])), ("\u{1B}[115;5u", .control("s")),
      ("\u{1B}[97;2u", .character("A")), ("\u{1B}OM", .enter),
    ] as [(String, Key)])
  func keys(text: String, key: Key) {
    #expect(decode(text) == [.key(key)])
    #expect(decode(text, by: 1) == [.key(key)])
  }

  @Test("two Escapes are two keys, and an Escape before a sequence is one")
  func escapes() {
    #expect(decode("\u{1B}\u{1B}") == [.key(.escape), .key(.escape)])
    #expect(decode("\u{1B}\u{1B}[A") == [.key(.escape), .key(.up)])
  }

  @Test("a lone Escape waits 25 ms for a sequence, a begun one longer, nothing not at all")
  func patience() {
    var decoder = KeyDecoder()
    var inputs: [Input] = []
    #expect(decoder.patience == nil)
    decoder.feed([0x1B], into: &inputs)
    #expect(decoder.patience == .milliseconds(25))
    decoder.feed([0x5B, 0x31], into: &inputs)
    #expect(decoder.patience == .milliseconds(300))
    decoder.feed(Array("~".utf8), into: &inputs)
    #expect(inputs == [.key(.home)])
    #expect(decoder.patience == nil)
  }

  @Test("Ctrl-Z asks for a stop, Ctrl-C is a key")
  func stopping() {
    #expect(decode("\u{1A}\u{3}") == [.signal(.stop), .key(.control("c"))])
  }

  @Test("a scanner's CR LF is one Enter, two Enters are two")
  func scannerNewlines() {
    #expect(decode("42\r\n") == [.key(.character("4")), .key(.character("2")), .key(.enter)])
    #expect(decode("\r\r") == [.key(.enter), .key(.enter)])
  }

  @Test(
    "what nobody knows is swallowed whole, never typed",
    arguments: [
      "\u{1B}[?1;2c", "\u{1B}[>41;354;0c", "\u{1B}[99~", "\u{1B}[1;2;3;4x", "\u{1B}[I",
      "\u{1B}]11;rgb:0000/0000/0000\u{7}", "\u{1B}]0;titre\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\",
      "\u{1B}_Gok\u{1B}\\", "\u{1B}Oz", "\u{1B}[201~", "\u{1B}[<0;5m",
    ])
  func unknownSequences(text: String) {
    #expect(decode(text + "j") == [.key(.character("j"))])
    #expect(decode(text + "j", by: 1) == [.key(.character("j"))])
  }

  @Test("bytes that are no character are dropped, the next key is read")
  func brokenUTF8() {
    #expect(decode([0xC3, 0x6A]) == [.key(.character("j"))])
    #expect(decode([0xFF, 0x80, 0x6A]) == [.key(.character("j"))])
    #expect(decode([0xED, 0xA0, 0x80, 0x6A]) == [.key(.character("j"))])
    #expect(decode([0xC2, 0x9B, 0x6A]) == [.key(.character("j"))])
    #expect(decode([0xF0, 0x9F]) == [])
  }

  @Test("a terminal in Latin-1 types accents too")
  func latin1() {
    #expect(
      decode([0xE9, 0x9B, 0x6A], utf8: false) == [.key(.character("é")), .key(.character("j"))])
  }

  @Test("U03: a paste is one input and never a key", arguments: [1, 3, 7, 4096])
  func paste(pieces: Int) {
    let text = "Bonjour é\rq\u{1B}[A\u{3}\nfin\r\n"
    let inputs = decode("p\u{1B}[200~\(text)\u{1B}[201~q", by: pieces)
    #expect(
      inputs == [
        .key(.character("p")),
        .paste("Bonjour é\nq\u{1B}[A\u{3}\nfin\n", truncated: false),
        .key(.character("q")),
      ])
  }

  @Test("U03: a paste of more than 1 MiB is cut, says so, and its rest is not typed")
  func hugePaste() {
    let text = String(repeating: "0123456789abcdef", count: 100_000)
    let inputs = decode("\u{1B}[200~\(text)\u{1B}[201~q", by: 4096)
    #expect(inputs.count == 2)
    guard case .paste(let pasted, truncated: true) = inputs.first else {
      Issue.record("no cut paste")
      return
    }
    #expect(pasted.utf8.count == KeyDecoder.longestPaste)
    #expect(inputs.last == .key(.character("q")))
  }

  @Test("a paste whose end never comes is given after a silence, and the keyboard lives again")
  func endlessPaste() {
    var decoder = KeyDecoder()
    var inputs: [Input] = []
    decoder.feed(Array("\u{1B}[200~abc\u{1B}[20".utf8), into: &inputs)
    #expect(inputs.isEmpty)
    #expect(decoder.patience == .seconds(2))
    decoder.giveUp(into: &inputs)
    decoder.feed(Array("q".utf8), into: &inputs)
    #expect(inputs == [.paste("abc\u{1B}[20", truncated: false), .key(.character("q"))])
  }

  @Test("presses and the wheel are read, releases and moves are not")
  func mouse() {
    let inputs = decode("\u{1B}[<0;5;3M\u{1B}[<0;5;3m\u{1B}[<64;1;1M\u{1B}[<65;1;1M\u{1B}[<35;1;1M")
    let origin = Point(column: 0, row: 0)
    #expect(
      inputs == [
        .mouse(MouseEvent(point: Point(column: 4, row: 2), action: .press)),
        .mouse(MouseEvent(point: origin, action: .wheelUp)),
        .mouse(MouseEvent(point: origin, action: .wheelDown)),
      ])
  }

  @Test("an endless sequence or answer is bounded and types nothing")
  func endlessSequences() {
    for start in ["\u{1B}[", "\u{1B}]"] {
      var decoder = KeyDecoder()
      var inputs: [Input] = []
      for _ in 0..<1000 {
        decoder.feed(Array((start + String(repeating: "1", count: 200)).utf8), into: &inputs)
        #expect(decoder.pending.count <= 3 * KeyDecoder.longestAnswer)
      }
      #expect(!inputs.contains { if case .paste = $0 { true } else { false } })
    }
    let long = "\u{1B}[" + String(repeating: "1", count: 200) + "~j"
    #expect(decode(long) == [.key(.character("j"))])
  }

  @Test("random bytes never fail and leave nothing behind", arguments: 1...50)
  func noise(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
    let bytes = (0..<4000).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = UInt8(truncatingIfNeeded: state >> 33)
      return value < 60 ? [0x1B, 0x5B, 0x4F, 0x32, 0x30, 0x7E][Int(value) % 6] : value
    }
    #expect(decode(bytes, by: 1 + seed % 13).count <= bytes.count)
  }
}
