/// What the worker last knew about the server, beyond the one word of the sync cell.
///
/// Kept whole by the worker; a field that an older worker did not write has its default.
public struct SyncHealth: Hashable, Sendable, Codable {
  /// How many messages a mailbox holds there and here.
  public struct MailboxCount: Hashable, Sendable, Codable {
    public var name: String
    public var server: Int
    public var local: Int
    public var checkedAt: Timestamp

    public init(name: String, server: Int, local: Int, checkedAt: Timestamp) {
      self.name = name
      self.server = server
      self.local = local
      self.checkedAt = checkedAt
    }
  }

  /// The storage of the BAL (RFC 9208, STORAGE), in units of 1,024 bytes.
  public struct Quota: Hashable, Sendable, Codable {
    public var usedKiB: Int64
    public var limitKiB: Int64

    public init(usedKiB: Int64, limitKiB: Int64) {
      self.usedKiB = usedKiB
      self.limitKiB = limitKiB
    }

    /// 0 when there is no limit.
    public var percent: Int {
      guard limitKiB > 0 else { return 0 }
      let used = max(0, min(usedKiB, .max / 100))
      return Int(min(999, used * 100 / limitKiB))
    }
  }

  /// Until when a server's certificate is valid.
  public struct CertificateDate: Hashable, Sendable, Codable {
    public var host: String
    public var notAfter: Timestamp

    public init(host: String, notAfter: Timestamp) {
      self.host = host
      self.notAfter = notAfter
    }
  }

  /// The revocation list in use.
  public struct RevocationList: Hashable, Sendable, Codable {
    public var updatedAt: Timestamp
    public var nextUpdate: Timestamp?
    /// Since when it could not be renewed, although it still counts.
    public var failingSince: Timestamp?

    public init(
      updatedAt: Timestamp, nextUpdate: Timestamp? = nil, failingSince: Timestamp? = nil
    ) {
      self.updatedAt = updatedAt
      self.nextUpdate = nextUpdate
      self.failingSince = failingSince
    }
  }

  /// Arrivals of an applicative BAL that could not be handed over.
  public struct HeldExports: Hashable, Sendable, Codable {
    /// Stable: `missing`, `closed`, `full`, …
    public var code: String
    public var waiting: Int
    public var since: Timestamp

    public init(code: String, waiting: Int, since: Timestamp) {
      self.code = code
      self.waiting = waiting
      self.since = since
    }
  }

  /// Copies, purges and anchors of the store; filled in by whoever reads it there.
  public struct Upkeep: Hashable, Sendable, Codable {
    public var lastBackup: Timestamp?
    /// A stable code; nil after a success.
    public var backupFailure: String?
    /// Seconds between two copies; nil while none is made by itself.
    public var backupEvery: Int64?
    /// Older than the retention, and nobody finished them.
    public var unfinished = 0
    public var isAnchorFailing = false
    /// « Purge en cours »: something purged may still lie in the files, or is held here.
    public var isPurging = false
    /// Purges that wait for their place in the team log, and since when the first one.
    public var purgesWaiting = 0
    public var purgesWaitingSince: Timestamp?
    /// Purged for everybody, and held on this machine by what is being sent or written.
    public var purgesHeld = 0

    public init() {}

    /// The service looks every few minutes; a log that answers takes no day.
    public func arePurgesStuck(now: Timestamp) -> Bool {
      purgesWaitingSince.map { now.secondsSince($0) >= 86_400 } ?? false
    }

    /// A copy is due since as long as it takes to make one twice; never made counts as that.
    public func isBackupLate(now: Timestamp) -> Bool {
      guard let backupEvery else { return false }
      guard let lastBackup else { return true }
      return now.secondsSince(lastBackup) > 2 * backupEvery
    }
  }

  public var mailboxes: [MailboxCount] = []
  public var quota: Quota?
  public var certificates: [CertificateDate] = []
  /// As the server announced them after the login.
  public var capabilities: [String] = []
  /// IDLE is running: the server tells of arrivals by itself.
  public var isPushed = false
  public var failedOperations = 0
  public var unsentCopies = 0
  /// Changes of flags that the server would not take, and that are offered again.
  public var waitingFlags = 0
  /// Mailboxes that were followed, or are configured, and that the server does not list now.
  public var missingMailboxes: [String] = []
  /// Mailboxes that the server lists and would not open at the last look.
  public var refusedMailboxes: [String] = []
  public var crl: RevocationList?
  /// nil while everything that arrived is where it belongs.
  public var heldExports: HeldExports?
  /// Kept apart in the store; nil for a BAL of one machine.
  public var teamLog: TeamLogHealth?
  /// Kept apart in the store as well.
  public var upkeep = Upkeep()

  public init() {}

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    mailboxes = try box.decodeIfPresent([MailboxCount].self, forKey: .mailboxes) ?? []
    quota = try box.decodeIfPresent(Quota.self, forKey: .quota)
    certificates = try box.decodeIfPresent([CertificateDate].self, forKey: .certificates) ?? []
    capabilities = try box.decodeIfPresent([String].self, forKey: .capabilities) ?? []
    isPushed = try box.decodeIfPresent(Bool.self, forKey: .isPushed) ?? false
    failedOperations = try box.decodeIfPresent(Int.self, forKey: .failedOperations) ?? 0
    unsentCopies = try box.decodeIfPresent(Int.self, forKey: .unsentCopies) ?? 0
    waitingFlags = try box.decodeIfPresent(Int.self, forKey: .waitingFlags) ?? 0
    missingMailboxes = try box.decodeIfPresent([String].self, forKey: .missingMailboxes) ?? []
    refusedMailboxes = try box.decodeIfPresent([String].self, forKey: .refusedMailboxes) ?? []
    crl = try box.decodeIfPresent(RevocationList.self, forKey: .crl)
    heldExports = try box.decodeIfPresent(HeldExports.self, forKey: .heldExports)
    teamLog = try box.decodeIfPresent(TeamLogHealth.self, forKey: .teamLog)
  }
}
