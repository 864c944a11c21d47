import Cells
import Testing

@Suite("Presentable: the output gate")
struct PresentableTests {
  @Test(
    "R01: no control character passes, whatever the text",
    arguments: Array(0...0x9F).filter { $0 < 0x20 || $0 > 0x7E })
  func controls(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let text = "a\(scalar)b"
    let shown = Presentable(text)
    #expect(shown.plain == (value == 9 ? "a b" : "a\u{FFFD}b"))
    #expect(shown.width == 3)
    for line in Presentable.lines(of: text, width: 40) {
      #expect(line.plain.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }
  }

  @Test("R01: an escape sequence is shown as harmless text")
  func escapeSequences() {
    let hostile = "\u{1B}]0;titre\u{07}\u{1B}[2J\u{9B}31mDOLIPRANE\u{1B}P1q\u{1B}\\"
    #expect(Presentable(hostile).plain == "�]0;titre��[2J�31mDOLIPRANE�P1q�\\")
  }

  @Test("R01: of all scalars, none that a terminal obeys, hides or mirrors comes through")
  func everyScalar() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for shown in Presentable("a" + String(Character(scalar))).plain.unicodeScalars {
        let properties = shown.properties
        let category = properties.generalCategory
        guard
          category != .control, category != .format, category != .unassigned,
          category != .privateUse, category != .lineSeparator, category != .paragraphSeparator,
          !properties.isDefaultIgnorableCodePoint
        else {
          Issue.record("U+\(String(value, radix: 16)) passes the gate")
          return
        }
      }
    }
  }

  @Test(
    "R03: the twelve bidi controls are replaced",
    arguments: [
      "\u{061C}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}",
      "\u{202E}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}",
    ])
  func bidiControls(control: String) {
    #expect(Presentable("ordonnance\(control)fdp.exe").plain == "ordonnance�fdp.exe")
  }

  @Test("R03: invisible scalars are marked, once a run")
  func invisibleScalars() {
    #expect(Presentable("durand\u{200B}@example").plain == "durand·@example")
    #expect(Presentable("du\u{AD}rand").plain == "du·rand")
    #expect(Presentable("a\u{FEFF}\u{2060}\u{034F}\u{200B}b").plain == "a·b")
    #expect(Presentable("a\u{3164}b\u{115F}c").plain == "a·b·c")
    #expect(Presentable("x\u{E0041}\u{E0042}").plain == "x·")
    #expect(Presentable("a\u{200D}b").plain == "a·b")
  }

  @Test(
    "R03: names of every script stay intact",
    arguments: [
      "LEFÈVRE Œdipe", "Lefe\u{300}vre", "Nguye\u{302}\u{303}n Anh", "محمد بن علي", "דָּוִד", "王小明",
      "김민준", "Ελένη", "Ірина", "नमस्ते",
    ])
  func namesStay(name: String) {
    #expect(Array(Presentable(name).plain.unicodeScalars) == Array(name.unicodeScalars))
  }

  @Test("a joiner inside an Arabic word is spelling: no mark")
  func joinerInArabic() {
    #expect(Presentable("می\u{200C}خواهم").plain == "میخواهم")
  }

  @Test("private use, noncharacters and scalars newer than the tables are replaced")
  func unknownScalars() {
    var text = ""
    for value: UInt32 in [0xE000, 0xFDD0, 0xFFFF, 0x10FFFE, 0x0378, 0x1FAE8] {
      text.unicodeScalars.append(contentsOf: [Unicode.Scalar(value)].compactMap(\.self))
    }
    #expect(Presentable(text).plain == "������")
  }

  @Test(
    "R04: an emoji sequence is cut to what every terminal draws alike",
    arguments: [
      ("👩‍⚕️", "👩", 2), ("👨‍👩‍👧‍👦", "👨", 2), ("🇫🇷", "FR", 2), ("👍🏽", "👍", 2), ("❤️", "❤", 1),
      ("1️⃣", "1", 1), ("⚠️", "⚠", 1), ("💊", "💊", 2), ("😀😀", "😀😀", 4),
    ])
  func emoji(text: String, shown: String, width: Int) {
    let presentable = Presentable(text)
    #expect(Array(presentable.plain.unicodeScalars) == Array(shown.unicodeScalars))
    #expect(presentable.width == width)
  }

  @Test("R04: at most four marks stand on a letter, and one without a letter gets a place")
  func stackedMarks() {
    let zalgo = "Z" + String(repeating: "\u{301}", count: 200)
    #expect(Presentable(zalgo).plain.unicodeScalars.count == 5)
    #expect(Presentable(zalgo).width == 1)
    #expect(Presentable("\u{301}a").plain.unicodeScalars.first == "\u{25CC}")
  }

  @Test("R02: a carriage return or a backspace overwrites nothing")
  func overwriting() {
    #expect(Presentable("1 g\r10 g").plain == "1 g�10 g")
    #expect(Presentable("10\u{8}\u{8}1 g").plain == "10��1 g")
    #expect(Presentable.lines(of: "1 g\r10 g", width: 20).map(\.plain) == ["1 g", "10 g"])
  }

  @Test("clipping says that it cut, and never cuts a glyph in half")
  func clipping() {
    #expect(Presentable("Ordonnance").clipped(to: 10).plain == "Ordonnance")
    #expect(Presentable("Ordonnance").clipped(to: 5).plain == "Ordo…")
    #expect(Presentable("Ordonnance").clipped(to: 5, mark: .ascii).plain == "Ordo~")
    #expect(Presentable("王小明").clipped(to: 4).plain == "王…")
    #expect(Presentable("abc").clipped(to: 0).isEmpty)
    #expect(Presentable("王").padded(to: 4).plain == "王  ")
    #expect(Presentable("42").padded(to: 4, alignedRight: true).plain == "  42")
    #expect(("à " + Presentable("b")).width == 3)
  }

  @Test("text for the command line keeps its newlines and nothing else")
  func plainText() {
    #expect(Presentable.plain(of: "a\u{1B}[1m\r\nb\u{202E}\tc\n") == "a�[1m\nb� c")
  }
}

