/// Message-IDs as the three rooms write them: bare in MIME, with angle brackets in the store.
enum MessageIDs {
  static func bracketed(_ id: String?) -> String {
    guard let id, !id.isEmpty else { return "" }
    return id.hasPrefix("<") ? id : "<\(id)>"
  }

  static func bare(_ id: String) -> String {
    id.hasPrefix("<") && id.hasSuffix(">") ? String(id.dropFirst().dropLast()) : id
  }

  /// The Message-ID of a mail of ours, from the beginning of its bytes; read here without the
  /// confined decoder, so only by comparing header lines, never by interpreting the mail.
  static func own(of bytes: [UInt8]) -> String? {
    var value: [UInt8]?
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty { break }
      if line.first == 0x20 || line.first == 0x09 {
        value?.append(contentsOf: line)
        continue
      }
      if value != nil { break }
      guard let colon = line.firstIndex(of: 0x3A) else { continue }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      if name == "message-id" { value = Array(line[(colon + 1)...]) }
    }
    guard let value, let open = value.firstIndex(of: 0x3C),
      let close = value[open...].firstIndex(of: 0x3E)
    else { return nil }
    return String(decoding: value[(open + 1)..<close], as: UTF8.self)
  }
}
