extension Presentable {
  /// Word-wraps a mail text to lines of at most `width` columns, indentation kept.
  ///
  /// Newlines of every kind (LF, CR, CRLF, VT, FF, NEL, U+2028, U+2029) split, and never become a
  /// cell; tabs reach the next multiple of eight. A word longer than a line is cut between glyphs.
  /// - Parameter limit: stops after so many lines; the last one is then `…`. Pass the last line
  ///   that is visible: a huge mail then costs no more than what is shown of it.
  public static func lines(of text: String, width: Int, limit: Int = 20_000) -> [Presentable] {
    guard width > 0, limit > 0 else { return [] }
    var lines: [Presentable] = []
    for logical in text.unicodeScalars.splitIntoLines() {
      var scanner = GlyphScanner()
      scanner.tabStop = 8
      for scalar in logical { scanner.append(scalar) }
      wrap(scanner.glyphs[...], width, limit + 1, into: &lines)
      if lines.count > limit {
        lines.removeSubrange((limit - 1)...)
        lines.append(Presentable(glyphs: [LineSet.unicode.ellipsis]))
        return lines
      }
    }
    return lines
  }

  /// Cuts one logical line; stops adding when there are `limit` lines.
  private static func wrap(
    _ glyphs: ArraySlice<Glyph>, _ width: Int, _ limit: Int, into lines: inout [Presentable]
  ) {
    var rest = glyphs
    repeat {
      let cut = firstCut(of: rest, width)
      lines.append(Presentable(glyphs: rest[..<cut].droppingTrailingBlanks()))
      let wrapped = cut < rest.endIndex
      rest = rest[cut...]
      // The spaces at which a line was cut belong to neither line.
      if wrapped { rest = rest.drop { $0 == .blank } }
    } while !rest.isEmpty && lines.count < limit
  }

  /// Where the first line of `glyphs` ends: after the last space that fits, else where it is full.
  private static func firstCut(of glyphs: ArraySlice<Glyph>, _ width: Int) -> Int {
    var used = 0
    var lastSpace: Int?
    var hasWord = false
    for index in glyphs.indices {
      let glyph = glyphs[index]
      used += Int(glyph.width)
      if glyph == .blank {
        // The spaces of the indentation are no place to cut.
        if hasWord { lastSpace = index }
      } else {
        hasWord = true
        if used > width {
          // At least one glyph a line, even one too wide for it: the loop must end.
          return max(lastSpace ?? index, glyphs.startIndex + 1)
        }
      }
    }
    return glyphs.endIndex
  }
}

extension ArraySlice<Glyph> {
  fileprivate func droppingTrailingBlanks() -> ArraySlice<Glyph> {
    var slice = self
    while slice.last == .blank { slice.removeLast() }
    return slice
  }
}

extension String.UnicodeScalarView {
  /// The lines of a text; CRLF is one newline; a newline at the very end adds no empty line.
  func splitIntoLines() -> [SubSequence] {
    var lines: [SubSequence] = []
    var start = startIndex
    var index = startIndex
    while index < endIndex {
      let scalar = self[index]
      let next = self.index(after: index)
      if scalar.isNewline {
        lines.append(self[start..<index])
        let isCRLF = scalar == "\r" && next < endIndex && self[next] == "\n"
        start = isCRLF ? self.index(after: next) : next
        index = start
      } else {
        index = next
      }
    }
    if start < endIndex { lines.append(self[start...]) }
    return lines
  }
}

extension Unicode.Scalar {
  fileprivate var isNewline: Bool {
    switch value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
