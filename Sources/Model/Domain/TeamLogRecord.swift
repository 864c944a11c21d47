/// Where something was said in the team log: the server's order, the same for every machine
/// (design 5). `index` counts the records of one message from 0.
public struct LogPlace: Hashable, Comparable, Sendable, Codable {
  public var epoch: Int
  /// 0 is the checkpoint that an epoch begins with; the server's numbers begin at 1.
  public var uid: UInt32
  public var index: Int

  public init(epoch: Int, uid: UInt32, index: Int) {
    self.epoch = epoch
    self.uid = uid
    self.index = index
  }

  public static func < (a: LogPlace, b: LogPlace) -> Bool {
    (a.epoch, a.uid, a.index) < (b.epoch, b.uid, b.index)
  }
}

/// What a machine says about one demande: an event and what it was built on.
public struct LoggedEvent: Hashable, Sendable, Codable {
  public var order: Order.ID
  public var author: Author
  public var at: Timestamp
  public var gesture: Gesture
  /// The event that the author saw as the demande's last one that counts; nil for what is never
  /// stale (arrivals, notes, prints, answers) and for an opening.
  public var parent: String?
  /// Of all that the author had seen of the demande (``TeamLogJudge/view(_:adding:)``): a taking
  /// is accepted whatever came before it, and what follows it must not pass for seen.
  public var view: String?
  /// Events of one group, next to one another in one parcel, are accepted together or not at all.
  public var group: String?
  /// In a checkpoint: the demande that has the message, when this arrival came too late for it.
  public var elsewhere: Order.ID?

  public init(
    order: Order.ID, author: Author, at: Timestamp, gesture: Gesture, parent: String? = nil,
    view: String? = nil, group: String? = nil, elsewhere: Order.ID? = nil
  ) {
    self.order = order
    self.author = author
    self.at = at
    self.gesture = gesture
    self.parent = parent
    self.view = view
    self.group = group
    self.elsewhere = elsewhere
  }

  enum CodingKeys: String, CodingKey {
    case order = "demande"
    case author, at, gesture, parent, view, group, elsewhere
  }
}

/// A member as one machine knows it, with the hash of the PIN, and what of it is new.
public struct LogMember: Hashable, Sendable, Codable {
  public var member: Member
  public var isRemoved: Bool
  public var pinHash: String?
  public var isPINProvisional: Bool?
  /// What this record changes; nil: all of it is said.
  public var changed: Set<Field>?
  /// By the name of each right: of all that the author had seen said of it, as
  /// ``LoggedEvent/view``; in a checkpoint of all that it carries.
  public var views: [String: String]?

  public enum Field: String, Hashable, Sendable, Codable, CaseIterable {
    case name, initials, role, rpps, account, until, disabled, responsable, removed, pin
  }

  public init(
    member: Member, isRemoved: Bool = false, pinHash: String? = nil, isPINProvisional: Bool? = nil
  ) {
    self.member = member
    self.isRemoved = isRemoved
    self.pinHash = pinHash
    self.isPINProvisional = isPINProvisional
  }

  enum CodingKeys: String, CodingKey {
    case member, changed, views
    case isRemoved = "removed"
    case pinHash = "pin"
    case isPINProvisional = "provisional"
  }
}

/// One thing said to the other machines.
public struct LogRecord: Hashable, Sendable, Codable, Identifiable {
  public enum Content: Hashable, Sendable {
    case event(LoggedEvent)
    case member(LogMember)
    /// The epoch ends here: what lies after it is void and is said again in the next one.
    case seal
  }

  /// The event's own name, so that what is said twice is heard once.
  public var id: String
  public var content: Content

  public init(id: String, content: Content) {
    self.id = id
    self.content = content
  }

  enum CodingKeys: String, CodingKey { case id, event, member, seal }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    id = try box.decode(String.self, forKey: .id)
    if let event = try box.decodeIfPresent(LoggedEvent.self, forKey: .event) {
      content = .event(event)
    } else if let member = try box.decodeIfPresent(LogMember.self, forKey: .member) {
      content = .member(member)
    } else if try box.decodeIfPresent(Bool.self, forKey: .seal) == true {
      content = .seal
    } else {
      throw DecodingError.dataCorruptedError(
        forKey: .event, in: box, debugDescription: "a record says nothing")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var box = encoder.container(keyedBy: CodingKeys.self)
    try box.encode(id, forKey: .id)
    switch content {
    case .event(let event): try box.encode(event, forKey: .event)
    case .member(let member): try box.encode(member, forKey: .member)
    case .seal: try box.encode(true, forKey: .seal)
    }
  }
}

/// One message of the log mailbox: what one machine says in one breath.
public struct LogParcel: Hashable, Sendable, Codable, Identifiable {
  /// Readers ignore, and count, parcels of a version that they do not know.
  ///
  /// Purges and fields of members came in while it was 1: no program that reads a team log had been
  /// released before them, so no machine exists that would misread it. From the first release on a
  /// record that older machines would read otherwise takes the next number here, and
  /// `LogMessage.read` goes on reading this one.
  public static let currentVersion = 1
  /// Records of a parcel, at most, and bytes of its gestures.
  public static let recordLimit = 200
  public static let byteLimit = 256 * 1024

  public var version: Int
  /// Stays the same when the parcel is appended again.
  public var id: String
  /// The machine that says it: a random name, made when its log was turned on.
  public var machine: String
  /// Set when the parcel is a piece of a checkpoint.
  public var checkpoint: LogCheckpointPart?
  public var records: [LogRecord]

  public init(
    id: String, machine: String, checkpoint: LogCheckpointPart? = nil, records: [LogRecord]
  ) {
    version = Self.currentVersion
    self.id = id
    self.machine = machine
    self.checkpoint = checkpoint
    self.records = records
  }

  enum CodingKeys: String, CodingKey { case version, id, machine, checkpoint, records }
}

/// Which piece of which checkpoint: an epoch starts with the first one that is complete.
public struct LogCheckpointPart: Hashable, Sendable, Codable {
  public var id: String
  /// 1 … `parts`.
  public var part: Int
  public var parts: Int
  /// Of the fold that the checkpoint carries (`OfficineStore.teamLogDigest`).
  public var digest: String

  public init(id: String, part: Int, parts: Int, digest: String) {
    self.id = id
    self.part = part
    self.parts = parts
    self.digest = digest
  }

  enum CodingKeys: String, CodingKey { case id, part, parts, digest }
}
