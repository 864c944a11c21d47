/// Text that is safe to draw: the one gate between mail text and a terminal, a log or a list.
///
/// Built only from a `String`, and only by neutralising it (see `GlyphScanner`): no escape
/// sequence, no control, no bidi trick, no invisible character passes, whatever was sent.
/// Accents (composed or not), Arabic, Hebrew and East Asian text pass intact. It is one line: a
/// newline shows as `�`; use `lines(of:width:)` for text with paragraphs.
public struct Presentable: Hashable, Sendable, ExpressibleByStringInterpolation {
  var glyphs: [Glyph]
  /// Columns it takes on screen.
  public private(set) var width: Int

  /// Neutralises a text. Never fails; cost is linear.
  public init(_ text: String) {
    var text = text
    if let ascii = text.withUTF8(Self.printableASCII) {
      self.init(glyphs: ascii, width: ascii.count)
      return
    }
    var scanner = GlyphScanner()
    for scalar in text.unicodeScalars { scanner.append(scalar) }
    self.init(glyphs: scanner.glyphs, width: scanner.width)
  }

  public init(stringLiteral value: String) { self.init(value) }

  init(glyphs: [Glyph], width: Int) {
    self.glyphs = glyphs
    self.width = width
  }

  init(glyphs: some Sequence<Glyph>) {
    self.glyphs = Array(glyphs)
    width = self.glyphs.reduce(0) { $0 + Int($1.width) }
  }

  /// The glyphs of a text of printable ASCII only, nil for any other: most of what is drawn.
  private static func printableASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> [Glyph]? {
    for byte in bytes where byte < 0x20 || byte > 0x7E { return nil }
    return bytes.map { Glyph(base: Unicode.Scalar($0), width: 1) }
  }

  public static let empty = Presentable(glyphs: [], width: 0)

  public var isEmpty: Bool { glyphs.isEmpty }

  /// The neutralised text as a string, for the command line and the log.
  public var plain: String {
    var text = ""
    text.reserveCapacity(glyphs.count)
    for glyph in glyphs { glyph.append(to: &text) }
    return text
  }

  /// The neutralised text of several lines for the command line: newlines stay newlines, every
  /// other control is replaced.
  public static func plain(of text: String) -> String {
    text.unicodeScalars.splitIntoLines().map { line in
      var scanner = GlyphScanner()
      for scalar in line { scanner.append(scalar) }
      return Presentable(glyphs: scanner.glyphs, width: scanner.width).plain
    }.joined(separator: "\n")
  }

  public static func + (left: Presentable, right: Presentable) -> Presentable {
    Presentable(glyphs: left.glyphs + right.glyphs, width: left.width + right.width)
  }

  /// At most `limit` columns; what is cut shows as `mark` (`…`, or the ASCII one) in the last.
  public func clipped(to limit: Int, mark: LineSet = .unicode) -> Presentable {
    guard width > limit else { return self }
    guard limit > 0 else { return .empty }
    return Presentable(glyphs: prefix(of: limit - 1) + [mark.ellipsis])
  }

  /// At least `columns` wide, filled with spaces after the text or before it.
  public func padded(to columns: Int, alignedRight: Bool = false) -> Presentable {
    let missing = columns - width
    guard missing > 0 else { return self }
    let spaces = Array(repeating: Glyph.blank, count: missing)
    return Presentable(glyphs: alignedRight ? spaces + glyphs : glyphs + spaces, width: columns)
  }

  /// The glyphs that fit in `limit` columns: a wide one is never cut in half.
  func prefix(of limit: Int) -> ArraySlice<Glyph> {
    var used = 0
    var count = 0
    for glyph in glyphs {
      let next = used + Int(glyph.width)
      if next > limit { break }
      used = next
      count += 1
    }
    return glyphs[..<count]
  }
}
