import Domain
import Testing

@Suite("INS.masking (P03)")
struct INSMaskingTests {
  @Test(
    "every spelling of a matricule is masked",
    arguments: [
      ("279035121518989", "27903••••••••89"),
      ("2 79 03 51 215 189 89", "2 79 03 •• ••• ••• 89"),
      (
        "2\u{A0}79\u{A0}03\u{202F}51\u{A0}215\u{A0}189\u{A0}89",
        "2\u{A0}79\u{A0}03\u{202F}••\u{A0}•••\u{A0}•••\u{A0}89"
      ),
      ("2.79.03.51.215.189.89", "2.79.03.••.•••.•••.89"),
      ("2-79-03-51-215-189 / 89", "2-79-03-••-•••-••• / 89"),
      ("2 79 03 51 215 189 - 89", "2 79 03 •• ••• ••• - 89"),
      ("279 035 121 518 989", "279 03• ••• ••• •89"),
      ("27 90 35 12 15 18 98 9", "27 90 3• •• •• •• •8 9"),
      ("2 7 9 0 3 5 1 2 1 5 1 8 9 8 9", "2 7 9 0 3 • • • • • • • • 8 9"),
      ("2790351215189 89", "27903•••••••• 89"),
      ("2790351215189", "27903••••••••"),
      ("2790351215189 (clé 89)", "27903•••••••• (clé 89)"),
      ("2 79 03 51 215 189", "2 79 03 •• ••• •••"),
      ("279035121518989 - 3", "27903••••••••89 - 3"),
      ("3 - 279035121518989", "3 - 27903••••••••89"),
      ("279035121518989.", "27903••••••••89."),
      ("279035121518989@patient.example", "27903••••••••89@patient.example"),
      ("<279035121518989@patient>", "<27903••••••••89@patient>"),
      ("INS279035121518989S2", "INS27903••••••••89S2"),
      ("IS01S1279035121518989S21", "IS01S127903••••••••89S21"),
      ("2790351215189893", "27903••••••••893"),
      ("279035121518989 279035121518989", "27903••••••••89 27903••••••••89"),
      (
        "279035121518989 et 2 85 07 2B 033 126 12",
        "27903••••••••89 et 2 85 07 •• ••• ••• 12"
      ),
      ("279032A12345612", "27903••••••••12"),
      ("2 79 03 2a 123 456 12", "2 79 03 •• ••• ••• 12"),
      ("2 79 03 2 A 123 456 12", "2 79 03 • • ••• ••• 12"),
      ("2 79 03 2A  123  456 12", "2 79 03 ••  •••  ••• 12"),
      ("2 / 79 / 03 / 2B / 123 / 456 / 12", "2 / 79 / 03 / •• / ••• / ••• / 12"),
      ("2 79 03 51\n215 189 89", "2 79 03 ••\n••• ••• 89"),
      ("né le 14/03/1979 - 279035121518989", "né le 14/03/1979 - 27903••••••••89"),
      ("04 91 12 34 56 - 279035121518989", "04 91 12 34 56 - 27903••••••••89"),
      ("• 279035121518989", "• 27903••••••••89"),
      ("２７９０３５１２１５１８９８９", "２７９０３••••••••８９"),
      ("27903\u{200B}5121518989", "27903\u{200B}••••••••89"),
      ("3400935955838 2790351215189", "3400935955838 27903••••••••"),
    ])
  func masks(text: String, masked: String) {
    #expect(INS.masking(text) == masked)
  }

  @Test("official matricules with a wrong key are masked too", arguments: INSTests.wrongKeys)
  func wrongKeys(text: String) throws {
    let ins = try #require(INS(text))
    #expect(INS.masking("ins \(text)") == "ins \(text.prefix(5))••••••••\(text.suffix(2))")
    #expect(INS.masking("ins \(ins.grouped), 3") == "ins \(ins.masked()), 3")
    let mixed = "\(text.prefix(5)).\(text.dropFirst(5).prefix(8)) / \(text.suffix(2))"
    #expect(INS.masking(mixed) == "\(text.prefix(5)).•••••••• / \(text.suffix(2))")
  }

