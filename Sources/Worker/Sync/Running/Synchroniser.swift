public import Documents
public import Domain
import Glibc
public import Logging
public import Store

/// One BAL, one store, one pass after the other; the holder of the lease owns exactly one.
///
/// Used by one thread. A session with the server stays open between passes and is opened anew when
/// it was lost.
public final class Synchroniser {
  let account: Account
  let store: OfficineStore
  let decoder: DecoderClient
  let stop: Stop
  let now: @Sendable () -> Timestamp
  let log: Logger?
  let memory: FlagMemory
  let settlements = Settlements()
  let lessons = Lessons()
  /// Mailboxes that were not opened at the last look.
  var refusedMailboxes: Set<String> = []
  /// What the server withheld is asked for at once: a new service, or a person's wish.
  var asksAgain = true
  let backend: any Backend
  /// Whose secret opens the BAL; nil for a Maildir.
  let desk: LoginDesk?
  /// The exchange with the other machines, while a service runs.
  var logThread: LogThread?
  let life: LifeSign
  /// What the log is told once, when it is over.
  private var hasFailed = true
  var session: (any MailSession)?
  /// Rung by the server's own word while it is watched.
  let pulse = Pulse()
  var health: SyncHealth
  /// When capabilities and quota are asked again; nil: now.
  var factsDue: Timestamp?
  private var status: SyncStatus
  var hold: OutboxHold?
  /// What the screens are told of it; outlives this process in the store.
  var sending: SendingTrouble?
  /// Of the service; for how long the outbox waits.
  var rhythm = Rhythm()
  /// How many seconds a pass waits for what is being sent; nil: until it ends. Then it goes on
  /// beside the service, which the pulse wakes.
  var sendingPatience: Int64?
  private(set) lazy var outbox = OutboxThread(pulse)
  /// Flag changes that the server would not take: not worth a new attempt before the next pass.
  private var lastPushed: Int64 = 0
  /// The newest change of a flag that a pass has seen to its end.
  var offeredFlags: Int64 = 0

  public init(
    account: Account, store: OfficineStore, decoder: DecoderClient, stop: Stop,
    log: Logger? = nil, life: LifeSign = LifeSign(), now: @escaping @Sendable () -> Timestamp
  ) throws(SyncFailure) {
    // A server or child that closes its end must be an error here, not the end of the worker.
    signal(SIGPIPE, SIG_IGN)
    self.account = account
    self.store = store
    self.decoder = decoder
    self.stop = stop
    self.log = log
    self.life = life
    self.now = now
    memory = FlagMemory(store: store)
    status = try stored { () throws(StoreError) in try store.syncStatus() }
    sending = status.sending
    // Another process met it: this one tries the way afresh, and T08 is kept by the desk.
    if sending != nil { try stored { () throws(StoreError) in try store.hastenOutgoing() } }
    health = try stored { () throws(StoreError) in try store.health() }
    if case .imap(let imap) = account.backend { store.setHolder(imap.login.user) }
    do throws(SyncFailure) {
      switch account.backend {
      case .imap(let imap):
        let desk = LoginDesk(imap.login, store: store, stop: stop)
        self.desk = desk
        backend = try IMAPBackend(
          imap, desk: desk, directory: store.directory, stop: stop, life: life)
      case .maildir(let maildir):
        desk = nil
        backend = try MaildirBackend(maildir, store: store, stop: stop)
      }
    } catch {
      try Self.tell(error.phase, error.code, in: store, now: now())
      throw error
    }
  }

  /// What keeps a worker from even beginning stands in the sync cell as well: the screen that
  /// started it hears nothing else of it.
  public static func tell(
    _ phase: SyncStatus.Phase, _ code: String, in store: OfficineStore, now: Timestamp
  ) throws(SyncFailure) {
    try stored { () throws(StoreError) in
      let last = try store.syncStatus()
      let isSame = last.phase == phase && last.failure == code
      var status = SyncStatus(
        phase: phase, since: isSame ? last.since : now, lastSuccess: last.lastSuccess,
        failure: code)
      status.sending = last.sending
      try store.setSyncStatus(status, now: now)
    }
  }

  /// Ends the session and everything of the network.
  public func close() {
    logThread?.end()
    logThread = nil
    // What is behind its dot is waited for, unless stopping is asked: that ends its connection.
    outbox.wait(atMost: nil)
    session?.close()
    session = nil
    backend.close()
    forgetPush()
  }

  /// From now on nobody is told of arrivals.
  private func forgetPush() {
    guard health.isPushed else { return }
    health.isPushed = false
    do throws(SyncFailure) { try keepHealth() } catch {
      // The screen believes it only of a service that is there; the next one says it anew.
      log?.warning("health not kept: \(error.code)")
    }
  }

  /// Directories whose changes mean new mail; empty for a server.
  var watched: [String] { backend.watched }

  // MARK: - A whole pass

