import Crypto
import Domain
import MIME

/// From an opened mail to the plain values that leave the child.
enum MessageDecoding {
  static func decode(_ raw: [UInt8]) -> DecodedMessage {
    let mail = MIMEMessage.parse(raw)
    var result = DecodedMessage()
    result.headers = mail.headers.map { .init(name: $0.name, value: $0.value) }
    result.parts = mail.parts.map {
      .init(
        n: $0.n, parent: $0.parent, contentType: $0.contentType, filename: $0.filename,
        size: $0.size, disposition: $0.disposition)
    }
    result.isReadable = isReadable(mail)
    readEnvelope(mail.envelope, into: &result)
    readSigns(mail, into: &result)
    readReport(mail, into: &result)
    result.attachments = attachments(of: mail)
    var defects = mail.defects.map {
      Domain.Defect(code: $0.code.rawValue, text: $0.code.explanation)
    }
    readText(mail, into: &result, defects: &defects)
    result.defects = unique(defects)
    result.rawDigest = "sha256:" + hexadecimal(SHA256.hash(data: raw))
    result.identity = identity(of: mail)
    return result
  }

  /// A tree can always be made; a mail needs one header that a person would look for.
  private static func isReadable(_ mail: ParsedMessage) -> Bool {
    let codes = Set(mail.defects.map(\.code))
    if !codes.isDisjoint(with: [.memory, .input, .noHeaders]) { return false }
    let wanted: Set<String> = ["from", "to", "subject", "date", "message-id"]
    return mail.headers.contains { wanted.contains($0.name.lowercased()) }
  }

  private static func readEnvelope(_ envelope: Envelope, into result: inout DecodedMessage) {
    result.messageID = envelope.messageID.map { "<\($0)>" } ?? ""
    result.inReplyTo = envelope.inReplyTo.map { "<\($0)>" }
    result.references = envelope.references.map { "<\($0)>" }
    result.date = envelope.date.map { Timestamp(seconds: $0.seconds) }
    result.from = addresses(envelope.from)
    result.to = addresses(envelope.to)
    result.cc = addresses(envelope.cc)
    result.replyTo = addresses(envelope.replyTo)
    result.subject = envelope.subject
  }

  private static func addresses(_ list: [MIME.MailAddress]) -> [Domain.MailAddress] {
    list.map { Domain.MailAddress(name: $0.name, address: $0.address) }
  }

  private static func readSigns(_ mail: ParsedMessage, into result: inout DecodedMessage) {
    if let submitted = mail.header("Auto-Submitted")?.lowercased() {
      result.isAutomatic = submitted.prefix { $0.isLetter || $0 == "-" } != "no"
    }
    // Not all are LOINC: `34112-3,PRESC-BIO,15508-5` (domain note 1.62).
    result.documentCodes = (mail.header("X-MSS-CODECDA") ?? "")
      .split { $0 == "," || $0 == ";" || $0.isWhitespace }.prefix(20).map(String.init)
    result.endsExchange =
      mail.header("X-MSS-MES")?.uppercased().split { !$0.isLetter }.contains("FIN") ?? false
  }

  private static func readReport(_ mail: ParsedMessage, into result: inout DecodedMessage) {
    result.reportType = mail.reportType
    guard let report = mail.reports.first else { return }
    switch report.kind {
    case .disposition:
      result.reportOriginalMessageID = report.originalMessageID.map { "<\($0)>" }
      result.reportAction = report.disposition
    case .delivery:
      let header = mail.returnedHeaders.first { $0.name.lowercased() == "message-id" }
      let value = header?.value ?? ""
      result.reportOriginalMessageID = value.hasPrefix("<") ? value : nil
      result.reportAction = report.action
    }
  }

  static func attachments(of mail: ParsedMessage) -> [Attachment] {
    mail.attachments.enumerated().map { index, part in
      let name = part.filename ?? ""
      var kind = AttachmentKind.of(contentType: part.contentType, filename: name)
      if kind == .other { kind = Signature.kind(of: mail, part) ?? .other }
      return Attachment(
        n: index + 1, part: part.n, filename: name, contentType: part.contentType,
        size: part.size, kind: kind)
    }
  }

  /// HTML bodies are rendered one by one: two parts never meet in one document (EFAIL, M12).
  private static func readText(
    _ mail: ParsedMessage, into result: inout DecodedMessage, defects: inout [Domain.Defect]
  ) {
    var texts: [String] = []
    for body in mail.bodyParts {
      switch body.kind {
      case .plain: texts.append(body.text)
      case .html:
        let rendered = HTMLText.render(body.text)
        texts.append(rendered.text)
        defects += rendered.defects
        result.isFromHTML = true
      }
    }
    result.text = texts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    result.preview = preview(of: result.text)
  }

  static func preview(of text: String) -> String {
    for line in text.prefix(20_000).split(separator: "\n")
    where line.contains(where: { $0.isLetter || $0.isNumber }) {
      return String(
        line.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(200))
    }
    return ""
  }

  private static func identity(of mail: ParsedMessage) -> [UInt8] {
    var material = SHA256()
    mail.feedIdentity { material.update(bufferPointer: $0) }
    var whole = SHA256()
    whole.update(data: Array((mail.envelope.messageID ?? "").utf8))
    whole.update(data: [0])
    whole.update(data: Array(material.finalize()))
    return Array(whole.finalize())
  }

  /// A code is told once, however many parts it was found in.
  static func unique(_ defects: [Domain.Defect]) -> [Domain.Defect] {
    var seen: Set<String> = []
    return defects.filter { seen.insert($0.code).inserted }
  }
}

/// What the first bytes say, where neither type nor name does.
enum Signature {
  /// Larger parts keep the kind of their label: looking means decoding them.
  private static let most = 20 << 20

  static func kind(of mail: ParsedMessage, _ part: Part) -> AttachmentKind? {
    guard part.size > 4, part.size <= most, !part.contentType.hasPrefix("multipart/") else {
      return nil
    }
    return kind(of: mail.content(of: part.n))
  }

  static func kind(of bytes: [UInt8]) -> AttachmentKind? {
    if bytes.starts(with: Array("%PDF-".utf8)) { return .pdf }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .image }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return .image }
    if bytes.starts(with: [0x50, 0x4B, 3, 4]), bytes.count < most,
      contains(bytes, Array("METADATA.XML".utf8))
    {
      return .xdm
    }
    return nil
  }

  private static func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first else { return true }
    var at = 0
    while let next = bytes[at...].firstIndex(of: first) {
      if bytes[next...].starts(with: wanted) { return true }
      at = next + 1
    }
    return false
  }
}
