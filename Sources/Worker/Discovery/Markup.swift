/// One element of a small document.
struct Element: Equatable {
  var name: String
  var attributes: [String: String] = [:]
  var text = ""
  var children: [Element] = []

  func children(_ name: String) -> [Element] { children.filter { $0.name == name } }
}

/// Reads the little of XML that an autoconfiguration page needs, and refuses the rest: document
/// types, entities of their own, CDATA, depth and number above the caps.
///
/// Pure Swift on purpose: the bytes come from the network into the process that knows passwords.
struct Markup {
  private struct Refused: Error {}

  private let bytes: [UInt8]
  private var place = 0
  private var open: [Element] = []
  private var count = 0
  private var root: Element?

  /// The root element; nil for anything that is refused.
  static func read(_ bytes: [UInt8]) -> Element? {
    guard bytes.count <= DiscoveryLimits.pageBytes, String(validating: bytes, as: UTF8.self) != nil
    else { return nil }
    var markup = Markup(bytes: bytes)
    do { return try markup.run() } catch { return nil }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func run() throws(Refused) -> Element {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    while place < bytes.count {
      if bytes[place] != UInt8(ascii: "<") {
        let text = try unescaped(take { $0 != UInt8(ascii: "<") })
        if open.isEmpty {
          guard text.allSatisfy(\.isWhitespace) else { throw Refused() }
        } else {
          open[open.count - 1].text += text
        }
      } else if starts(with: "<?") {
        try skip(past: "?>")
      } else if starts(with: "<!--") {
        place += 4
        try skip(past: "-->")
      } else if starts(with: "<!") {
        throw Refused()
      } else if starts(with: "</") {
        place += 2
        try close()
      } else {
        place += 1
        try begin()
      }
    }
    guard let root, open.isEmpty else { throw Refused() }
    return root
  }

  // MARK: - Tags

  private mutating func begin() throws(Refused) {
    count += 1
    guard count <= DiscoveryLimits.elements, open.count < DiscoveryLimits.depth, root == nil else {
      throw Refused()
    }
    var element = Element(name: try name())
    while true {
      skipSpace()
      if starts(with: "/>") {
        place += 2
        try put(element)
        return
      }
      if starts(with: ">") {
        place += 1
        open.append(element)
        return
      }
      let key = try name()
      skipSpace()
      guard starts(with: "="), element.attributes.count < 16 else { throw Refused() }
      place += 1
      skipSpace()
      guard place < bytes.count, [0x22, 0x27].contains(bytes[place]) else { throw Refused() }
      let quote = bytes[place]
      place += 1
      let value = try unescaped(take { $0 != quote && $0 != UInt8(ascii: "<") })
      guard place < bytes.count, bytes[place] == quote else { throw Refused() }
      place += 1
      element.attributes[key] = value
    }
  }

  private mutating func close() throws(Refused) {
    let name = try name()
    skipSpace()
    guard starts(with: ">"), let element = open.popLast(), element.name == name else {
      throw Refused()
    }
    place += 1
    try put(element)
  }

  private mutating func put(_ element: Element) throws(Refused) {
    guard open.isEmpty else {
      open[open.count - 1].children.append(element)
      return
    }
    guard root == nil else { throw Refused() }
    root = element
  }

  // MARK: - Bytes

  private func starts(with text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[place...].starts(with: $0) }
  }

  private mutating func take(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = place
    while place < bytes.count, isWanted(bytes[place]) { place += 1 }
    return bytes[start..<place]
  }

  private mutating func skipSpace() { _ = take { [0x20, 0x09, 0x0A, 0x0D].contains($0) } }

  private mutating func skip(past end: StaticString) throws(Refused) {
    while !starts(with: end) {
      guard place < bytes.count else { throw Refused() }
      place += 1
    }
    place += end.utf8CodeUnitCount
  }

  private mutating func name() throws(Refused) -> String {
    let name = take { HostRules.isNameByte($0) || $0 == UInt8(ascii: ":") }
    guard (1...64).contains(name.count) else { throw Refused() }
    return String(decoding: name, as: UTF8.self)
  }

  private func unescaped(_ slice: ArraySlice<UInt8>) throws(Refused) -> String {
    let text = String(decoding: slice, as: UTF8.self)
    guard text.contains("&") else { return text }
    var parts = text.split(separator: "&", omittingEmptySubsequences: false)
    var result = String(parts.removeFirst())
    let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
    for part in parts {
      guard let end = part.firstIndex(of: ";"), let character = known[String(part[..<end])] else {
        throw Refused()
      }
      result += character + part[part.index(after: end)...]
    }
    return result
  }
}
