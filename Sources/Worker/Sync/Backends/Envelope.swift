import IMAP

/// A message that the server described and whose body was not asked for yet.
struct Envelope: Sendable {
  var listed: Listed
  /// What the server read in its header, written as a header again: hostile as the original, and
  /// read where the original would be, in the confined decoder.
  var header: [UInt8]
}

/// Makes header lines of an ENVELOPE (RFC 3501, 7.4.2).
///
/// A server's string may hold anything, line breaks included: every control becomes a space, so
/// that a field stays one field, and every text has a bound.
enum EnvelopeHeader {
  /// Bytes of one text; a longer one is cut.
  private static let limit = 2_000

  /// Empty for what is no envelope: the message is listed all the same.
  static func bytes(_ value: Value?) -> [UInt8] {
    guard let fields = value?.list, fields.count >= 10 else { return [] }
    var header: [UInt8] = []
    func add(_ name: String, _ text: [UInt8]) {
      guard !text.isEmpty else { return }
      header += Array("\(name): ".utf8) + text + Array("\r\n".utf8)
    }
    add("Date", text(fields[0]))
    add("Subject", text(fields[1]))
    add("From", address(fields[2].list?.first))
    add("In-Reply-To", text(fields[8]))
    add("Message-ID", text(fields[9]))
    return header.isEmpty ? [] : header + Array("\r\n".utf8)
  }

  private static func text(_ value: Value) -> [UInt8] {
    (value.bytes ?? []).prefix(limit).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
  }

  /// The first sender only: that is the one who is shown.
  private static func address(_ value: Value?) -> [UInt8] {
    guard let fields = value?.list, fields.count >= 4 else { return [] }
    let special = Array("<>\",;() ".utf8)
    let local = text(fields[2]).filter { !special.contains($0) }
    let host = text(fields[3]).filter { !special.contains($0) }
    guard !local.isEmpty, !host.isEmpty else { return [] }
    return phrase(text(fields[0])) + [UInt8(ascii: "<")] + local + [UInt8(ascii: "@")] + host
      + [UInt8(ascii: ">")]
  }

  /// A quoted string, except where an encoded word must stay readable as one.
  private static func phrase(_ name: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    guard !name.isEmpty else { return [] }
    if String(decoding: name, as: UTF8.self).contains("=?") {
      return name.filter { !Array("<>\",;()".utf8).contains($0) } + [0x20]
    }
    let escaped = name.flatMap { $0 == quote || $0 == backslash ? [backslash, $0] : [$0] }
    return [quote] + escaped + [quote, 0x20]
  }
}
