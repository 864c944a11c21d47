/// Decides which symbols of one run of digits are part of a matricule.
///
/// The rules go from certain to doubtful. What a rule takes, and what is recognised as something
/// else, no longer counts for the next ones; a matricule that was masked before is recognised by
/// its hidden places, so that a second pass meets exactly the same pieces.
struct MatriculeFinder {
  private var symbols: [UInt8]
  private let gaps: [DigitGap]
  private let followsPlus: Bool
  private var hidden: [Int] = []
  private var free: [Range<Int>] = []

  init(symbols: [UInt8], gaps: [DigitGap], followsPlus: Bool) {
    self.symbols = symbols
    self.gaps = gaps
    self.followsPlus = followsPlus
  }

  /// Indices of the symbols to hide.
  ///
  /// Starts again from what is left until nothing more is found, which is what makes a second
  /// masking find nothing. The bound only matters to a text made to reach it.
  mutating func hiddenSymbols() -> [Int] {
    for _ in 0..<64 {
      let before = hidden.count
      free = piecesBetweenMasked()
      sweep { finder, piece, at in finder.keyed(piece, at, anywhere: false) }
      setAsideKnownNumbers()
      sweep { finder, piece, at in finder.fieldAligned(piece, at, [15, 13]) }
      sweep { finder, piece, at in finder.keyed(piece, at, anywhere: true) }
      sweep { finder, piece, at in finder.fieldAligned(piece, at, [14]) }
      sweep { finder, piece, at in finder.insideLongWord(piece, at) }
      sweep { finder, piece, at in finder.regularGroups(piece, at) }
      if hidden.count == before { break }
      for index in hidden[before...] { symbols[index] = 0 }
    }
    return hidden
  }

  // MARK: Pieces

