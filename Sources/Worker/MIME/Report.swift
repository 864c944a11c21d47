/// The machine-readable half of a multipart/report: a receipt (RFC 8098) or a bounce (RFC 3464).
public struct MailReport: Sendable, Hashable {
  public enum Kind: String, Sendable {
    case disposition = "disposition-notification"
    case delivery = "delivery-status"
  }

  public struct Field: Sendable, Hashable {
    /// In lower case.
    public let name: String
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public let kind: Kind
  /// Number of the part the fields came from.
  public let part: Int
  /// Groups between blank lines: for `delivery` the message first, then one per recipient.
  public let groups: [[Field]]

  /// First value of a field in any group; `name` in lower case.
  public func value(_ name: String) -> String? {
    for group in groups {
      if let field = group.first(where: { $0.name == name }) { return field.value }
    }
    return nil
  }

  /// e.g. `manual-action/MDN-sent-manually; displayed`.
  public var disposition: String? { value("disposition") }
  /// Without brackets; MDN only, the bounced message's own headers are in the third part of a DSN.
  public var originalMessageID: String? {
    value("original-message-id").flatMap { EnvelopeReader.messageIDs($0).first }
  }
  /// The address alone, without `rfc822;`.
  public var finalRecipient: String? { value("final-recipient").map(Self.address) }
  public var originalRecipient: String? { value("original-recipient").map(Self.address) }
  /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
  public var action: String? { value("action")?.lowercased() }
  /// Enhanced status code such as `5.1.1` (RFC 3463).
  public var status: String? { value("status") }
  public var diagnosticCode: String? { value("diagnostic-code") }

  private static func address(_ value: String) -> String {
    let fields = value.split(separator: ";", maxSplits: 1)
    let last = fields.last.map(String.init) ?? value
    return String(last.drop { $0 == " " })
  }
}

extension ParsedMessage {
  /// `report-type` of the outermost multipart/report, in lower case; `nil` for other messages.
  public var reportType: String? {
    let report = parts.first { $0.contentType == "multipart/report" }
    return report.map { $0.parameters["report-type"]?.lowercased() ?? "" }
  }

  /// Receipts and bounces found outside attached messages, in order; usually none or one.
  public var reports: [MailReport] {
    parts.compactMap { part in
      guard !isInsideMessage(part) else { return nil }
      let kind: MailReport.Kind
      switch part.contentType {
      case "message/disposition-notification": kind = .disposition
      case "message/delivery-status", "message/global-delivery-status": kind = .delivery
      default: return nil
      }
      return MailReport(kind: kind, part: part.n, groups: Self.groups(content(of: part.n)))
    }
  }

  /// Message-ID and other headers of the returned message of a bounce, when it came along.
  public var returnedHeaders: [HeaderField] {
    guard let report = parts.first(where: { $0.contentType == "multipart/report" }) else {
      return []
    }
    for part in parts where part.parent == report.n {
      switch part.contentType {
      case "message/rfc822", "message/global":
        if let inner = parts.first(where: { $0.parent == part.n }) { return headers(of: inner.n) }
      case "text/rfc822-headers", "message/global-headers":
        return MIMEMessage.parse(content(of: part.n) + [0x0D, 0x0A]).headers
      default: continue
      }
    }
    return []
  }

  private func isInsideMessage(_ part: Part) -> Bool {
    var current = part.parent
    while let n = current, let parent = self.part(n) {
      if parent.kind == .message { return true }
      current = parent.parent
    }
    return false
  }

  /// Header-like fields in groups; at most 1,000 lines are read.
  private static func groups(_ content: [UInt8]) -> [[MailReport.Field]] {
    var groups: [[MailReport.Field]] = [[]]
    var open: (name: String, value: [UInt8])?
    var ignored: Set<DefectCode> = []
    func close() {
      guard let field = open else { return }
      let value = EncodedWord.decode(field.value, defects: &ignored)
      groups[groups.count - 1].append(.init(name: field.name, value: value))
      open = nil
    }
    let lines = content.split(separator: 0x0A, maxSplits: 1_000, omittingEmptySubsequences: false)
    for line in lines.prefix(1_000) {
      let text = line.last == 0x0D ? line.dropLast() : line
      if text.isEmpty {
        close()
        if groups.last?.isEmpty == false { groups.append([]) }
      } else if text.first == 0x20 || text.first == 0x09 {
        open?.value += text
      } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
        close()
        let name = String(decoding: text[..<colon], as: UTF8.self).lowercased()
        open = (name.trimmingSpaces(), Array(text[(colon + 1)...]))
      }
    }
    close()
    return groups.filter { !$0.isEmpty }
  }
}

extension String {
  func trimmingSpaces() -> String {
    let kept = drop { $0 == " " }
    guard let last = kept.lastIndex(where: { $0 != " " }) else { return "" }
    return String(kept[...last])
  }
}
