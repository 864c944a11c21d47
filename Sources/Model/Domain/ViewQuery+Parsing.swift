extension ViewQuery {
  /// More than anybody types; the rest of a pasted text would only slow the search.
  public static let termLimit = 32

  /// Reads what somebody typed. `12:30` and `Re:` are words; `foo:bar` is told, and found in
  /// quotes.
  ///
  /// - Parameter now: what « hier » and a date without its year are read against.
  public static func parse(_ text: String, now: Timestamp) throws(QueryProblem) -> ViewQuery {
    var query = ViewQuery()
    for piece in pieces(of: text) {
      let terms = try self.terms(piece, now: now)
      query.terms += terms
      guard query.terms.count <= termLimit else {
        throw QueryProblem(.tooManyTerms(limit: termLimit), place: piece.place)
      }
    }
    return query
  }

  /// One blank-separated piece: `-état:"à prendre"`.
  private struct Piece {
    var place: Int
    var isNegated = false
    var key: QueryKey?
    var value = ""
    var valuePlace: Int
    var isQuoted = false
  }

  private static func pieces(of text: String) -> [Piece] {
    let characters = Array(text)
    var pieces: [Piece] = []
    var index = 0
    while index < characters.count {
      guard !isGap(characters[index]) else {
        index += 1
        continue
      }
      pieces.append(piece(characters, &index))
    }
    return pieces
  }

  private static func piece(_ characters: [Character], _ index: inout Int) -> Piece {
    var piece = Piece(place: index, valuePlace: index)
    if characters[index] == "-", index + 1 < characters.count, !isGap(characters[index + 1]) {
      piece.isNegated = true
      index += 1
    }
    let start = index
    while index < characters.count, !isGap(characters[index]) {
      let character = characters[index]
      if character == ":", piece.key == nil,
        let key = QueryKey(typed: String(characters[start..<index]))
      {
        piece.key = key
        index += 1
        break
      }
      if character == "\"" { break }
      index += 1
    }
    piece.valuePlace = piece.key == nil ? start : index
    guard index < characters.count, characters[index] == "\"",
      index == piece.valuePlace
    else {
      // A quote inside a word is part of it.
      while index < characters.count, !isGap(characters[index]) { index += 1 }
      piece.value = String(characters[piece.valuePlace..<index])
      return piece
    }
    // A quote that is still open ends with the text: it is being typed.
    let end = characters[(index + 1)...].firstIndex(of: "\"") ?? characters.count
    piece.isQuoted = true
    piece.value = String(characters[(index + 1)..<end])
    index = min(end + 1, characters.count)
    return piece
  }

  private static func terms(_ piece: Piece, now: Timestamp) throws(QueryProblem) -> [Term] {
    guard let key = piece.key else {
      if piece.value.allSatisfy({ isGap($0) }) { return [] }
      if !piece.isQuoted, let name = unknownKey(in: piece.value) {
        throw QueryProblem(.unknownKey(name), place: piece.valuePlace)
      }
      let test: Test = piece.isQuoted ? .phrase(piece.value) : .word(piece.value)
      return [Term(test, isNegated: piece.isNegated)]
    }
    guard !piece.value.allSatisfy({ isGap($0) }) else {
      throw QueryProblem(.missingValue(key: key), place: piece.valuePlace)
    }
    guard let test = test(key, piece.value, now: now) else {
      throw QueryProblem(
        .unknownValue(key: key, value: piece.value), place: piece.valuePlace)
    }
    return [Term(test, isNegated: piece.isNegated)]
  }

  /// `foo` of `foo:bar`; `12:30`, `Re:x`, an address of the web and what ends in a colon are text.
  private static func unknownKey(in word: String) -> String? {
    guard let colon = word.firstIndex(of: ":") else { return nil }
    let (name, rest) = (word[..<colon], word[colon...].dropFirst())
    guard name.count > 1, name.allSatisfy(\.isLetter), !rest.isEmpty, !rest.hasPrefix("//"),
      !["re", "tr", "fw", "fwd"].contains(folded(String(name)))
    else { return nil }
    return String(name)
  }

  private static func test(_ key: QueryKey, _ value: String, now: Timestamp) -> Test? {
    switch key {
    case .state:
      var wanted: Set<Order.Status> = []
      var isDropped = false
      for part in value.split(separator: ",") {
        guard QueryWords.value(String(part), in: [QueryWords.dropped]) == nil else {
          isDropped = true
          continue
        }
        guard let states = QueryWords.value(String(part), in: QueryWords.states) else { return nil }
        wanted.formUnion(states)
      }
      if isDropped { return .dropped(or: wanted) }
      return wanted.isEmpty ? nil : .status(wanted)
    case .owner:
      // Initials are capitals: a colleague's may be ME, hardly MOI.
      if value != "MOI", (2...3).contains(value.count), value.allSatisfy(\.isUppercase) {
        return .owner(.named(value))
      }
      switch folded(value) {
      case "none", "personne", "nobody": return .owner(.nobody)
      case "me", "moi": return .owner(.me)
      default: return QueryText.words(value).isEmpty ? nil : .owner(.named(value))
      }
    case .kind: return QueryWords.value(value, in: QueryWords.kinds).map { .kind($0) }
    case .mark: return QueryWords.value(value, in: QueryWords.marks).map { .mark($0) }
    case .from: return QueryText.words(value).isEmpty ? nil : .from(value)
    case .patient: return QueryText.words(value).isEmpty ? nil : .patient(value)
    case .before: return day(value, now: now).map { .before($0.instant(minute: 0)) }
    case .after: return day(value, now: now).map { .after($0.instant(minute: 0)) }
    case .age: return age(value)
    }
  }

  /// `2026-11-20`, `20/11/2026`, `20/11` (the latest one), `hier`, `aujourd'hui`.
  private static func day(_ text: String, now: Timestamp) -> CivilDay? {
    let today = CivilDay(now)
    switch folded(text) {
    case "hier", "yesterday": return today.adding(-1)
    case "aujourd'hui", "today": return today
    default: break
    }
    if let day = CivilDay(text) { return day }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count),
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let day = Int(parts[0]), let month = Int(parts[1])
    else { return nil }
    if parts.count == 3 {
      guard parts[2].utf8.count == 4, let year = Int(parts[2]) else { return nil }
      return CivilDay(year: year, month: month, day: day)
    }
    // 29 February has its year at most eight years back.
    let year = today.date.year
    return (0...8).lazy.compactMap { CivilDay(year: year - $0, month: month, day: day) }
      .first { $0 <= today }
  }

  /// `3j`, `>3d`, `<30min`, `2h`.
  private static func age(_ text: String) -> Test? {
    var rest = folded(text)[...]
    let isLess = rest.hasPrefix("<")
    if isLess || rest.hasPrefix(">") { rest = rest.dropFirst() }
    if rest.hasPrefix("=") { rest = rest.dropFirst() }
    let digits = rest.prefix { ("0"..."9").contains($0) }
    guard (1...4).contains(digits.count), let number = Int64(digits), number > 0 else {
      return nil
    }
    switch rest.dropFirst(digits.count) {
    case "min", "m": return .age(.seconds(number * 60), isLess: isLess)
    case "h": return .age(.seconds(number * 3600), isLess: isLess)
    case "j", "d": return .age(.days(Int(number)), isLess: isLess)
    default: return nil
    }
  }

  private static func isGap(_ character: Character) -> Bool {
    character.isWhitespace || character.unicodeScalars.allSatisfy { $0.value < 0x20 }
  }
}
