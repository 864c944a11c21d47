/// A birth date as precise as somebody said it: year, year and month, or the full day.
public struct BirthDate: Hashable, Sendable, Codable {
  public var year: Int
  public var month: Int?
  public var day: Int?

  public init(year: Int, month: Int? = nil, day: Int? = nil) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `1979-03-14`, `1979-03`, `1979` and the French `14/03/1979`; nil for anything else,
  /// for a day that does not exist and for a two-digit year (the century would be a guess).
  public init?(_ text: String) {
    var parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    let french = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if french.count == 3 { parts = french.reversed() }
    guard (1...3).contains(parts.count), parts.dropFirst().allSatisfy({ $0.utf8.count <= 2 }),
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      parts[0].utf8.count == 4, let year = Int(parts[0]), (1880...2200).contains(year)
    else { return nil }
    var month: Int?
    var day: Int?
    if parts.count > 1 {
      guard let value = Int(parts[1]), (1...12).contains(value) else { return nil }
      month = value
    }
    if parts.count > 2 {
      let days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      guard let value = Int(parts[2]), let month, (1...days[month - 1]).contains(value),
        month != 2 || value < 29 || Self.isLeap(year)
      else { return nil }
      day = value
    }
    self.init(year: year, month: month, day: day)
  }

  /// A day without its month is no date.
  private var knownDay: Int? { month == nil ? nil : day }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// Whether somebody alive on `today` may have been born then, as far as it is said.
  public func isPossible(on today: CivilDay) -> Bool {
    let now = today.date
    guard (1890...now.year).contains(year) else { return false }
    guard year == now.year, let month else { return true }
    return month < now.month || month == now.month && (day ?? 1) <= now.day
  }

  /// Equal as far as both are precise.
  func agrees(with other: BirthDate) -> Bool {
    guard year == other.year else { return false }
    guard let month, let theirs = other.month else { return true }
    guard month == theirs else { return false }
    guard let day, let theirDay = other.day else { return true }
    return day == theirDay
  }

  /// `1979-03-14`, cut where the precision ends.
  public var iso8601: String {
    [pad(year, 4), month.map { pad($0, 2) }, knownDay.map { pad($0, 2) }]
      .compactMap { $0 }.joined(separator: "-")
  }

  /// `14/03/1979`, cut where the precision ends.
  public var french: String {
    [knownDay.map { pad($0, 2) }, month.map { pad($0, 2) }, pad(year, 4)]
      .compactMap { $0 }.joined(separator: "/")
  }
}

/// For whom a demande is, and how sure we are.
public struct Patient: Hashable, Sendable, Codable {
  /// Who said so. A sender is not the patient until a document or a person confirms it.
  public enum Source: String, Sendable, Codable { case sender, document, person }

  /// As shown: family name first, in capitals when known (`MARTIN Jeanne`).
  public var name: String
  public var birthDate: BirthDate?
  public var ins: INS?
  public var source: Source

  public init(name: String, birthDate: BirthDate? = nil, ins: INS? = nil, source: Source) {
    self.name = name
    self.birthDate = birthDate
    self.ins = ins
    self.source = source
  }

  public var isConfirmed: Bool { source != .sender }
  public var sex: Sex? { ins?.sex }

  /// False when something says that these are two persons: matricules, birth dates or names.
  ///
  /// Two matricules decide alone. Names are compared without accents and order; « Jeanne » and
  /// « Jeanne Marie » may be one person only when the birth dates agree.
  public func mayBeSamePerson(as other: Patient) -> Bool {
    if let ins, let theirs = other.ins {
      return ins.matricule == theirs.matricule && ins.isTest == theirs.isTest
    }
    var sameBirth = false
    if let birthDate, let theirs = other.birthDate {
      guard birthDate.agrees(with: theirs) else { return false }
      sameBirth = true
    }
    let mine = Self.words(name)
    let theirs = Self.words(other.name)
    if mine.isEmpty || theirs.isEmpty || mine == theirs { return true }
    return sameBirth && (mine.isSubset(of: theirs) || theirs.isSubset(of: mine))
  }

  private static func words(_ name: String) -> Set<Substring> {
    Set(folded(name).split { !$0.isLetter })
  }
}