  /// Five digits, eight hidden places and the key: masked before. Other hidden places only part.
  private func piecesBetweenMasked() -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = 0
    var index = 0
    while index < symbols.count {
      guard symbols[index] == 0 else {
        index += 1
        continue
      }
      var end = index + 1
      while end < symbols.count, symbols[end] == 0, end < index + 8 { end += 1 }
      let isMasked = end == index + 8 && index - start >= 5
      let before = isMasked ? index - 5 : index
      if start < before { pieces.append(start..<before) }
      if isMasked { end = afterKey(end) }
      start = end
      index = end
    }
    if start < symbols.count { pieces.append(start..<symbols.count) }
    return pieces
  }

  /// Two digits after the thirteen are the key, unless they begin a longer word.
  private func afterKey(_ index: Int) -> Int {
    let end = index + 2
    guard end <= symbols.count, symbols[index] != 0, symbols[index + 1] != 0 else { return index }
    return end == symbols.count || gaps[end] != .none ? end : index
  }

  /// One pass of one rule over all free pieces. The rule answers how many symbols it takes at a
  /// place, 0 for none.
  private mutating func sweep(_ rule: (MatriculeFinder, Range<Int>, Int) -> Int) {
    var rest: [Range<Int>] = []
    for piece in free {
      var start = piece.lowerBound
      var index = start
      while index + 13 <= piece.upperBound {
        let isPossible = "123478".utf8.contains(symbols[index])
        let length = isPossible ? rule(self, start..<piece.upperBound, index) : 0
        guard length > 0 else {
          index += 1
          continue
        }
        hidden += (index + 5)..<(index + 13)
        if start < index { rest.append(start..<index) }
        start = index + length
        index = start
      }
      if start < piece.upperBound { rest.append(start..<piece.upperBound) }
    }
    free = rest
  }

  private mutating func setAsideKnownNumbers() {
    var rest: [Range<Int>] = []
    for piece in free {
      var start = piece.lowerBound
      var index = start
      while index < piece.upperBound {
        let words = wordLengths(index, in: start..<piece.upperBound, atMost: 5)
        let length = KnownNumber.length(symbols, gaps, at: index, words: words)
        guard length > 0 else {
          index = nextWord(index, in: piece)
          continue
        }
        if start < index { rest.append(start..<index) }
        start = index + length
        index = start
      }
      if start < piece.upperBound { rest.append(start..<piece.upperBound) }
    }
    free = rest
  }

  private func nextWord(_ index: Int, in piece: Range<Int>) -> Int {
    var next = index + 1
    while next < piece.upperBound, gaps[next] == .none { next += 1 }
    return next
  }

  private func wordLengths(_ index: Int, in piece: Range<Int>, atMost count: Int) -> [Int] {
    var lengths: [Int] = []
    var start = index
    while start < piece.upperBound, lengths.count < count {
      let end = nextWord(start, in: piece)
      lengths.append(end - start)
      start = end
    }
    return lengths
  }

  // MARK: Rules

  /// Fifteen characters whose key is right: at word borders in any grouping, over a line end too;
  /// inside a word only when month and place make sense.
  private func keyed(_ piece: Range<Int>, _ at: Int, anywhere: Bool) -> Int {
    let end = at + 15
    guard end <= piece.upperBound, hasShape(at, 15), hasRightKey(at) else { return 0 }
    if anywhere {
      return !crossesLine(at, end) && isPlausible(at) ? 15 : 0
    }
    return isBorder(at, piece) && isBorder(end, piece) ? 15 : 0
  }

  /// 15 or 13 characters, or a word of 14 (one too many or too few), between word borders and
  /// broken only where the fields of a matricule end: sex, year, month, place of birth, order,
  /// key. Any key: test numbers have a wrong one.
  private func fieldAligned(_ piece: Range<Int>, _ at: Int, _ counts: [Int]) -> Int {
    guard isBorder(at, piece) else { return 0 }
    for count in counts {
      let end = at + count
      guard end <= piece.upperBound, isBorder(end, piece), hasShape(at, count) else { continue }
      let breaks = (at + 1..<end).filter { gaps[$0] != .none }
      guard !crossesLine(at, end), count != 14 || breaks.isEmpty else { continue }
      if breaks.allSatisfy({ [1, 3, 5, 6, 7, 10, 13].contains($0 - at) }) { return count }
    }
    return 0
  }

  /// A word of more than 15 digits may hide a matricule of which nothing else is known.
  private func insideLongWord(_ piece: Range<Int>, _ at: Int) -> Int {
    guard at + 15 <= piece.upperBound, hasShape(at, 15), isPlausible(at) else { return 0 }
    return (at + 1..<at + 15).allSatisfy { gaps[$0] == .none } ? 15 : 0
  }

  /// A whole piece, or a column of it, of 13 or 15 digits in short groups that one and the same
  /// separator joins.
  private func regularGroups(_ piece: Range<Int>, _ at: Int) -> Int {
    guard !(followsPlus && at == 0), at == piece.lowerBound || isColumn(at) else { return 0 }
    for count in [15, 13] {
      let end = at + count
      guard end <= piece.upperBound, end == piece.upperBound || isColumn(end), hasShape(at, count)
      else { continue }
      let joints = (at + 1..<end).map { gaps[$0] }.filter { $0 != .none }
      guard Set(joints).count == 1, joints.first != .line, joints.count >= 2 else { continue }
      let month = number(at + 3)
      if (1...12).contains(month) || month >= 20 { return count }
    }
    return 0
  }

  // MARK: Looks

  /// A letter that is not part of the number ends it as a gap does.
  private func isBorder(_ index: Int, _ piece: Range<Int>) -> Bool {
    if index == piece.lowerBound || index == piece.upperBound || gaps[index] != .none {
      return true
    }
    return symbols[index] > 0x39 || symbols[index - 1] > 0x39
  }

  private func isColumn(_ index: Int) -> Bool { gaps[index] == .wide || gaps[index] == .line }

  private func crossesLine(_ start: Int, _ end: Int) -> Bool {
    (start + 1..<end).contains { gaps[$0] == .line }
  }

  /// Digits, and Corsica's letter only after the 2 of the department.
  private func hasShape(_ at: Int, _ count: Int) -> Bool {
    for place in 0..<count where symbols[at + place] > 0x39 {
      guard place == 6, symbols[at + 5] == 0x32 else { return false }
    }
    return true
  }

  private func hasRightKey(_ at: Int) -> Bool {
    INS.key(of: symbols[at..<at + 13]) == number(at + 13)
  }

  private func isPlausible(_ at: Int) -> Bool {
    guard "1278".utf8.contains(symbols[at]) else { return false }
    let month = number(at + 3)
    guard (1...12).contains(month) || (20...42).contains(month) || month >= 50 else { return false }
    return symbols[at + 6] > 0x39 || (1...99).contains(number(at + 5))
  }

  private func number(_ at: Int) -> Int {
    (Int(symbols[at]) - 0x30) * 10 + Int(symbols[at + 1]) - 0x30
  }
}
