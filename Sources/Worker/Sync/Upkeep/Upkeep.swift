public import Domain
import Foundation
public import Logging
public import Store
import Synchronization

/// What a service does for a store besides the mail.
public struct UpkeepPlan: Sendable {
  public var bal: String
  public var anchors: AnchorBook?
  /// Seconds that traces are kept.
  public var keepTraces: Int64
  /// Seconds after which finished work is purged; nil: never by itself.
  public var retention: Int64?
  public var isRetentionOnServer: Bool
  /// nil: no copies by itself.
  public var backup: BackupPlan?
  /// What rings and when, for the trace of a change.
  public var alarms = ""

  /// What is a responsable's to decide.
  var summary: String {
    let mail = retention.map { "\($0)" } ?? "off"
    return "mail=\(mail) server=\(isRetentionOnServer ? 1 : 0) traces=\(keepTraces)"
      + (alarms.isEmpty ? "" : " " + alarms)
  }

  public init(
    bal: String, anchors: AnchorBook?, keepTraces: Int64, retention: Int64? = nil,
    isRetentionOnServer: Bool = false, backup: BackupPlan? = nil
  ) {
    (self.bal, self.anchors, self.keepTraces) = (bal, anchors, keepTraces)
    (self.retention, self.isRetentionOnServer) = (retention, isRetentionOnServer)
    self.backup = backup
  }
}

/// Anchors, purges and copies, one after the other on a thread of their own: neither mail nor a
/// screen waits for them. Only the holder of the lease has one.
public final class Upkeep: Sendable {
  private struct State {
    var isRunning = false
    var isEnding = false
    var next = ContinuousClock.now
    /// Told once.
    var told: Set<String> = []
  }

  private let store: OfficineStore
  private let plan: UpkeepPlan
  private let now: @Sendable () -> Timestamp
  private let log: Logger?
  private let stop: Stop
  /// Between two looks, in seconds.
  private let interval: Int64
  private let state = Mutex(State())
  private let running = DispatchGroup()

  public init(
    store: OfficineStore, plan: UpkeepPlan, stop: Stop, log: Logger? = nil, interval: Int64 = 300,
    now: @escaping @Sendable () -> Timestamp
  ) {
    (self.store, self.plan, self.stop, self.log) = (store, plan, stop, log)
    (self.interval, self.now) = (interval, now)
  }

  /// When it is looked at again; a round that takes long keeps the service from nothing.
  var next: ContinuousClock.Instant {
    state.withLock { $0.isRunning ? max($0.next, .now + .seconds(5)) : $0.next }
  }

  /// Begins a round when its time has come and none is under way.
  func runIfDue() {
    let isDue = state.withLock { state in
      guard !state.isRunning, !state.isEnding, .now >= state.next else { return false }
      state.isRunning = true
      state.next = .now + .seconds(interval)
      return true
    }
    guard isDue else { return }
    running.enter()
    Thread.detachNewThread { [self] in
      runNow()
      state.withLock { $0.isRunning = false }
      running.leave()
    }
  }

  /// A whole round on this thread. What fails is told once and tried again the next time; it keeps
  /// nothing else from being done.
  public func runNow() {
    attempt("configuration") { () throws(StoreError) in
      try store.noteConfigured(plan.summary, now: now())
    }
    attempt("anchor") { () throws(StoreError) in try anchor() }
    attempt("purge") { () throws(StoreError) in try purge() }
    attempt("journal") { () throws(StoreError) in try purgeJournal() }
    attempt("backup") { () throws(StoreError) in try backup() }
  }

  /// Waits for a round that is under way, which ends at its next step, and anchors the journal for
  /// the last time.
  public func close() {
    state.withLock { $0.isEnding = true }
    running.wait()
    attempt("anchor") { () throws(StoreError) in
      guard let anchors = plan.anchors else { return }
      try anchors.keep(store, .quit, now: now())
    }
  }

  private var isEnding: Bool { stop.isRequested || state.withLock { $0.isEnding } }

  private func attempt(_ what: String, _ body: () throws(StoreError) -> Void) {
    do throws(StoreError) {
      try body()
      state.withLock { _ = $0.told.remove(what) }
    } catch {
      let isNew = state.withLock { $0.told.insert(what).inserted }
      if isNew { log?.warning("upkeep failed: \(what)") }
    }
  }

