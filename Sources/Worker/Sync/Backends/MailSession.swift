import Domain
import Store

/// A mailbox of the server, as far as one pass needs to know it.
struct Folder: Hashable, Sendable {
  /// `trash` and `special` (drafts, junk, all mail) are named for what is moved there, never read.
  enum Role: Hashable, Sendable { case inbox, sent, trash, special, other }

  /// The name that the store keeps. Data from outside: never a path, shown only through the gate.
  var name: String
  var role: Role
  /// `\Sent` when the server said so.
  var specialUse: String?
  /// Its numbers, when the server gave them with the list.
  var status: FolderStatus?
}

/// What a mailbox said when it was opened.
struct OpenedFolder: Sendable {
  var uidValidity: UInt32
  /// nil when the server does not say.
  var uidNext: UInt32?
  var count: Int
  /// False for a mailbox that this login may only read.
  var isWritable: Bool
  /// The flags that last there; nil when the server does not say: then all do (RFC 3501, 7.1).
  var lasting: LastingFlags?
  /// Where the server's counting stands now; nil when it does not count.
  var modSequence: UInt64?
  /// What happened since the point that was given; nil: everything must be compared.
  var changes: MailboxChanges?
}

/// PERMANENTFLAGS: what a server keeps of what it is told.
struct LastingFlags: Hashable, Sendable {
  var names: Set<String>
  /// Any keyword lasts, known or new.
  var takesKeywords: Bool

  func keep(_ flag: String) -> Bool {
    names.contains(flag) || (takesKeywords && !flag.hasPrefix("\\"))
  }
}

extension OpenedFolder {
  /// Whether telling the change to the server is of any use.
  func keeps(_ change: FlagChange) -> Bool {
    isWritable && (lasting.map { (change.add + change.remove).allSatisfy($0.keep) } ?? true)
  }
}

/// One message of an opened mailbox, before its body is asked for.
struct Listed: Hashable, Sendable {
  var uid: UInt32
  /// In bytes, as the server claims.
  var size: UInt64
  var flags: Flags
  var receivedAt: Timestamp
}

/// What came when a body was asked for.
enum Body: Sendable {
  case whole([UInt8])
  /// Over the cap: the header alone (mail.too-large).
  case headerOnly([UInt8])
  /// It was removed meanwhile, by somebody else: the server does not list it any more.
  case gone
  /// It is there, and cannot be had now.
  case withheld(Withholding)
}

/// A conversation with the place where the mail lies; IMAP and Maildir are the two there are.
///
/// Used by one thread. UIDs belong to the folder that was opened last.
protocol MailSession: AnyObject {
  func folders() throws(SyncFailure) -> [Folder]
  /// How mailboxes are called there.
  var naming: Naming { get }
  /// - Parameter point: until where this mailbox was followed; nil to be told nothing of before.
  func open(_ folder: Folder, since point: SyncPoint?) throws(SyncFailure) -> OpenedFolder
  /// True when equal numbers of a ``FolderStatus`` prove that nothing happened, removals included.
  var tracksRemovals: Bool { get }
  /// Something was heard of this mailbox since it was opened.
  func isDisturbed(_ folder: Folder) -> Bool
  /// See ``IMAPSession/beginWatch(_:)``; a place that cannot tell by itself says false.
  func beginWatch(_ pulse: Pulse) throws(SyncFailure) -> Bool
  func endWatch(patience: Int64) throws(SyncFailure)
  /// One exchange that proves the server is there.
  func probe() throws(SyncFailure)
  /// What the server can do and how full the BAL is, as far as it says.
  func facts() throws(SyncFailure) -> (capabilities: [String], quota: SyncHealth.Quota?)
  /// Messages from `uid` on, in ascending windows; after each window everything below its end
  /// was listed.
  func list(
    from uid: UInt32, _ window: (_ messages: [Listed], _ end: UInt32) throws(SyncFailure) -> Void
  ) throws(SyncFailure)
  /// How little is asked for when messages are listed, because a listing ended the connection.
  var modesty: Modesty { get set }
  /// True when what is new can be listed with sender and subject before its bodies come.
  var announces: Bool { get }
  /// Windows of `range` with what the server read in the headers, from one end to the other,
  /// until `take` has enough; within a window ascending.
  func envelopes(
    in range: ClosedRange<UInt32>, newestFirst: Bool,
    _ take: ([Envelope], ClosedRange<UInt32>) throws(SyncFailure) -> Bool
  ) throws(SyncFailure)
  /// The same for single messages; those that are gone are left out.
  func describe(_ uids: [UInt32]) throws(SyncFailure) -> [Listed]
  /// Exactly these UIDs, in their order, at most `SyncLimits.inFlight` bytes ahead of `take`,
  /// with the flags that came with the body.
  func bodies(
    _ messages: [Listed], _ take: (Listed, Body) throws(SyncFailure) -> Void
  ) throws(SyncFailure)
  /// Every message with its flags. `isComplete` is false when the server's own count differs:
  /// absence then proves nothing (invariant 6).
  func flags(
    known: [UInt32], _ take: ([Listed]) throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> (uids: Set<UInt32>, isComplete: Bool)
  func change(_ change: FlagPush) throws(SyncFailure) -> FlagAnswer
  /// The flags of these messages as they are now, with the server's count of each, where it
  /// counts; those that are gone are left out.
  func reread(_ uids: [UInt32]) throws(SyncFailure) -> [(now: Listed, sequence: UInt64)]
  /// Whether the opened folder holds a mail with this Message-ID, written after `since`.
  func holds(messageID: String, since: Timestamp) throws(SyncFailure) -> Bool
  /// What a mail of the opened folder is recognised by; nil when it is gone.
  func identity(_ uid: UInt32) throws(SyncFailure) -> MailIdentity?
  /// Where a folder that is not opened stands; nil when it is not there.
  func mark(of folder: Folder) throws(SyncFailure) -> TransferMark?
  /// True when ``move(_:to:)`` takes a mail away and puts it there in one step.
  var canMove: Bool { get }
  func move(_ uid: UInt32, to folder: Folder) throws(SyncFailure) -> Transfer
  func copy(_ uid: UInt32, to folder: Folder) throws(SyncFailure) -> Transfer
  func put(_ mail: [UInt8], into folder: Folder) throws(SyncFailure) -> Transfer
  /// Takes this one away for good; false when it could only be marked `\Deleted`.
  func remove(_ uid: UInt32) throws(SyncFailure) -> Bool
  /// Puts a copy with `\Seen` into a folder, which need not be open.
  func append(_ mail: [UInt8], name: String, to folder: Folder) throws(SyncFailure)
  func close()
}

extension MailSession {
  var naming: Naming { Naming() }
  func open(_ folder: Folder) throws(SyncFailure) -> OpenedFolder { try open(folder, since: nil) }
}

/// How little a server is asked for in a list. Some compute sizes and envelopes from the mail
/// itself, and break down over one that is damaged (seen on Dovecot).
enum Modesty: Int, Comparable, Codable, Sendable {
  case none, withoutSizes, withoutEnvelopes

