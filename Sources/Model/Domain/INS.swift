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

  /// nil unless the text holds 15 characters of the right shape once spaces of every width are
  /// removed.
  ///
  /// Position 7 may be the letter A or B after a 2 (Corsica: 2A, 2B).
  public init?(_ text: String, oid: String? = nil) {
    let characters = text.filter { !$0.isWhitespace }.uppercased().utf8.map { $0 }
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

  private enum CodingKeys: String, CodingKey { case matricule, oid }

  /// Refuses a stored value of another shape, so that a damaged row cannot end the program.
  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    let text = try box.decode(String.self, forKey: .matricule)
    let oid = try box.decodeIfPresent(String.self, forKey: .oid)
    guard let ins = INS(text, oid: oid) else {
      throw DecodingError.dataCorruptedError(
        forKey: .matricule, in: box, debugDescription: "not the shape of a matricule")
    }
    self = ins
  }

  private var digits: [UInt8] { Array(matricule.utf8) }

  private func number(_ from: Int, _ count: Int) -> Int {
    Int(matricule.utf8.dropFirst(from).prefix(count).reduce(0) { $0 * 10 + Int($1) - 0x30 })
  }

  /// 97 minus the 13 digits modulo 97, with 2A read as 19 and 2B as 18 (domain note 3.05).
  public var expectedKey: Int { Self.key(of: digits[0..<13]) }

  /// The key of 13 characters of the right shape.
  static func key(of body: ArraySlice<UInt8>) -> Int {
    let isCorsica = body.contains(0x41) || body.contains(0x42)
    var remainder = 0
    for (place, byte) in body.enumerated() {
      var digit = Int(byte) - 0x30
      if isCorsica && place == 5 { digit = 1 }
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
