/// Numbers that a counter reads all day and that are not matricules, told by their own shape.
enum KnownNumber {
  /// How many symbols at `index` are such a number, 0 for none. `words` are the lengths of the
  /// words from there on.
  static func length(
    _ symbols: [UInt8], _ gaps: [DigitGap], at index: Int, words: [Int]
  ) -> Int {
    guard let first = words.first else { return 0 }
    if isKnownWord(symbols[index..<index + first]) { return first }
    if words == [2, 2, 2, 2, 2], symbols[index] == 0x30 { return 10 }
    return dateLength(symbols, gaps, at: index, words: words)
  }

  private static func isKnownWord(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.allSatisfy({ (0x30...0x39).contains($0) }), let first = word.first else {
      return false
    }
    switch word.count {
    case 10: return first == 0x30
    // FINESS and SIREN, RPPS, SIRET.
    case 9, 11, 14: return hasLuhnDigit(word)
    case 13:
      if word.starts(with: "3400".utf8) { return true }
      return "3478".utf8.contains(first) && hasEANDigit(word)
    case 16...:
      // What a scanner reads from a box: (01) and the CIP on 14 digits.
      return word.starts(with: "0103400".utf8)
    default: return false
    }
  }

  /// `20/11/2026`, `2026-11-20` and `14/03/79`, both separators alike.
  private static func dateLength(
    _ symbols: [UInt8], _ gaps: [DigitGap], at index: Int, words: [Int]
  ) -> Int {
    guard words.count >= 3 else { return 0 }
    let shape = Array(words.prefix(3))
    let second = index + shape[0]
    let third = second + shape[1]
    guard gaps[second] == gaps[third], case .narrow(let joint) = gaps[second] else { return 0 }
    func value(_ from: Int, _ count: Int) -> Int {
      symbols[from..<from + count].reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }
    func isDay(_ day: Int, _ month: Int) -> Bool {
      (1...31).contains(day) && (1...12).contains(month)
    }
    let years = 1900...2100
    switch shape {
    case [2, 2, 4]:
      return isDay(value(index, 2), value(second, 2)) && years.contains(value(third, 4)) ? 8 : 0
    case [4, 2, 2]:
      return isDay(value(third, 2), value(second, 2)) && years.contains(value(index, 4)) ? 8 : 0
    case [2, 2, 2]: return joint == "/" && isDay(value(index, 2), value(second, 2)) ? 6 : 0
    default: return 0
    }
  }

  private static func hasLuhnDigit(_ word: ArraySlice<UInt8>) -> Bool {
    var sum = 0
    for (place, byte) in word.reversed().enumerated() {
      let digit = Int(byte) - 0x30
      let double = digit * 2
      sum += place % 2 == 0 ? digit : (double > 9 ? double - 9 : double)
    }
    return sum % 10 == 0
  }

  private static func hasEANDigit(_ word: ArraySlice<UInt8>) -> Bool {
    var sum = 0
    for (place, byte) in word.enumerated() { sum += (Int(byte) - 0x30) * (place % 2 == 0 ? 1 : 3) }
    return sum % 10 == 0
  }
}
