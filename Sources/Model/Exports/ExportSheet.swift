// Exports, the hatch: what other programs are handed, as rows of JSON or as a folder.
import Crypto
public import Domain

/// A demande or a message as its folder shows it: the documents and `order.json` (cli.md).
public struct ExportSheet: Sendable {
  public struct Document: Sendable {
    public var message: Message.ID
    /// Its place among the attachments; nil for the text and for the whole mail.
    public var n: Int?
    /// As the sender called it: nothing to trust.
    public var filename: String
    public var contentType: String
    public var bytes: [UInt8]

    public init(
      message: Message.ID, n: Int?, filename: String, contentType: String, bytes: [UInt8]
    ) {
      self.message = message
      self.n = n
      self.filename = filename
      self.contentType = contentType
      self.bytes = bytes
    }
  }

  public struct File: Sendable {
    /// Safe in any directory, and the only one of that name in its folder.
    public var name: String
    public var bytes: [UInt8]
  }

  /// The last one is `order.json`: who finds it finds the others whole.
  public let files: [File]

  public static let jsonName = "order.json"

  /// `message` gives the row; `events` are those of its demande, oldest first.
  public init(
    _ message: Message, order: Order?, events: [OrderEvent], bal: String, documents: [Document]
  ) {
    var files: [File] = []
    var listed: [JSON] = []
    for (index, document) in documents.enumerated() {
      let number = index < 9 ? "0\(index + 1)" : "\(index + 1)"
      let name = "\(number)-\(SafeName.of(document.filename))"
      files.append(File(name: name, bytes: document.bytes))
      listed.append(
        .object([
          ("name", .string(name)), ("type", .string(document.contentType)),
          ("size", .integer(Int64(document.bytes.count))),
          ("sha256", .string(Self.digest(document.bytes))),
          ("message", .string(document.message)), ("n", .optional(document.n)),
        ]))
    }
    let members =
      RowJSON.row(message, order: order, bal: bal)
      + [
        ("events", .array(events.map { RowJSON.event($0) })), ("files", .array(listed)),
      ]
    files.append(
      File(name: Self.jsonName, bytes: Array((JSON.object(members).text + "\n").utf8)))
    self.files = files
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }
}

extension ExportSheet.Document {
  /// The text of a message, when there is any.
  public init?(textOf body: MessageBody) {
    guard body.message.kind != .unreadable, !body.text.allSatisfy(\.isWhitespace) else {
      return nil
    }
    self.init(
      message: body.message.id, n: nil, filename: "message.txt",
      contentType: "text/plain; charset=utf-8", bytes: Array(body.text.utf8))
  }

  /// The mail as it came, byte for byte.
  public init(mail raw: [UInt8], of message: Message.ID) {
    self.init(
      message: message, n: nil, filename: "message.eml", contentType: "message/rfc822",
      bytes: raw)
  }

  public init(_ attachment: Attachment, of message: Message.ID, bytes: [UInt8]) {
    self.init(
      message: message, n: attachment.n, filename: attachment.filename,
      contentType: attachment.contentType, bytes: bytes)
  }
}
