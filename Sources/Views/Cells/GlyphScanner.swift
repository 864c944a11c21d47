/// The gate itself: turns scalars into glyphs, one at a time, and lets nothing else through.
///
/// What a terminal could obey or hide never becomes a glyph:
/// - C0, DEL, C1, line and paragraph separators, the twelve bidi controls, private use,
///   noncharacters, unassigned scalars and those newer than Unicode 14 show as `�`;
/// - zero-width and other default-ignorable scalars show as one `·` a run (a hidden difference in
///   an address must be seen);
/// - emoji sequences (joiners, skin tones, keycaps, variation selectors) keep their first scalar,
///   and flags become their two letters: terminals disagree on the width of all of these.
struct GlyphScanner {
  private(set) var glyphs: [Glyph] = []
  private(set) var width = 0
  /// 1 for single lines; mail text has tab stops.
  var tabStop = 1
  private var hasRunOfInvisible = false
  private var isAfterEmojiJoiner = false

  mutating func append(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    if value >= 0x20, value < 0x7F {
      push(Glyph(base: scalar, width: 1))
    } else if value >= 0xA1, value < 0x300, value != 0xAD {
      push(Glyph(base: scalar, width: 1))
    } else {
      appendUnusual(scalar)
    }
  }

  private mutating func appendUnusual(_ scalar: Unicode.Scalar) {
    switch ScalarKind(scalar) {
    case .refused: push(.replacement)
    case .invisible: appendInvisible()
    case .space: push(.blank)
    case .noBreakSpace: push(Glyph(base: "\u{A0}", width: 1))
    case .tab: repeat { push(.blank) } while !width.isMultiple(of: tabStop)
    case .joiner: appendJoiner()
    case .variation: appendVariation()
    case .regional(let letter): push(Glyph(base: letter, width: 1))
    case .combining: appendCombining(scalar)
    case .printable(let columns): appendPrintable(scalar, columns)
    }
  }

  private mutating func push(_ glyph: Glyph) {
    glyphs.append(glyph)
    width += Int(glyph.width)
    hasRunOfInvisible = false
    isAfterEmojiJoiner = false
  }

  private mutating func appendInvisible() {
    guard !hasRunOfInvisible else { return }
    push(Glyph(base: "·", width: 1))
    hasRunOfInvisible = true
  }

  /// A joiner between emoji cuts the sequence; inside Arabic and Indic words it is spelling.
  private mutating func appendJoiner() {
    guard let last = glyphs.last, !hasRunOfInvisible else { return appendInvisible() }
    if last.base.isEmojiBase {
      isAfterEmojiJoiner = true
    } else if !(0x600..<0xE00).contains(last.base.value) {
      appendInvisible()
    }
  }

  /// A variation selector changes a look, never a meaning; alone it is only hidden text.
  private mutating func appendVariation() {
    if glyphs.isEmpty || hasRunOfInvisible { appendInvisible() }
  }

  private mutating func appendCombining(_ scalar: Unicode.Scalar) {
    // A keycap around a digit: some terminals draw two columns, some one.
    if scalar.value == 0x20E3, !glyphs.isEmpty { return }
    if glyphs.isEmpty { push(Glyph(base: "\u{25CC}", width: 1)) }
    glyphs[glyphs.count - 1].marks.append(scalar)
  }

  private mutating func appendPrintable(_ scalar: Unicode.Scalar, _ columns: UInt8) {
    if let last = glyphs.last, last.base.isEmojiBase, scalar.isEmojiBase {
      let isSkinTone = (0x1F3FB...0x1F3FF).contains(scalar.value)
      if isAfterEmojiJoiner || isSkinTone {
        isAfterEmojiJoiner = false
        return
      }
    }
    push(Glyph(base: scalar, width: columns))
  }
}

/// What the gate does with a scalar.
enum ScalarKind: Equatable {
  case printable(UInt8)
  case combining, space, noBreakSpace, tab, joiner, variation, invisible, refused
  /// Half of a flag, as its letter.
  case regional(Unicode.Scalar)

  /// The newest Unicode version whose widths are agreed on.
  private static let newestAge = 14

  init(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    switch value {
    case 0x09: self = .tab
    case 0xA0, 0x202F: self = .noBreakSpace
    case 0x200C, 0x200D: self = .joiner
    case 0xFE00...0xFE0F: self = .variation
    case 0x1F1E6...0x1F1FF:
      let letter = Unicode.Scalar(UInt8(0x41 + value - 0x1F1E6))
      self = .regional(letter)
    default: self = Self.byProperties(scalar)
    }
  }

  private static func byProperties(_ scalar: Unicode.Scalar) -> ScalarKind {
    let properties = scalar.properties
    if isBidiControl(scalar.value) { return .refused }
    if properties.isDefaultIgnorableCodePoint { return .invisible }
    // Zero-width, but not on Unicode's list of ignorables.
    if scalar.value == 0xFEFF || scalar.value == 0x200B { return .invisible }
    guard let age = properties.age, age.major <= newestAge else { return .refused }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      return .refused
    case .spaceSeparator:
      return .space
    default:
      let columns = CellWidth.of(scalar)
      return columns == 0 ? .combining : .printable(UInt8(columns))
    }
  }

  /// ALM, LRM, RLM, LRE, RLE, PDF, LRO, RLO, LRI, RLI, FSI, PDI.
  private static func isBidiControl(_ value: UInt32) -> Bool {
    switch value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

extension Unicode.Scalar {
  /// Whether an emoji sequence can start or go on with this scalar (digits and `#` cannot).
  var isEmojiBase: Bool { value > 0x238C && properties.isEmoji }
}
