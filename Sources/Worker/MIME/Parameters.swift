/// A structured header value: `main; name=value; name*0*=…` (RFC 2045 5.1, RFC 2231).
struct ParameterizedValue {
  /// In lower case, comments and blanks removed.
  var main = ""
  /// Names in lower case; values decoded, first occurrence kept.
  var parameters: [String: String] = [:]

  init() {}

  /// Reads what can be read, never fails.
  init(_ raw: [UInt8], defects: inout Set<DefectCode>) {
    var scanner = ParameterScanner(bytes: EncodedWord.unfold(raw, defects: &defects))
    main = scanner.main()
    var collector = ParameterCollector()
    while let (name, value) = scanner.next() {
      guard collector.count < MIMELimits.parameters else {
        defects.insert(.parameters)
        break
      }
      collector.add(name, value, defects: &defects)
    }
    parameters = collector.finish(defects: &defects)
  }
}

/// Cuts a value at its semicolons, quotes and comments.
private struct ParameterScanner {
  let bytes: [UInt8]
  var at = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func main() -> String {
    var out: [UInt8] = []
    while at < bytes.count, bytes[at] != UInt8(ascii: ";") {
      if bytes[at] == UInt8(ascii: "(") {
        skipComment()
        continue
      }
      if bytes[at] != 0x20, bytes[at] != UInt8(ascii: "\"") { out.append(bytes[at]) }
      at += 1
    }
    return String(decoding: out, as: UTF8.self).lowercased()
  }

  mutating func next() -> (name: String, value: [UInt8])? {
    while at < bytes.count {
      // At a separator, or at rubbish that is skipped up to the next one.
      while at < bytes.count, bytes[at] == UInt8(ascii: ";") || bytes[at] == 0x20 { at += 1 }
      var name: [UInt8] = []
      while at < bytes.count, bytes[at] != UInt8(ascii: "="), bytes[at] != UInt8(ascii: ";") {
        if bytes[at] == UInt8(ascii: "(") {
          skipComment()
          continue
        }
        if bytes[at] != 0x20 { name.append(bytes[at]) }
        at += 1
      }
      guard at < bytes.count, bytes[at] == UInt8(ascii: "=") else { continue }
      at += 1
      let value = value()
      if !name.isEmpty { return (String(decoding: name, as: UTF8.self).lowercased(), value) }
    }
    return nil
  }

  private mutating func value() -> [UInt8] {
    while at < bytes.count, bytes[at] == 0x20 { at += 1 }
    guard at < bytes.count else { return [] }
    if bytes[at] == UInt8(ascii: "\"") { return quoted() }
    // An unquoted value runs to the semicolon: file names with blanks are often left unquoted.
    let begin = at
    while at < bytes.count, bytes[at] != UInt8(ascii: ";") { at += 1 }
    return EncodedWord.trimmed(Array(bytes[begin..<at]))
  }

  private mutating func quoted() -> [UInt8] {
    var out: [UInt8] = []
    at += 1
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      // Only \" and \\ are escapes: Windows paths arrive with bare backslashes.
      if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count,
        bytes[at + 1] == UInt8(ascii: "\"") || bytes[at + 1] == UInt8(ascii: "\\")
      {
        at += 1
      }
      out.append(bytes[at])
      at += 1
    }
    while at < bytes.count, bytes[at] != UInt8(ascii: ";") { at += 1 }
    return out
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if bytes[at] == UInt8(ascii: "(") { depth += 1 }
      if bytes[at] == UInt8(ascii: ")") { depth -= 1 }
      at += 1
    } while at < bytes.count && depth > 0
  }
}

/// Puts RFC 2231 continuations together and decodes each value once.
private struct ParameterCollector {
  private struct Piece {
    let index: Int
    let encoded: Bool
    let value: [UInt8]
  }

  private(set) var count = 0
  private var plain: [String: String] = [:]
  private var pieces: [String: [Piece]] = [:]

  mutating func add(_ name: String, _ value: [UInt8], defects: inout Set<DefectCode>) {
    count += 1
    let fields = name.split(separator: "*", omittingEmptySubsequences: false)
    let base = String(fields[0])
    if fields.count == 1 {
      let text = EncodedWord.decode(value, defects: &defects)
      if let first = plain[base] {
        if first != text { defects.insert(.parameterDuplicate) }
      } else {
        plain[base] = text
      }
      return
    }
    // name*, name*0, name*0*: a number that is none counts as the first piece.
    let index = Int(fields[1]) ?? 0
    let encoded = name.hasSuffix("*")
    let piece = Piece(index: index, encoded: encoded, value: value)
    if pieces[base, default: []].contains(where: { $0.index == index }) {
      defects.insert(.parameterDuplicate)
    } else {
      pieces[base, default: []].append(piece)
    }
  }

  /// The RFC 2231 form wins over the plain one: it is the one that can say everything.
  func finish(defects: inout Set<DefectCode>) -> [String: String] {
    var result = plain
    for (name, list) in pieces {
      let sorted = list.sorted { $0.index < $1.index }
      var charset: String?
      var bytes: [UInt8] = []
      for (order, piece) in sorted.enumerated() {
        var value = piece.value[...]
        if order == 0, piece.encoded {
          let marks = value.indices.filter { value[$0] == UInt8(ascii: "'") }
          if marks.count >= 2 {
            charset = String(decoding: value[..<marks[0]], as: UTF8.self)
            value = value[(marks[1] + 1)...]
          }
        }
        bytes += piece.encoded ? percentDecoded(value) : Array(value)
      }
      let label = charset?.isEmpty == false ? charset : nil
      let text = Charset.decode(bytes, label: label, defects: &defects)
      // Percent signs can carry controls like an encoded word can.
      let kept = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
      if kept.count != text.unicodeScalars.count { defects.insert(.headerControl) }
      result[name] = String(String.UnicodeScalarView(kept))
    }
    return result
  }

  private func percentDecoded(_ value: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var at = value.startIndex
    while at < value.endIndex {
      if value[at] == UInt8(ascii: "%"), at + 2 < value.endIndex,
        let high = EncodedWord.hex(value[at + 1]), let low = EncodedWord.hex(value[at + 2])
      {
        out.append(high << 4 | low)
        at += 3
      } else {
        out.append(value[at])
        at += 1
      }
    }
    return out
  }
}
