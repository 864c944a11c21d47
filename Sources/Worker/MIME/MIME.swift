// The letter opener: bytes in, parts out, never surprised by a torn envelope.
//
// `MIMEMessage.parse` is total: any bytes give a tree, a text and a list of defects. GMime finds
// the tree (target CMIME, offsets only); headers, charsets and repairs are ours, because GMime
// drops accented letters under a wrong charset label and cuts at NUL. `OutgoingMail.build` goes the
// other way.

/// The caps of this room, documented once; reaching one leaves a defect, and the raw bytes stay
/// whole.
///
/// The first four are enforced in CMIME (`cmime.h`), the others here. Source: reliability.md M05,
/// which starts from Dovecot's defaults.
public enum MIMELimits {
  /// Nesting levels; a container at the cap becomes one leaf (`mime.depth`).
  public static let depth = 100
  /// Parts in the tree (`mime.parts`).
  public static let parts = 10_000
  /// Headers of all parts together (`mime.headers`).
  public static let headers = 20_000
  /// Bytes in one header block (`mime.headers`).
  public static let headerBlockBytes = 10 * 1024 * 1024
  /// Bytes of one header value that are decoded (`mime.header.long`).
  public static let headerValueBytes = 64 * 1024
  /// Addresses read from one header (`mime.addresses`).
  public static let addresses = 1_000
  /// Parameters read from one Content-Type or Content-Disposition (`mime.parameters`).
  public static let parameters = 200
  /// Message-IDs read from References.
  public static let references = 200
  /// Decoded bytes of one text part turned into a String (`mime.text.long`).
  public static let textBytes = 2 * 1024 * 1024
  /// Longest text that is reflowed; a longer one keeps its own lines.
  public static let flowedBytes = 1024 * 1024
  /// Defects kept for one message.
  public static let defects = 100
}

/// The entry of the room.
public enum MIMEMessage {
  /// Opens one raw message.
  ///
  /// - Parameter raw: the exact bytes, CRLF or LF lines, with or without an mbox "From " line. Kept
  /// (not copied) by the result.
  /// - Returns: always a message with at least one part; what was wrong is in `defects`. Never
  /// throws, never traps. May be called from any thread.
  public static func parse(_ raw: [UInt8]) -> ParsedMessage {
    var reader = MessageReader(raw: raw)
    return reader.read()
  }

  /// Opens one raw message from borrowed bytes, which are copied once.
  public static func parse(_ raw: UnsafeRawBufferPointer) -> ParsedMessage {
    parse([UInt8](raw))
  }
}
