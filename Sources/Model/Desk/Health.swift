public import Domain

/// The truth about the exchange with the server, as the health pane shows it.
public struct HealthSheet: Equatable, Sendable {
  public var health: SyncHealth
  /// Messages set aside because they could not be read, newest first.
  public var setAside: [SetAside]
  /// Mails that the server lists and does not give, newest first; asked for again by themselves.
  public var withheld: [WithheldMail] = []
  /// Whether some process holds the lease now: somebody talks with the server.
  public var isServed: Bool
  /// Mails that did not leave, or of which nobody knows (O05).
  public var outbox: [OutgoingItem]

  public init(
    health: SyncHealth = SyncHealth(), setAside: [SetAside] = [], isServed: Bool = false,
    outbox: [OutgoingItem] = []
  ) {
    self.outbox = outbox
    self.health = health
    self.setAside = setAside
    self.isServed = isServed
  }
}

/// A message that could not be read: kept raw, listed, readable with `mssterm show --raw`.
public struct SetAside: Equatable, Sendable, Identifiable {
  public var id: Message.ID
  public var receivedAt: Timestamp
  /// Who sent it, as far as that could be read.
  public var sender: String

  public init(id: Message.ID, receivedAt: Timestamp, sender: String) {
    self.id = id
    self.receivedAt = receivedAt
    self.sender = sender
  }
}

/// A mail that is at the server and could not be had so far.
public struct WithheldMail: Equatable, Sendable {
  public var receivedAt: Timestamp
  /// As far as the server could say.
  public var sender: Sender
  public var reason: Withholding

  public init(receivedAt: Timestamp, sender: Sender, reason: Withholding) {
    self.receivedAt = receivedAt
    self.sender = sender
    self.reason = reason
  }
}

/// A mail the server announced and whose body is still on its way: shown, never worked on.
public struct Awaited: Equatable, Sendable {
  public var receivedAt: Timestamp
  public var sender: Sender
  public var subject: String

  public init(receivedAt: Timestamp, sender: Sender, subject: String) {
    self.receivedAt = receivedAt
    self.sender = sender
    self.subject = subject
  }
}

/// What is on its way, newest first; `total` may be far more than the rows kept here.
public struct AwaitedMail: Equatable, Sendable {
  public var rows: [Awaited]
  public var total: Int

  public init(rows: [Awaited] = [], total: Int = 0) {
    self.rows = rows
    self.total = total
  }
}

/// A BAL of the configuration, as the menu of BALs lists it.
public struct BALChoice: Equatable, Sendable {
  /// Why this poste may not open it.
  public enum Obstacle: Equatable, Sendable {
    /// The nominative BAL of another OS user.
    case otherAccount
    /// The nominative BAL of another member.
    case otherMember(String)
    /// Its store is not there or cannot be opened; « mssterm doctor » says why.
    case unusable
  }

  public var name: String
  public var kind: BAL.Kind
  public var isOpen: Bool
  public var obstacle: Obstacle?

  public init(name: String, kind: BAL.Kind, isOpen: Bool, obstacle: Obstacle? = nil) {
    self.name = name
    self.kind = kind
    self.isOpen = isOpen
    self.obstacle = obstacle
  }
}

extension BALChoice {
  /// Its owner, under the initials or the name that the configuration gives, passes.
  func seen(by actor: Actor?) -> BALChoice {
    guard case .otherMember(let owner)? = obstacle, let member = actor?.member,
      [member.initials, member.name].contains(where: { $0.lowercased() == owner.lowercased() })
    else { return self }
    var choice = self
    choice.obstacle = nil
    return choice
  }
}

/// What the wish to connect again came to.
public enum Reconnection: Equatable, Sendable {
  /// The service heard it and tries now.
  case asked
  /// Nobody synchronises: a service is started with this screen.
  case started
  /// The command that gives the token, or the service, said no.
  case failed
}
