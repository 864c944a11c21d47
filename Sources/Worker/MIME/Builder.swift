extension OutgoingMail {
  /// The RFC 5322 bytes: CRLF only, 7-bit, body lines of at most 76 characters, headers folded at
  /// 78.
  ///
  /// - Throws: `BuilderError` when header data could break out of its header or an address is none;
  /// nothing is repaired silently. The SMTP room doubles leading dots.
  public func build() throws(BuilderError) -> [UInt8] {
    var builder = Builder()
    try builder.headers(of: self)
    try builder.body(of: self)
    return builder.bytes
  }
}

private struct Builder {
  var bytes: [UInt8] = []

  mutating func headers(of mail: OutgoingMail) throws(BuilderError) {
    guard !mail.to.isEmpty || !mail.cc.isEmpty else { throw .noRecipient }
    guard let id = HeaderWriter.messageID(mail.messageID) else { throw .messageID }
    line("Date: " + mail.date.headerValue)
    line(try HeaderWriter.addresses("From", [mail.from]))
    if !mail.to.isEmpty { line(try HeaderWriter.addresses("To", mail.to)) }
    if !mail.cc.isEmpty { line(try HeaderWriter.addresses("Cc", mail.cc)) }
    line(try HeaderWriter.unstructured("Subject", mail.subject))
    line(HeaderWriter.folded("Message-ID", ["<\(id)>"]))
    try threading(of: mail)
    try extras(of: mail)
    line("MIME-Version: 1.0")
  }

  /// Ids of received mails that are no ids are left out: an answer must stay possible.
  private mutating func threading(of mail: OutgoingMail) throws(BuilderError) {
    for id in mail.references { try HeaderWriter.check(id, "References") }
    if let parent = mail.inReplyTo {
      try HeaderWriter.check(parent, "In-Reply-To")
      if let id = HeaderWriter.messageID(parent) {
        line(HeaderWriter.folded("In-Reply-To", ["<\(id)>"]))
      }
    }
    var ids = mail.references.compactMap { HeaderWriter.messageID($0) }
    if ids.count > 21 { ids = [ids[0]] + ids.suffix(20) }
    if !ids.isEmpty { line(HeaderWriter.folded("References", ids.map { "<\($0)>" })) }
  }

  private mutating func extras(of mail: OutgoingMail) throws(BuilderError) {
    var seen: Set<String> = []
    for (name, value) in mail.extraHeaders {
      let lower = name.lowercased()
      guard let known = OutgoingMail.allowedHeaders.first(where: { $0.lowercased() == lower }),
        seen.insert(known).inserted
      else { throw .header(field: HeaderWriter.printable(name)) }
      try HeaderWriter.check(value, known)
      guard !value.isEmpty, value.utf8.count <= 900, value.utf8.allSatisfy({ $0 < 0x7F }) else {
        throw .value(field: known)
      }
      if known == "Reply-To" || known == "Disposition-Notification-To" {
        line(try HeaderWriter.addresses(known, [MailAddress(name: "", address: value)]))
      } else {
        line(HeaderWriter.folded(known, value.split(separator: " ").map(String.init)))
      }
    }
  }

  mutating func body(of mail: OutgoingMail) throws(BuilderError) {
    guard !mail.attachments.isEmpty else {
      textPart(mail.text)
      return
    }
    // "=_" occurs in neither base64 nor quoted-printable, so the boundary can never be content.
    let boundary = "=_mss_" + Self.digest(mail.messageID)
    line("Content-Type: multipart/mixed; boundary=\"\(boundary)\"")
    line("")
    line("--" + boundary)
    textPart(mail.text)
    line("")  // belongs to the boundary
    for attachment in mail.attachments {
      line("--" + boundary)
      try attachmentPart(attachment)
    }
    line("--" + boundary + "--")
  }

  private mutating func textPart(_ text: String) {
    let content = Array(TextReader.newlines(text).utf8)
    let quoted = BodyWriter.quotedPrintable(content)
    let base64 = content.count / 3 * 4
    line("Content-Type: text/plain; charset=utf-8")
    // Mostly Latin text stays readable as quoted-printable; base64 is for the rest.
    if quoted.count <= max(base64 + base64 / 38, 1_000) {
      line("Content-Transfer-Encoding: quoted-printable")
      line("")
      bytes += quoted
      // A last line end that the text has itself is not doubled.
      if !quoted.isEmpty, content.last != 0x0A { line("") }
    } else {
      line("Content-Transfer-Encoding: base64")
      line("")
      var canonical: [UInt8] = []
      for byte in content { canonical += byte == 0x0A ? [0x0D, 0x0A] : [byte] }
      BodyWriter.base64(canonical, into: &bytes)
    }
  }

  private mutating func attachmentPart(_ attachment: OutgoingAttachment) throws(BuilderError) {
    try HeaderWriter.check(attachment.filename, "filename")
    try HeaderWriter.check(attachment.contentType, "Content-Type")
    var type = attachment.contentType.lowercased()
    let halves = type.split(separator: "/", omittingEmptySubsequences: false)
    let token = halves.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(HeaderWriter.isTokenByte) }
    guard halves.count == 2, token, type.utf8.count <= 100 else { throw .contentType }
    if halves[0] == "message" || halves[0] == "multipart" { type = "application/octet-stream" }
    line("Content-Type: " + type)
    line("Content-Transfer-Encoding: base64")
    line(HeaderWriter.disposition(filename: attachment.filename))
    line("")
    BodyWriter.base64(attachment.bytes, into: &bytes)
  }

  private mutating func line(_ text: String) {
    bytes += text.utf8
    bytes += [0x0D, 0x0A]
  }

  /// FNV-1a, 64 bits: only to make boundaries of different mails differ, not a safeguard.
  private static func digest(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