  /// Receives, sends, keeps copies, pushes flags; the sync status tells the truth all along, also
  /// when this throws.
  public func pass() throws(SyncFailure) -> SyncReport {
    let began = ContinuousClock.now
    var report = SyncReport()
    do throws(SyncFailure) {
      try attempts(&report)
    } catch {
      try fail(error)
    }
    try confirm()
    let spent = ContinuousClock.now - began
    report.durationMs = Int(
      spent.components.seconds * 1000 + spent.components.attoseconds / 1_000_000_000_000_000)
    if let line = report.line { log?.info("\(line)") }
    return report
  }

  /// The server answered: what is here is what is there.
  func confirm() throws(SyncFailure) {
    status = SyncStatus(
      phase: .upToDate, since: status.phase == .upToDate ? status.since : now(),
      lastSuccess: now())
    try tell()
    if hasFailed { log?.info("in touch") }
    hasFailed = false
  }

  /// When the next attempt comes by itself; nil when it waits for a person.
  func announce(nextAttempt: Timestamp?) throws(SyncFailure) {
    guard status.nextAttempt != nextAttempt else { return }
    status.nextAttempt = nextAttempt
    status.sending = sending
    let status = status
    // A store that cannot be written now is told about by the failure itself.
    do throws(StoreError) {
      try store.keepSyncStatus(status)
    } catch {
      guard case .busy = error else { throw SyncFailure(error) }
    }
  }

  // MARK: - Documents

  /// Reads documents that wait, newest first, and says whether more wait. Needs no server, so a
  /// service does it in small portions between its looks at the mailbox.
  public func readDocuments(
    atMost limit: Int, _ report: inout SyncReport
  ) throws(SyncFailure) -> Bool {
    try DocumentsPass(store: store, decoder: decoder, now: now, stop: stop)
      .run(atMost: limit, &report)
  }

  // MARK: - Errands

  /// What the doorbell may mean for the server: something to send, a flag to push. Cheap when it
  /// was somebody else's bell.
  func errands() throws(SyncFailure) -> SyncReport? {
    let newest = try stored { () throws(StoreError) in try store.newestFlagChange() }
    let moment = now()
    let isDue = try nextSending().map { $0 <= moment } ?? false
    let operation = try nextOperation()
    guard isDue || newest > lastPushed || operation.map({ $0 <= moment }) ?? false else {
      return nil
    }
    lastPushed = newest
    return try pass()
  }

  /// When the next operation on the server is to be carried out; nil when none waits.
  private func nextOperation() throws(SyncFailure) -> Timestamp? {
    let moment = now()
    return try stored { () throws(StoreError) in try store.nextOperation(now: moment) }
  }

  /// When something of ours is due at the server without anybody ringing.
  func nextErrand() throws(SyncFailure) -> Timestamp? {
    [try nextSending(), try nextOperation()].compactMap { $0 }.min()
  }

  // MARK: - The truth on every screen

  /// Before the first pass of all, the screen knows nothing else of a service that is at work.
  func begin() throws(SyncFailure) {
    guard status.phase == .never else { return }
    status = SyncStatus(phase: .working, since: now())
    try tell()
  }

  func tell(_ progress: SyncProgress) throws(SyncFailure) {
    if status.phase != .working {
      status = SyncStatus(phase: .working, since: now(), lastSuccess: status.lastSuccess)
    }
    status.done = progress.done
    status.total = progress.total
    status.bytesDone = progress.bytesDone
    status.bytesTotal = progress.bytesTotal
    try tell()
    life.moved()
    onProgress?(progress)
  }

  /// For a progress line; called after each message.
  public var onProgress: ((_ progress: SyncProgress) -> Void)?

  private func tell() throws(SyncFailure) {
    status.sending = sending
    try stored { () throws(StoreError) in try store.setSyncStatus(status, now: now()) }
  }

  func fail(_ failure: SyncFailure) throws(SyncFailure) -> Never {
    drop()
    if failure != .stopped {
      log?.warning("pass ended: \(failure.code)")
      hasFailed = true
      let isSame = status.phase == failure.phase && status.failure == failure.code
      status = SyncStatus(
        phase: failure.phase, since: isSame ? status.since : now(),
        lastSuccess: status.lastSuccess, failure: failure.code)
      health.isPushed = false
      // The first of a row: an outage of hours is one line, and its login attempts the others.
      if !isSame { try? trace("pass", failure.code) }
    } else if status.phase == .working {
      status.phase = status.lastSuccess == nil ? .never : .upToDate
    }
    // A store that cannot be written cannot keep the status either; the failure itself is thrown.
    if case .store = failure { throw failure }
    // Whoever reads « hors ligne » reads the rest as it is by then.
    try keepHealth()
    try tell()
    throw failure
  }

  func drop() {
    session?.close()
    session = nil
  }

  func trace(_ action: String, _ answer: String) throws(SyncFailure) {
    try stored { () throws(StoreError) in
      try store.trace(
        TraceEntry(author: .mailbox, action: action, answer: answer), now: now())
    }
  }
}
