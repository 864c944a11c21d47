/// The characters of rules and boxes: Unicode, or ASCII for a terminal without UTF-8.
public enum LineSet: Hashable, Sendable {
  case unicode, ascii

  private func glyph(_ unicode: Unicode.Scalar, _ ascii: Unicode.Scalar) -> Glyph {
    Glyph(base: self == .unicode ? unicode : ascii, width: 1)
  }

  var horizontal: Glyph { glyph("─", "-") }
  var vertical: Glyph { glyph("│", "|") }
  var topLeft: Glyph { glyph("┌", "+") }
  var topRight: Glyph { glyph("┐", "+") }
  var bottomLeft: Glyph { glyph("└", "+") }
  var bottomRight: Glyph { glyph("┘", "+") }
  var teeDown: Glyph { glyph("┬", "+") }
  var teeUp: Glyph { glyph("┴", "+") }
  /// What stands for a text that was cut; one column.
  var ellipsis: Glyph { glyph("…", "~") }
}
