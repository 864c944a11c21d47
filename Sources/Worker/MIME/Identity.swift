/// Bytes that are the same for the same message whatever transport brought it.
///
/// design.md 5: message identity = Message-ID + SHA-256 over these bytes. Line ends of headers and
/// of line-oriented parts are made CRLF, headers added on the way (Received, X-TUID) do not count,
/// and a text may travel as 8bit or quoted-printable.
extension ParsedMessage {
  /// All identity bytes at once; for large messages use `feedIdentity`.
  public func identityMaterial() -> [UInt8] {
    var out: [UInt8] = []
    feedIdentity { out.append(contentsOf: $0) }
    return out
  }

  /// Hands the identity bytes to a hash, piece by piece.
  ///
  /// Layout: `date:`, `from:`, `subject:` each with the unfolded raw value of the first such header
  /// and CRLF; then each leaf part in order: its decoded content and the length of that content as
  /// eight bytes, little-endian (the length makes two different divisions into parts differ).
  public func feedIdentity(_ sink: (UnsafeRawBufferPointer) -> Void) {
    for name in ["date", "from", "subject"] {
      var line = Array("\(name):".utf8)
      if let header = headers.first(where: { $0.named(name) }) {
        var ignored: Set<DefectCode> = []
        line += EncodedWord.unfold(header.raw, defects: &ignored)
      }
      line += [0x0D, 0x0A]
      line.withUnsafeBytes(sink)
    }
    for part in parts where part.kind == .leaf || part.kind == .unopened {
      var content = content(of: part.n)
      if isLineOriented(part) { content = Self.crlf(content) }
      content.withUnsafeBytes(sink)
      withUnsafeBytes(of: UInt64(content.count).littleEndian, sink)
    }
  }

  /// Base64 content of other than text is exact; all else crosses transports line by line.
  private func isLineOriented(_ part: Part) -> Bool {
    if part.contentType.hasPrefix("text/") { return true }
    return part.transferEncoding == .identity || part.transferEncoding == .quotedPrintable
  }

  /// CRLF line ends; the last ones are dropped, since servers add a missing final line end.
  private static func crlf(_ bytes: [UInt8]) -> [UInt8] {
    let end = (bytes.lastIndex { $0 != 0x0A && $0 != 0x0D } ?? -1) + 1
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 32)
    for index in 0..<end {
      let byte = bytes[index]
      if byte == 0x0A, index == 0 || bytes[index - 1] != 0x0D { out.append(0x0D) }
      out.append(byte)
    }
    return out
  }
}
