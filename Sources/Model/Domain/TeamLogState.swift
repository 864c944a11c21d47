/// What one look at a log mailbox brought.
public struct LogBatch: Hashable, Sendable {
  /// One message of the mailbox.
  public struct Entry: Hashable, Sendable {
    public var uid: UInt32
    /// nil when it is no parcel of ours: unsigned, of an unknown version, unreadable.
    public var parcel: LogParcel?

    public init(uid: UInt32, parcel: LogParcel?) {
      self.uid = uid
      self.parcel = parcel
    }
  }

  public var epoch: Int
  public var uidValidity: UInt32
  /// Every message up to this number was asked for after a NOOP; later ones are not folded.
  public var through: UInt32
  public var entries: [Entry]

  public init(epoch: Int, uidValidity: UInt32, through: UInt32, entries: [Entry]) {
    self.epoch = epoch
    self.uidValidity = uidValidity
    self.through = through
    self.entries = entries
  }
}

/// What came of a batch.
public struct LogOutcome: Hashable, Sendable {
  /// Demandes whose fold changed.
  public var changed: [Order.ID] = []
  /// Gestures of this machine that got their place now, and those that got none.
  public var confirmed = 0
  public var refused = 0
  /// Another order than the one that was folded: a message with a lower number came late.
  public var isReordered = false
  /// The epoch of the batch was begun: its checkpoint is complete.
  public var isAdopted = false
  /// The mailbox bears another UIDVALIDITY than the one that was folded: nothing was taken.
  public var isLost = false

  public init() {}
}

/// The team log as this store knows it.
public struct TeamLogState: Hashable, Sendable {
  /// This machine's name in the log.
  public var machine: String
  /// 0 before the first look at a mailbox.
  public var epoch = 0
  public var uidValidity: UInt32?
  /// Folded up to this number, without a hole.
  public var through: UInt32 = 0
  /// The machine that wrote the checkpoint of this epoch: only it deletes older epochs.
  public var keeper: String?
  public var isSealed = false
  /// Something that this epoch tells was purged here: it should end, so that it can be deleted.
  public var hasPurged = false
  /// The mailbox vanished or is another one: a new epoch must begin.
  public var isLost = false
  /// Gestures and members that wait for their place.
  public var pending = 0
  /// Refused gestures of this machine that their author has not seen.
  public var refused = 0
  /// Messages of the log that were no parcel of ours.
  public var ignored = 0
  /// Messages folded in this epoch.
  public var messages = 0
  /// When a message with a lower number came late and changed the order; nil when never or seen.
  public var reorderedAt: Timestamp?

  public init(machine: String) { self.machine = machine }

  /// Whether something may be appended to the current epoch.
  public var isOpen: Bool { epoch > 0 && !isSealed && !isLost }
}

/// What has become of a gesture of this machine.
public enum LogFate: Hashable, Sendable {
  /// The log is off, or the store has no such event.
  case none
  case pending
  case confirmed
  case refused(Refusal)
}

/// How an event stands in the history of its demande.
public enum LogStanding: Hashable, Sendable, Codable {
  /// Done here, not yet known to the other machines.
  case pending
  case confirmed
  /// Another machine was first: out of the demande, kept in the history.
  case refused(Refusal)
  /// Said twice, an arrival of a message that is elsewhere, or said after the seal.
  case void
}

/// A checkpoint that is about to be written, piece by piece.
public struct LogCheckpoint: Hashable, Sendable {
  public var id: String
  public var machine: String
  public var digest: String
  public var cuts: [Cut]
  public var parts: Int { cuts.count }

  /// What one part carries.
  public struct Cut: Hashable, Sendable {
    /// Of the records that are no events.
    public var people: Range<Int>
    /// How many events, and the place of the last one before them.
    public var events = 0
    public var afterUID: Int64
    public var afterPlace: Int64

    public init(people: Range<Int>, afterUID: Int64 = -1, afterPlace: Int64 = -1) {
      self.people = people
      self.afterUID = afterUID
      self.afterPlace = afterPlace
    }
  }

  public init(id: String, machine: String, digest: String, cuts: [Cut]) {
    self.id = id
    self.machine = machine
    self.digest = digest
    self.cuts = cuts
  }
}

/// What the team log has to tell one person.
public struct LogNotices: Hashable, Sendable {
  /// Their refused gestures that they have not seen, oldest first.
  public var refused: [OrderEvent]
  /// Demandes among them that are not there any more.
  public var gone: Set<Order.ID>
  public var reorderedAt: Timestamp?
  /// For a responsable: what was said here of rights and does not count.
  public var lostRights: [LostRight]

  public init(
    refused: [OrderEvent] = [], gone: Set<Order.ID> = [], reorderedAt: Timestamp? = nil,
    lostRights: [LostRight] = []
  ) {
    self.refused = refused
    self.gone = gone
    self.reorderedAt = reorderedAt
    self.lostRights = lostRights
  }

  /// One event a gesture: not its other half on another demande.
  public var told: [OrderEvent] {
    refused.filter {
      switch $0.gesture {
      case .opened, .mergedInto: false
      default: true
      }
    }
  }

  /// Seconds that a change of order is shown for.
  public static let reorderingLife: Int64 = 600

  public func isReordered(at now: Timestamp) -> Bool {
    reorderedAt.map { now.secondsSince($0) < Self.reorderingLife } ?? false
  }
}