  @Test(
    "what a counter must read stays readable",
    arguments: [
      "04 91 12 34 56", "0491123456 / 0612345678", "+33 4 91 12 34 56", "0033491123456",
      "+33 4 91 12 34 56 - 22", "01 42 34 56 78 06 12 34 56 78", "20/11/2026", "2026-11-20",
      "20/11/2026 - 14/03/1979", "14/03/79 20/11/26", "2026-11-20T10:41:07+01:00",
      "3400935955838", "CIP 3400935955838 x 2", "2 3400935955838", "3400935955838 3400949497294",
      "3282770105995", "0103400935955838172512311012345", "10101234567", "RPPS 10003456784",
      "FINESS 750012343", "750712184", "1 000 mg", "Doliprane 1000 mg 3/j", "1 - 0 - 1",
      "13001 Marseille", "2,5 mg", "140 4.2 102 25 5.1 65", "12345678901", "",
      "pas de chiffre", "27903••••••••89",
    ])
  func leaves(text: String) {
    #expect(INS.masking(text) == text)
  }

  @Test("another hidden character, and masking twice, change nothing more")
  func hiddenCharacter() {
    let once = INS.masking("ins 279035121518989 fin", hidden: "*")
    #expect(once == "ins 27903********89 fin")
    #expect(INS.masking(once, hidden: "*") == once)
  }

  /// Pieces that meet in real text, in random order with random joints.
  @Test("no matricule with a valid key survives, and masking is idempotent", arguments: 1...16)
  func property(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    let joints = [" ", "  ", " - ", "\n", ", ", " / ", ". ", " le ", "\u{A0}", " : ", "\t"]
    for _ in 0..<60 {
      var text = ""
      var matricules: [String] = []
      for _ in 0..<Int.random(in: 1...7, using: &numbers) {
        let piece = try Self.piece(&numbers)
        if let matricule = piece.matricule { matricules.append(matricule) }
        text += piece.text + (joints.randomElement(using: &numbers) ?? "")
      }
      let once = INS.masking(text)
      #expect(INS.masking(once) == once, "seed \(seed): \(text)")
      #expect(once.unicodeScalars.count == text.unicodeScalars.count)
      let digits = once.filter(\.isNumber)
      for matricule in matricules {
        #expect(!digits.contains(matricule.prefix(13)), "seed \(seed): \(text) -> \(once)")
      }
    }
  }

  @Test("pieces glued together are masked once and for all", arguments: 1...16)
  func idempotentWhenGlued(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    let joints = ["", "", " ", ".", "•", "2A", "-", "/"]
    for _ in 0..<60 {
      var text = ""
      for _ in 0..<Int.random(in: 1...9, using: &numbers) {
        text += try Self.piece(&numbers).text + (joints.randomElement(using: &numbers) ?? "")
      }
      let once = INS.masking(text)
      #expect(INS.masking(once) == once, "seed \(seed): \(text)")
    }
  }

  private static func piece(
    _ numbers: inout SeededNumbers
  ) throws -> (text: String, matricule: String?) {
    func digits(_ count: Int) -> String {
      (0..<count).map { _ in String(Int.random(in: 0...9, using: &numbers)) }.joined()
    }
    switch Int.random(in: 0..<9, using: &numbers) {
    case 0: return ("06 " + digits(2) + " 12 34 56", nil)
    case 1: return ("\(Int.random(in: 10...28, using: &numbers))/11/2026", nil)
    case 2: return (digits(Int.random(in: 1...12, using: &numbers)), nil)
    case 3: return ("mot •• 2A", nil)
    default:
      let month = Int.random(in: 1...12, using: &numbers)
      let body = "2" + digits(2) + (month < 10 ? "0\(month)" : "\(month)") + "75" + digits(6)
      let key = try #require(INS(body + "00")).expectedKey
      let ins = try #require(INS(body + (key < 10 ? "0\(key)" : "\(key)")))
      let spellings = [ins.matricule, ins.grouped, body, ins.grouped.replacingSpaces(with: ".")]
      return (spellings.randomElement(using: &numbers) ?? body, ins.matricule)
    }
  }

  @Test("a flood of digits is masked in bounded time and stays as long")
  func hostile() {
    let text = String(repeating: "2790351215", count: 4_000)
    #expect(INS.masking(text).unicodeScalars.count == text.unicodeScalars.count)
    let spaced = String(repeating: "1 ", count: 10_000)
    #expect(INS.masking(spaced).unicodeScalars.count == spaced.unicodeScalars.count)
  }
}

extension String {
  fileprivate func replacingSpaces(with joint: String) -> String {
    split(separator: " ").joined(separator: joint)
  }
}
