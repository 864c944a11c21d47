// Settings, the drawer under the counter: reads config.toml and says file and line when it is
// wrong. The only room that says TOMLKit.
import TOMLKit

/// A TOML value copied out of the parser, so that nothing here holds its pointers.
public indirect enum Value: Equatable, Sendable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case array([Value])
  case table([String: Value])
  /// A date, a float: no setting is one.
  case other
}

/// One file of TOML with the place of each key, for configuration, keymaps and themes.
public struct TOMLFile: Sendable {
  public let path: String
  public let root: [String: Value]
  let lines: KeyLines

  /// Files larger than this are not settings.
  public static let sizeLimit = 1 << 20

  /// Throws `SettingsError.syntax` with the line of the first mistake.
  public init(path: String, text: String) throws(SettingsError) {
    self.path = path
    guard text.utf8.count <= Self.sizeLimit else { throw .tooLarge(path: path) }
    do {
      root = Self.copy(try TOMLTable(string: text))
    } catch let error as TOMLParseError {
      throw .syntax(path: path, line: error.source.begin.line, text: error.description)
    } catch {
      throw .syntax(path: path, line: 1, text: "\(error)")
    }
    lines = KeyLines(text)
  }

  private static func copy(_ table: TOMLTable) -> [String: Value] {
    var result: [String: Value] = [:]
    for key in table.keys {
      if let value = table[key] { result[key] = copy(value) }
    }
    return result
  }

  private static func copy(_ value: any TOMLValueConvertible) -> Value {
    if let text = value.string { return .string(text) }
    if let flag = value.bool { return .boolean(flag) }
    if let number = value.int { return .integer(number) }
    if let array = value.array { return .array(array.map { copy($0) }) }
    if let table = value.table { return .table(copy(table)) }
    return .other
  }
}

/// Where each key of a TOML text stands: TOMLKit keeps positions for syntax errors only.
///
/// A path is `officine.name`, `bal.0.imap`; keys inside an inline table are on its line.
struct KeyLines: Sendable {
  private var lineOfPath: [String: Int] = [:]

  init(_ text: String) {
    var header = ""
    var counters: [String: Int] = [:]
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let code = line.drop { $0 == " " || $0 == "\t" }
      if code.hasPrefix("[["), let end = code.firstIndex(of: "]") {
        let name = Self.clean(code[code.index(code.startIndex, offsetBy: 2)..<end])
        let index = counters[name, default: 0]
        counters[name] = index + 1
        header = "\(name).\(index)"
        lineOfPath[header] = number
      } else if code.hasPrefix("["), let end = code.firstIndex(of: "]") {
        header = Self.clean(code[code.index(after: code.startIndex)..<end])
        lineOfPath[header] = number
      } else if !code.hasPrefix("#"), let equals = code.firstIndex(of: "=") {
        let key = Self.clean(code[..<equals])
        lineOfPath[header.isEmpty ? key : "\(header).\(key)"] = number
      }
    }
  }

  private static func clean(_ key: Substring) -> String {
    key.filter { $0 != " " && $0 != "\"" && $0 != "'" && $0 != "\t" }
  }

  /// Line of the path, or of its nearest known parent; 1 when nothing is known.
  func line(of path: String) -> Int {
    var path = Substring(path)
    while true {
      if let line = lineOfPath[String(path)] { return line }
      guard let dot = path.lastIndex(of: ".") else { return 1 }
      path = path[..<dot]
    }
  }
}
