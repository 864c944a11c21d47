/// Something that a person or the program wants done with mail on the server: kept in the store
/// until the server has it, carried out in order by the worker, and never forgotten in between.
public struct ServerOperation: Hashable, Sendable, Identifiable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Into another mailbox.
    case move
    /// For good.
    case delete
    /// A mail of our own, put into a mailbox.
    case append
  }

  public enum State: String, Sendable, Codable, CaseIterable {
    case waiting
    /// Begun, and its outcome not known yet: looked up before it is repeated.
    case working
    case done
    /// The server, or what is there, said no; see ``ServerOperation/reason``.
    case refused
    /// Nothing to act on any more: somebody else moved or removed it.
    case lost
    /// Taken back by a person while it waited.
    case cancelled

    public var isOpen: Bool { self == .waiting || self == .working }
  }

  /// Why it ended as it did, where that is not plain. Stable.
  public enum Reason: String, Sendable, Codable, CaseIterable {
    /// The mailbox it is to go to does not exist.
    case destination
    /// The mailbox it is in does not exist any more.
    case source
    /// The mail is not where it was.
    case gone
    /// That number names another mail there: nothing was touched.
    case changed
    /// The server said no; its words are kept.
    case server
    /// One before it, on the same mail, did not succeed.
    case dependent
    /// Whether a copy of it stands there could not be found out in a day.
    case unproven
    /// The copy stands there; the server would not let the original go.
    case kept
    /// Done as far as this server can: the mail bears `\Deleted` and stays until it is expunged by
    /// somebody who owns all the marks (S06).
    case marked
  }

  /// Ascending: the order in which they are carried out.
  public var id: Int64
  public var kind: Kind
  /// nil for an append.
  public var message: Message.ID?
  public var order: Order.ID?
  /// Where the mail is; empty for an append.
  public var mailbox: String
  /// A mailbox name, or ``trash``; nil for a deletion.
  public var destination: String?
  /// With angle brackets; may be empty.
  public var messageID: String
  /// Of the raw bytes: the identity that no renumbering can change.
  public var digest: String
  public var author: Author
  public var queuedAt: Timestamp
  /// Not carried out earlier, so that it can be taken back.
  public var notBefore: Timestamp
  public var state: State
  public var attempts: Int
  /// A mail may lie in a mailbox twice: how many of its places are dealt with.
  public var places: Int
  /// Those of them that the server could only mark.
  public var markedPlaces: Int
  public var nextAttemptAt: Timestamp?
  public var settledAt: Timestamp?
  public var reason: Reason?
  /// The server's own words, data from outside: shown only through the gate, never logged.
  public var words: String?

  /// Milliseconds; no wait of an operation is longer.
  public static let longestWait: Int64 = 3_700_000

  /// When it may be carried out. A moment further away than any wait was set by a clock that has
  /// been set back since: then it may now (S19).
  public func due(at now: Timestamp) -> Timestamp {
    let moment = max(notBefore, nextAttemptAt ?? notBefore)
    return moment.milliseconds - now.milliseconds > Self.longestWait ? now : moment
  }

  /// The mailbox for what is thrown away, whatever its name there (RFC 6154).
  public static let trash = "\\Trash"

  public init(
    id: Int64, kind: Kind, message: Message.ID?, order: Order.ID?, mailbox: String,
    destination: String?, messageID: String, digest: String, author: Author,
    queuedAt: Timestamp, notBefore: Timestamp, state: State = .waiting, attempts: Int = 0,
    places: Int = 0, markedPlaces: Int = 0, nextAttemptAt: Timestamp? = nil,
    settledAt: Timestamp? = nil, reason: Reason? = nil, words: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.message = message
    self.order = order
    self.mailbox = mailbox
    self.destination = destination
    self.messageID = messageID
    self.digest = digest
    self.author = author
    self.queuedAt = queuedAt
    self.notBefore = notBefore
    self.state = state
    self.attempts = attempts
    self.places = places
    self.markedPlaces = markedPlaces
    self.nextAttemptAt = nextAttemptAt
    self.settledAt = settledAt
    self.reason = reason
    self.words = words
  }
}

extension Order {
  /// nil when its mail may leave the mailbox: nobody works on it, and nothing waits for a patient.
  public func refusalOfTrash(by author: Author) -> Refusal? {
    if let purgedAt { return .purged(at: purgedAt) }
    if let mergedInto { return .merged(into: mergedInto) }
    switch status {
    case .collected, .closed: return nil
    case .received: return colleague(besides: author).map { .alreadyTaken(by: $0) }
    case .preparing, .prepared, .checked, .partial:
      return colleague(besides: author).map { .alreadyTaken(by: $0) } ?? .notFromHere(status)
    }
  }
}
