/// Reads one table key by key: what was asked for is known, what is left over is a warning.
struct TableReader {
  let file: TOMLFile
  let path: String
  let table: [String: Value]
  private(set) var asked: Set<String> = []

  init(_ file: TOMLFile, path: String, table: [String: Value]) {
    self.file = file
    self.path = path
    self.table = table
  }

  private func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func line(_ key: String) -> Int { file.lines.line(of: full(key)) }

  func wrong(_ key: String, _ allowed: String) -> SettingsError {
    .wrongValue(path: file.path, line: line(key), key: full(key), allowed: allowed)
  }

  mutating func string(_ key: String) throws(SettingsError) -> String? {
    asked.insert(key)
    switch table[key] {
    case nil: return nil
    case .string(let text): return text
    default: throw wrong(key, "\"…\"")
    }
  }

  mutating func required(_ key: String) throws(SettingsError) -> String {
    guard let text = try string(key), !text.isEmpty else { throw missing(key) }
    return text
  }

  /// Says where a key that looks like the missing one stands: most are misspelt, not forgotten.
  private func missing(_ key: String) -> SettingsError {
    let others = table.keys.filter { !asked.contains($0) }
    guard let found = nearest(to: key, in: others) else {
      return .missing(path: file.path, line: line(key), key: full(key))
    }
    return .misspelt(path: file.path, line: line(found), key: full(found), wanted: key)
  }

  mutating func choice<T: RawRepresentable & CaseIterable>(
    _ key: String, _ type: T.Type
  ) throws(SettingsError) -> T? where T.RawValue == String {
    guard let text = try string(key) else { return nil }
    if let value = T(rawValue: text) { return value }
    throw wrong(key, T.allCases.map(\.rawValue).joined(separator: " | "))
  }

  mutating func boolean(_ key: String) throws(SettingsError) -> Bool? {
    asked.insert(key)
    switch table[key] {
    case nil: return nil
    case .boolean(let flag): return flag
    default: throw wrong(key, "true | false")
    }
  }

  mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int? {
    asked.insert(key)
    switch table[key] {
    case nil: return nil
    case .integer(let number) where range.contains(number): return number
    default: throw wrong(key, "\(range.lowerBound)…\(range.upperBound)")
    }
  }

  mutating func strings(_ key: String) throws(SettingsError) -> [String]? {
    asked.insert(key)
    guard let value = table[key] else { return nil }
    guard case .array(let items) = value else { throw wrong(key, "[\"…\"]") }
    var texts: [String] = []
    for item in items {
      guard case .string(let text) = item else { throw wrong(key, "[\"…\"]") }
      texts.append(text)
    }
    return texts
  }

  /// Seconds from `"5 min"`, `"12 s"`, `"1 h"`.
  mutating func duration(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int? {
    guard let text = try string(key) else { return nil }
    let words = text.split(separator: " ")
    let units = ["s": 1, "min": 60, "h": 3600]
    guard words.count == 2, let number = Int(words[0]), let unit = units[String(words[1])],
      range.contains(number * unit)
    else {
      let bounds = "\(range.lowerBound)…\(range.upperBound) s"
      throw wrong(key, "\"12 s\", \"5 min\", \"1 h\" (\(bounds))")
    }
    return number * unit
  }

  /// As `duration`; what lies outside of `range` becomes its nearest end, with a warning.
  mutating func clampedDuration(
    _ key: String, to range: ClosedRange<Int>, _ warnings: inout [SettingsWarning]
  ) throws(SettingsError) -> Int? {
    guard let asked = try duration(key, in: 0...86_400) else { return nil }
    let taken = min(max(asked, range.lowerBound), range.upperBound)
    if taken != asked {
      var warning = SettingsWarning(path: file.path, line: line(key), key: full(key))
      warning.bounds = .init(
        allowed: "\(range.lowerBound / 60) min … \(range.upperBound / 60) min",
        taken: "\(taken / 60) min")
      warnings.append(warning)
    }
    return taken
  }

  mutating func child(_ key: String) throws(SettingsError) -> TableReader? {
    asked.insert(key)
    switch table[key] {
    case nil: return nil
    case .table(let inner): return TableReader(file, path: full(key), table: inner)
    default: throw wrong(key, "{ … }")
    }
  }

  mutating func children(_ key: String) throws(SettingsError) -> [TableReader] {
    asked.insert(key)
    guard let value = table[key] else { return [] }
    guard case .array(let items) = value else { throw wrong(key, "[[\(key)]]") }
    var readers: [TableReader] = []
    for (index, item) in items.enumerated() {
      guard case .table(let inner) = item else { throw wrong(key, "[[\(key)]]") }
      readers.append(TableReader(file, path: "\(full(key)).\(index)", table: inner))
    }
    return readers
  }

  /// Every key with a string value, for maps whose keys are the person's own.
  mutating func stringMap(_ key: String) throws(SettingsError) -> [String: String] {
    guard var inner = try child(key) else { return [:] }
    var map: [String: String] = [:]
    for name in inner.table.keys { map[name] = try inner.string(name) }
    return map
  }

  /// Keys that nobody asked for.
  func leftovers() -> [SettingsWarning] {
    table.keys.filter { !asked.contains($0) }.sorted().map {
      SettingsWarning(
        path: file.path, line: line($0), key: full($0), nearest: nearest(to: $0, in: asked))
    }
  }
}
