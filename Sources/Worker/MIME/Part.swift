/// What a part is for the person who reads the message.
public enum PartRole: String, Sendable {
  /// A multipart: holds others, has no content of its own.
  case container
  /// Shown as the text of the message.
  case body
  /// The same text in another form (the HTML beside the plain text).
  case alternative
  /// Everything else: listed, never hidden, with or without Content-Disposition.
  case attachment
  /// The text of an attached message, reachable by opening that message.
  case innerBody = "inner-body"
}

/// One node of the tree, in depth-first order.
public struct Part: Sendable {
  /// 1-based number in depth-first order, containers counted: stable for the same bytes.
  public let n: Int
  /// Number of the container; `nil` for the first part.
  public let parent: Int?
  /// 0 for the first part.
  public let depth: Int
  /// `type/subtype` in lower case; `text/plain` when missing or unreadable.
  public let contentType: String
  /// Content-Type parameters, names in lower case.
  public let parameters: [String: String]
  /// `inline`, `attachment` or another word, in lower case; `nil` when not given.
  public let disposition: String?
  /// Decoded, without controls. Hostile: may hold slashes and dots; never use it as a path.
  public let filename: String?
  /// Without angle brackets.
  public let contentID: String?
  public let transferEncoding: TransferEncoding
  /// Decoded bytes.
  public let size: Int
  public internal(set) var role: PartRole

  public var charset: String? { parameters["charset"] }
  public var isAttachment: Bool { role == .attachment }
  public var isContainer: Bool { role == .container }

  /// Where the still encoded content lies in the raw bytes, and which headers belong here.
  let content: Range<Int>
  let headers: Range<Int>
  let kind: Kind

  enum Kind { case leaf, multipart, message, unopened }
}

/// One piece of the message's text, in reading order.
public struct BodyChoice: Sendable, Hashable {
  public enum Kind: String, Sendable { case plain, html }

  public let kind: Kind
  public let part: Int
  /// Decoded, line ends "\n"; for `html` the markup, to be rendered by the room Documents.
  public let text: String

  public init(kind: Kind, part: Int, text: String) {
    self.kind = kind
    self.part = part
    self.text = text
  }
}
