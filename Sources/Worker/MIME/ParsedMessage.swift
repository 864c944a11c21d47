/// An opened message: headers, tree, text, defects, over the untouched raw bytes.
///
/// A value without references to C: may cross threads. Contents are decoded when asked for.
public struct ParsedMessage: Sendable {
  /// The bytes given to `parse`, untouched.
  public let raw: [UInt8]
  /// Headers of the message in order, duplicates included.
  public let headers: [HeaderField]
  public let envelope: Envelope
  /// Depth-first; never empty.
  public let parts: [Part]
  /// The text a reader shows, in order: plain preferred over HTML in each multipart/alternative.
  public let bodyParts: [BodyChoice]
  /// Everything that was repaired or cut.
  public let defects: [Defect]

  let slots: [HeaderSlot]

  /// The plain texts joined by a blank line; HTML bodies are left to Documents.
  public var plainText: String {
    bodyParts.filter { $0.kind == .plain && !$0.text.isEmpty }.map(\.text).joined(separator: "\n\n")
  }

  /// Parts to list under the message, in order.
  public var attachments: [Part] { parts.filter(\.isAttachment) }

  /// Decoded value of the first header of that name, without case; `nil` when absent.
  public func header(_ name: String) -> String? {
    headers.first { $0.named(name) }?.value
  }

  /// Part number `n`, 1-based; `nil` outside the tree.
  public func part(_ n: Int) -> Part? {
    parts.indices.contains(n - 1) ? parts[n - 1] : nil
  }

  /// Decoded bytes of part `n`; empty for a multipart, the raw inner message for message/rfc822,
  /// and empty for a number outside the tree.
  public func content(of n: Int) -> [UInt8] {
    guard let part = part(n) else { return [] }
    return raw.withUnsafeBufferPointer { buffer in
      let slice = UnsafeBufferPointer(rebasing: buffer[part.content])
      return Transfer.decode(slice, part.transferEncoding).bytes
    }
  }

  /// Text of part `n`: transfer encoding and charset decoded, line ends "\n", format=flowed
  /// reflowed.
  public func text(of n: Int) -> String {
    guard let part = part(n) else { return "" }
    var defects: Set<DefectCode> = []
    return TextReader.text(part, content(of: n), defects: &defects)
  }

  /// Decoded headers of part `n` (for an attached message: use its first inner part).
  public func headers(of n: Int) -> [HeaderField] {
    guard let part = part(n) else { return [] }
    var defects: Set<DefectCode> = []
    return slots[part.headers].map { $0.field(in: raw, defects: &defects) }
  }
}

/// Where a header lies in the raw bytes.
struct HeaderSlot: Sendable {
  let name: Range<Int>
  let value: Range<Int>

  func name(in raw: [UInt8]) -> String { String(decoding: raw[name], as: UTF8.self) }

  func field(in raw: [UInt8], defects: inout Set<DefectCode>) -> HeaderField {
    let bytes = Array(raw[value])
    let text = EncodedWord.decode(bytes, defects: &defects)
    return HeaderField(name: name(in: raw), value: text, raw: bytes)
  }
}

/// Text parts to Strings.
enum TextReader {
  static func text(_ part: Part, _ content: [UInt8], defects: inout Set<DefectCode>) -> String {
    var bytes = content
    if bytes.count > MIMELimits.textBytes {
      defects.insert(.longText)
      bytes.removeSubrange(MIMELimits.textBytes...)
    }
    let decoded = Charset.decode(bytes, label: part.charset, defects: &defects)
    let text = newlines(decoded)
    guard part.contentType == "text/plain", text.utf8.count <= MIMELimits.flowedBytes,
      part.parameters["format"]?.lowercased() == "flowed"
    else { return text }
    return FormatFlowed.reflow(text, delSp: part.parameters["delsp"]?.lowercased() == "yes")
  }

  /// CRLF and lone CR become "\n": a CR that reaches a terminal would let later text hide earlier
  /// text.
  static func newlines(_ text: String) -> String {
    guard text.utf8.contains(0x0D) else { return text }
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    var carriage = false
    for byte in text.utf8 {
      if byte == 0x0A && carriage {
        carriage = false
        continue
      }
      carriage = byte == 0x0D
      out.append(carriage ? 0x0A : byte)
    }
    return String(decoding: out, as: UTF8.self)
  }
}
