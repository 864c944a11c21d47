import Domain

/// The few drawn characters that carry meaning, in Unicode or in ASCII.
struct Signs {
  let isASCII: Bool

  private func sign(_ unicode: String, _ ascii: String) -> String { isASCII ? ascii : unicode }

  var selected: String { sign("▌", ">") }
  var pending: String { sign("…", "~") }
  var dot: String { sign("·", "-") }
  var online: String { sign("●", "*") }
  var warning: String { sign("⚠", "!") }
  var reading: String { sign("•", "*") }
  var answering: String { sign("»", ">") }
  var passed: String { sign("✓", "+") }
  var hidden: Character { isASCII ? "*" : "•" }
  var folded: String { sign("▸", "+") }
  var horizontal: String { sign("─", "-") }
  var vertical: String { sign("│", "|") }
  var topLeft: String { sign("┌", "+") }
  var topRight: String { sign("┐", "+") }
  var bottomLeft: String { sign("└", "+") }
  var bottomRight: String { sign("┘", "+") }

  /// The state's sign; the ASCII letters are those of design: A P C R D -.
  func status(_ status: Order.Status) -> String {
    switch status {
    case .received: sign("○", "A")
    case .preparing: sign("◐", "P")
    case .prepared: sign("◑", "C")
    case .checked: sign("●", "R")
    case .partial: sign("◕", "D")
    case .collected: sign("✓", "D")
    case .closed: sign("·", "-")
    }
  }

  /// Our own sentences for a terminal without Unicode; accents are left to the glass.
  func plain(_ text: String) -> String {
    guard isASCII else { return text }
    var result = ""
    for character in text {
      switch character {
      case "…": result += "..."
      case "—", "–", "─": result += "-"
      case "’": result += "'"
      case "•": result += "*"
      case "·": result += "-"
      case "→": result += "->"
      case "←": result += "<-"
      case "↑": result += "^"
      case "↓": result += "v"
      case "«", "»", "“", "”": result += "\""
      case "×": result += "x"
      case "œ": result += "oe"
      case "Œ": result += "OE"
      default: result.append(character)
      }
    }
    return result
  }
}
