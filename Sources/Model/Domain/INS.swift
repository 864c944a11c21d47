/// Administrative sex as the first digit of a matricule says it.
public enum Sex: String, Sendable, Codable {
  case male = "M"
  case female = "F"
}

/// A national health identity number: 13 characters, then a key of two digits (domain note 3).
///
/// A wrong key never rejects: real test matricules have one (domain note 3.06). Callers warn.
public struct INS: Hashable, Sendable, Codable {
  /// Who issued the number, when an OID came with it (domain note 3.09).
  public enum Authority: Sendable, Hashable {
    case nir, nia, testNIR, demonstrationNIR, other
  }

  /// 15 characters, upper case, without spaces.
  public let matricule: String
  public let oid: String?

  /// nil unless the text holds 15 characters of the right shape once spaces are removed.
  ///
  /// Position 7 may be the letter A or B after a 2 (Corsica: 2A, 2B).
  public init?(_ text: String, oid: String? = nil) {
    let characters = Array(text.uppercased().utf8.filter { $0 != 0x20 && $0 != 0xA0 })
    guard characters.count == 15 else { return nil }
    for (place, byte) in characters.enumerated() {
      let isDigit = (0x30...0x39).contains(byte)
      let isCorsica = place == 6 && characters[5] == 0x32 && (byte == 0x41 || byte == 0x42)
      guard isDigit || isCorsica else { return nil }
    }
    // 1 and 2 are NIR, 7 and 8 NIA, 3 and 4 temporary numbers (domain note 3.08).
    guard [0x31, 0x32, 0x33, 0x34, 0x37, 0x38].contains(characters[0]) else { return nil }
    matricule = String(decoding: characters, as: UTF8.self)
    self.oid = oid
  }

  private var digits: [UInt8] { Array(matricule.utf8) }

  private func number(_ from: Int, _ count: Int) -> Int {
    Int(matricule.utf8.dropFirst(from).prefix(count).reduce(0) { $0 * 10 + Int($1) - 0x30 })
  }

  /// 97 minus the 13 digits modulo 97, with 2A read as 19 and 2B as 18 (domain note 3.05).
  public var expectedKey: Int {
    var remainder = 0
    for (place, byte) in digits.prefix(13).enumerated() {
      var digit = Int(byte) - 0x30
      if place == 5, digits[6] == 0x41 || digits[6] == 0x42 { digit = 1 }
      if byte == 0x41 { digit = 9 }
      if byte == 0x42 { digit = 8 }
      remainder = (remainder * 10 + digit) % 97
    }
    return 97 - remainder
  }

  public var hasValidKey: Bool { number(13, 2) == expectedKey }

  public var authority: Authority {
    switch oid {
    case "1.2.250.1.213.1.4.8": return .nir
    case "1.2.250.1.213.1.4.9": return .nia
    case "1.2.250.1.213.1.4.10": return .testNIR
    case "1.2.250.1.213.1.4.11": return .demonstrationNIR
    case nil: return digits[0] == 0x37 || digits[0] == 0x38 ? .nia : .nir
    default: return .other
    }
  }

  public var isTest: Bool { authority == .testNIR || authority == .demonstrationNIR }

  /// Odd first digits are men, even ones women, for NIR (1, 2), temporary (3, 4) and NIA (7, 8).
  public var sex: Sex { (digits[0] - 0x30) % 2 == 1 ? .male : .female }

  /// Two digits: the matricule holds no century, so none is invented.
  public var birthYear: Int { number(1, 2) }

  /// 1…12, or nil when the month field says unknown (20 and more) or nonsense.
  public var birthMonth: Int? {
    let month = number(3, 2)
    return (1...12).contains(month) ? month : nil
  }

  /// `03/51`, or `??/51` when the month is unknown.
  public var birthHint: String {
    (birthMonth.map { pad($0, 2) } ?? "??") + "/" + pad(birthYear, 2)
  }

  /// `2 51 03 •• ••• ••• 42`: sex, year, month and key stay, so homonyms remain distinct.
  public func masked(hidden: Character = "•") -> String {
    let text = Array(matricule)
    func mask(_ count: Int) -> String { String(repeating: hidden, count: count) }
    let head = "\(text[0]) \(text[1])\(text[2]) \(text[3])\(text[4])"
    return "\(head) \(mask(2)) \(mask(3)) \(mask(3)) \(text[13])\(text[14])"
  }

  /// `2 51 03 75 123 456 42`
  public var grouped: String {
    let text = Array(matricule)
    return [0..<1, 1..<3, 3..<5, 5..<7, 7..<10, 10..<13, 13..<15]
      .map { String(text[$0]) }.joined(separator: " ")
  }
}

extension INS {
  /// Replaces every run that could be a matricule by its masked form.
  ///
  /// A run is 13 to 15 digits starting with 1–4, 7 or 8, spaces, dots or hyphens allowed between
  /// them; 13-digit CIP codes start with 3400 and are left alone, a person must be able to read
  /// them.
  public static func masking(_ text: String, hidden: Character = "•") -> String {
    guard text.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return text }
    var result = ""
    var run: [Character] = []
    func flush() {
      result += maskedRun(run, hidden: hidden)
      run.removeAll(keepingCapacity: true)
    }
    for character in text {
      let isDigit = character.isASCII && character.isNumber
      let isCorsica = "ABab".contains(character)
      let isSeparator = " .-\u{A0}\u{202F}".contains(character)
      if isDigit || (!run.isEmpty && (isSeparator || isCorsica)) {
        run.append(character)
      } else {
        flush()
        result.append(character)
      }
    }
    flush()
    return result
  }

  private static func maskedRun(_ run: [Character], hidden: Character) -> String {
    let places = run.indices.filter { run[$0].isNumber || run[$0].isLetter }
    // Words after the digits ("279… a", "279… B") are not part of the number.
    let digitPlaces = places.filter { place in
      guard run[place].isLetter else { return true }
      guard let order = places.firstIndex(of: place), order == 6 else { return false }
      return run[places[5]] == "2"
    }
    let digits = digitPlaces.map { run[$0] }
    guard (13...15).contains(digits.count), let first = digits.first, "123478".contains(first),
      !String(digits).hasPrefix("3400")
    else { return String(run) }
    var masked = run
    for place in digitPlaces[5..<min(13, digitPlaces.count)] { masked[place] = hidden }
    return String(masked)
  }
}
