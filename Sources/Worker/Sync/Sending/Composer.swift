public import Domain
public import MIME

/// Exact RFC 5322 bytes of something to send; the same item always gives the same bytes.
public enum Composer {
  public static func bytes(of item: OutgoingItem) throws(BuilderError) -> [UInt8] {
    let clock = CivilTime(item.queuedAt)
    let mail = OutgoingMail(
      messageID: MessageIDs.bare(item.messageID),
      date: MailDate(seconds: item.queuedAt.seconds, offsetMinutes: clock.offset / 60),
      from: MIME.MailAddress(name: item.from.name, address: item.from.address),
      to: item.to.map { MIME.MailAddress(name: $0.name, address: $0.address) },
      subject: item.subject, text: item.body, inReplyTo: item.inReplyTo.map(MessageIDs.bare),
      references: item.references.map(MessageIDs.bare),
      extraHeaders: item.headers.map { (name: $0.name, value: $0.value) },
      attachments: item.attachments.map {
        OutgoingAttachment(
          filename: $0.filename, contentType: $0.contentType, bytes: $0.bytes)
      })
    return try mail.build()
  }
}