  // MARK: - Anchors

  private func anchor() throws(StoreError) {
    guard let anchors = plan.anchors else { return }
    let isKept = try anchors.keep(store, .daily, now: now())
    try store.noteUpkeep(.anchorFailed, isKept ? nil : "anchor.file")
    if !isKept { throw .cannotOpen(.notWritable) }
  }

  // MARK: - Purges

  /// Content goes as soon as it is certain to go, in small steps. The files are cleaned of it once
  /// a day, at night, for nobody can write meanwhile; never for nothing. What a person began goes
  /// on at once.
  private func purge() throws(StoreError) {
    // A shutdown, or a writer that was faster, may have left a cleaning to the morning's work.
    if try !isTimeToClean() { _ = try store.putOffCleaning(now: now()) }
    try goOn()
    if try store.beginToldPurge(now: now()) { try goOn() }
    try purgeOld()
    if try isTimeToClean(), try store.beginCleaning(now: now()) { try goOn() }
  }

  /// Once a day, at night; after two days without a night at any hour: some machines are never on
  /// at night.
  private func purgeOld() throws(StoreError) {
    guard let retention = plan.retention, try isNight(.purgedAt), try store.purgeState() == nil
    else { return }
    let before = now().adding(seconds: -retention)
    let survey = try store.retentionSurvey(before: before)
    try store.noteUpkeep(.purgedAt, String(now().milliseconds))
    try store.noteUpkeep(.unfinished, survey.unfinished == 0 ? nil : String(survey.unfinished))
    guard !survey.isEmpty else { return }
    _ = try store.beginPurge(
      before: before, server: plan.isRetentionOnServer, cleansLater: true, by: .mailbox,
      now: now())
    try goOn()
  }

  /// Not twice a night; at any hour only where two days went by without one.
  private func isTimeToClean() throws(StoreError) -> Bool {
    guard let since = try hours(since: .uncleanedSince) else { return false }
    if since < 0 || since >= 47 { return true }
    let last = try hours(since: .cleanedAt) ?? 12
    return isNightHour && (last < 0 || last >= 12)
  }

  private var isNightHour: Bool { (1..<6).contains(CivilTime(now()).hour) }

  private func hours(since note: UpkeepNote) throws(StoreError) -> Int64? {
    guard let at = try store.upkeepNote(note).flatMap({ Int64($0) }) else { return nil }
    return now().secondsSince(Timestamp(milliseconds: at)) / 3600
  }

  private func goOn() throws(StoreError) {
    var last: PurgeState?
    while !isEnding, let state = try store.continuePurge(now: now()) {
      // A reader keeps the log: at the next look.
      if state == last { return }
      last = state
    }
  }

  private func purgeJournal() throws(StoreError) {
    guard try isNight(.journalPurgedAt) else { return }
    try store.noteUpkeep(.journalPurgedAt, String(now().milliseconds))
    var lines = 0
    while !isEnding {
      let count = try store.purgeJournal(
        before: now().adding(seconds: -plan.keepTraces), by: .mailbox, now: now())
      if count == 0 { break }
      lines += count
    }
    // The new beginning is anchored before anybody can write another one.
    if lines > 0, let anchors = plan.anchors { try anchors.keep(store, .purge, now: now()) }
  }

  private func isNight(_ note: UpkeepNote) throws(StoreError) -> Bool {
    guard let hours = try hours(since: note) else { return true }
    return hours < 0 || hours >= 47 || (hours >= 12 && isNightHour)
  }

  // MARK: - Copies

  private func backup() throws(StoreError) {
    try store.noteUpkeep(.backupEvery, plan.backup.map { String($0.every) })
    guard let backup = plan.backup, !isEnding else { return }
    guard backup.isDue(try store.backupHistory().lastSuccess, now: now()) else { return }
    let maker = BackupMaker(store: store, now: now) { [self] in isEnding }
    backup.rotate(plan.bal)
    do throws(BackupFailure) {
      _ = try maker.make(
        at: backup.path(of: plan.bal, at: now()), for: backup.keys, by: .mailbox)
    } catch {
      if case .store(let problem) = error { throw problem }
      if error == .busy || error == .stopped { return }
      throw .cannotOpen(.notWritable)
    }
    backup.rotate(plan.bal)
    if let anchors = plan.anchors { try anchors.keep(store, .backup, now: now()) }
  }
}
