/// A JSON value whose keys keep the order of the contract.
///
/// Written by hand because rows must come out byte-stable and because every control, bidi and
/// line-separator scalar must leave escaped: JSON output often ends on a terminal.
public indirect enum JSON: Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  /// The value, or null.
  public static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
  public static func optional(_ number: (some BinaryInteger)?) -> JSON {
    number.map { .integer(Int64($0)) } ?? .null
  }
  public static func strings(_ texts: some Sequence<String>) -> JSON {
    .array(texts.map { .string($0) })
  }

  /// One line, without spaces.
  public var text: String {
    var out = ""
    write(to: &out)
    return out
  }

  private func write(to out: inout String) {
    switch self {
    case .null: out += "null"
    case .boolean(let flag): out += flag ? "true" : "false"
    case .integer(let number): out += String(number)
    case .string(let text): Self.write(text, to: &out)
    case .array(let items):
      out += "["
      for (index, item) in items.enumerated() {
        if index > 0 { out += "," }
        item.write(to: &out)
      }
      out += "]"
    case .object(let members):
      out += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { out += "," }
        Self.write(member.0, to: &out)
        out += ":"
        member.1.write(to: &out)
      }
      out += "}"
    }
  }

  private static func write(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default:
        if mustEscape(scalar) {
          for unit in String(scalar).utf16 { out += "\\u" + hex(unit) }
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    out += "\""
  }

  private static func hex(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
  }
}