@Suite("Presentable: word wrap")
struct PresentableLinesTests {
  private func wrap(_ text: String, _ width: Int, limit: Int = 100) -> [String] {
    Presentable.lines(of: text, width: width, limit: limit).map(\.plain)
  }

  @Test("words are kept whole, spaces at the cut belong to no line")
  func words() {
    #expect(wrap("Je passerai vers 17 h. Merci.", 12) == ["Je passerai", "vers 17 h.", "Merci."])
    #expect(wrap("abc   def", 3) == ["abc", "def"])
    #expect(wrap("abc def", 7) == ["abc def"])
  }

  @Test("a dose is not separated from its unit by a no-break space")
  func noBreakSpaces() {
    #expect(wrap("Paracétamol 500\u{A0}mg", 15) == ["Paracétamol", "500\u{A0}mg"])
  }

  @Test("long words are cut, wide glyphs never in half, and the loop always ends")
  func longWords() {
    #expect(wrap("abcdefgh", 3) == ["abc", "def", "gh"])
    #expect(wrap("王小明", 3) == ["王", "小", "明"])
    #expect(wrap("王小", 1) == ["王", "小"])
    #expect(wrap("   abcdef", 5) == ["   ab", "cdef"])
  }

  @Test("every kind of newline splits; empty lines and indentation stay")
  func newlines() {
    #expect(wrap("a\nb\r\nc\rd\u{2028}e\u{85}f", 9) == ["a", "b", "c", "d", "e", "f"])
    #expect(wrap("a\n\n  b\n", 9) == ["a", "", "  b"])
    #expect(wrap("", 9) == [])
  }

  @Test("tabs reach the next multiple of eight")
  func tabs() {
    #expect(wrap("K\t4,1\nNa\t140", 20) == ["K       4,1", "Na      140"])
  }

  @Test("the limit stops the work and shows")
  func limit() {
    #expect(wrap("a\nb\nc\nd", 5, limit: 3) == ["a", "b", "…"])
    #expect(wrap("a\nb\nc", 5, limit: 3) == ["a", "b", "c"])
    let huge = String(repeating: "mot ", count: 500_000)
    #expect(wrap(huge, 20, limit: 2) == ["mot mot mot mot mot", "…"])
    #expect(wrap("a", 0) == [])
  }

  @Test("no line is wider than asked, whatever the text", arguments: [1, 2, 3, 7, 20, 80])
  func neverWider(width: Int) {
    let text = "Ordonnance 王小明 du Dr PETIT 👩‍⚕️\u{1B}[31m e\u{301}e\u{301} \u{202E}abc  \t x"
    for line in Presentable.lines(of: text, width: max(2, width)) {
      #expect(line.width <= max(2, width))
    }
  }
}
