public import Domain
import GRDB

/// A message that the server listed and whose body is still owed.
public struct AnnouncedMessage: Hashable, Sendable {
  public var mailbox: String
  public var uidValidity: UInt32
  public var uid: UInt32
  /// In bytes, as the server claims.
  public var size: UInt64
  public var receivedAt: Timestamp
  /// With angle brackets; empty when there is none.
  public var messageID: String
  /// With angle brackets.
  public var inReplyTo: String?
  public var sender: Sender
  public var subject: String
  public var flags: Flags
  /// The beginning of its text, when that came before the rest.
  public var preview: String?
  /// Why the body did not come when it was asked for; nil: nothing is wrong so far.
  public var withheld: Withholding?
  /// How often it did not come.
  public var attempts = 0
  /// When it is asked for again; nil: with the others.
  public var askAgainAt: Timestamp?

  public init(
    mailbox: String, uidValidity: UInt32, uid: UInt32, size: UInt64, receivedAt: Timestamp,
    messageID: String, inReplyTo: String?, sender: Sender, subject: String, flags: Flags,
    preview: String? = nil
  ) {
    self.mailbox = mailbox
    self.uidValidity = uidValidity
    self.uid = uid
    self.size = size
    self.receivedAt = receivedAt
    self.messageID = messageID
    self.inReplyTo = inReplyTo
    self.sender = sender
    self.subject = subject
    self.flags = flags
    self.preview = preview
  }
}

/// Rows of `announced`: they go when the body comes, or when the server takes the message back.
enum Announcements {
  static func insert(_ db: Database, _ message: AnnouncedMessage) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO announced (mailbox, uid_validity, uid, size, received_at, message_id,
          in_reply_to, sender_name, sender_address, sender_kind, sender_display, subject, flags,
          preview)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (mailbox, uid_validity, uid) DO UPDATE SET flags = excluded.flags,
          \(named.map { "\($0) = iif(sender_address = '', excluded.\($0), \($0))" }
            .joined(separator: ", "))
        """
    ).execute(arguments: [
      message.mailbox, message.uidValidity, message.uid, Int64(clamping: message.size),
      message.receivedAt.milliseconds, message.messageID, message.inReplyTo, message.sender.name,
      message.sender.address, message.sender.kind.rawValue, message.sender.display,
      message.subject, MessageShelf.text(message.flags), message.preview,
    ])
  }

  /// What is taken over from a later listing while nothing is known of the sender.
  private static let named = [
    "message_id", "in_reply_to", "sender_name", "sender_address", "sender_kind", "sender_display",
    "subject",
  ]

  static func remove(
    _ db: Database, mailbox: String, uidValidity: UInt32, uid: UInt32
  ) throws {
    try db.cachedStatement(
      sql: "DELETE FROM announced WHERE mailbox = ? AND uid_validity = ? AND uid = ?"
    ).execute(arguments: [mailbox, uidValidity, uid])
  }

  static func message(_ row: Row) throws -> AnnouncedMessage {
    let size: Int64 = row["size"]
    let flags: String = row["flags"]
    var message = AnnouncedMessage(
      mailbox: row["mailbox"], uidValidity: row["uid_validity"], uid: row["uid"],
      size: UInt64(clamping: size), receivedAt: Timestamp(milliseconds: row["received_at"]),
      messageID: row["message_id"], inReplyTo: row["in_reply_to"],
      sender: Sender(
        name: row["sender_name"], address: row["sender_address"],
        kind: try SenderKind(stored: row["sender_kind"]), display: row["sender_display"]),
      subject: row["subject"], flags: MessageShelf.flags(flags), preview: row["preview"])
    let withheld: String? = row["withheld"]
    let askAgain: Int64? = row["ask_again_at"]
    message.withheld = try withheld.map(Withholding.init(stored:))
    message.attempts = row["attempts"]
    message.askAgainAt = askAgain.map { Timestamp(milliseconds: $0) }
    return message
  }

  /// The newest thread first, and inside a thread the oldest message first.
  static func inOrderOfUse(_ messages: [AnnouncedMessage]) -> [AnnouncedMessage] {
    let sorted = messages.sorted { ($0.receivedAt, $0.uid) < ($1.receivedAt, $1.uid) }
    var threads: [[AnnouncedMessage]] = []
    var threadOf: [String: Int] = [:]
    for message in sorted {
      let known = message.inReplyTo.flatMap { threadOf[$0] }
      let index = known ?? threads.count
      if known == nil { threads.append([]) }
      threads[index].append(message)
      if !message.messageID.isEmpty { threadOf[message.messageID] = index }
    }
    return threads.sorted { newest($0) > newest($1) }.flatMap { $0 }
  }

  private static func newest(_ thread: [AnnouncedMessage]) -> (Timestamp, UInt32) {
    thread.last.map { ($0.receivedAt, $0.uid) } ?? (Timestamp(seconds: 0), 0)
  }
}