  static func < (one: Modesty, other: Modesty) -> Bool { one.rawValue < other.rawValue }

  var next: Modesty { Modesty(rawValue: rawValue + 1) ?? self }
}

/// A flag change on its way to the server; several UIDs with the same change go together.
struct FlagPush: Hashable, Sendable {
  var uids: [UInt32]
  var add: [String]
  var remove: [String]
  /// Only where nobody changed the message after that (RFC 7162, UNCHANGEDSINCE); nil: anyhow.
  /// Needs either `add` or `remove`, because each of them moves the count.
  var unchangedSince: UInt64?
}

/// What a server said to a ``FlagPush``.
struct FlagAnswer: Hashable, Sendable {
  /// Changed by somebody else meanwhile: nothing of ours was stored on these.
  var modified: Set<UInt32> = []
  /// The counts that ours made.
  var sequences: [UInt32: UInt64] = [:]
}

/// The caps of this room (invariant 19), in one place.
enum SyncLimits {
  /// Bytes of one message that are fetched whole; larger ones are listed by their header.
  static let messageBytes: UInt64 = 64 << 20
  /// The header of such a one.
  static let headerBytes = 1 << 20
  /// Bytes of bodies asked for and not yet taken.
  static let inFlight = 8 << 20
  /// One ingest transaction (design 3).
  static let batchMessages = 20
  static let batchBytes = 2 << 20
  /// UIDs listed by one command.
  static let window: UInt32 = 5_000
  /// A reception of more than that is announced first.
  static let straight: UInt32 = 50
  /// Envelopes listed by the first command of a reception, and by each further one.
  static let firstEnvelopes: UInt32 = 50
  static let envelopes: UInt32 = 500
  /// Mail up to this size comes before all that is larger.
  static let textBytes: UInt64 = 64 << 10
  /// Bodies asked for in one go, and the time after which new mail is looked for again.
  static let portion = 200
  static let portionSeconds = 10
  /// Flag changes pushed in one pass; the next pass goes on.
  static let flagChanges = 5_000
  /// Queued operations carried out in one pass; the next pass goes on.
  static let operations = 200
  /// Mails of the right size that are looked at to find one again.
  static let candidates = 200
  /// Characters of a server's words that are kept.
  static let words = 300
  /// Documents read between two looks at the mailbox.
  static let documents = 200
  static let connectSeconds = 20
  /// A password or token command.
  static let secretSeconds = 30
  static let secretBytes = 16_384
  /// A sendmail-compatible command.
  static let sendmailSeconds = 300
}
