import Domain
import Logging
import Store
import TeamLog

/// What the machines of the officine share, and what proves that one of them speaks.
public struct TeamLogAccount: Sendable {
  /// The mailbox above the epochs, levels between `/`.
  public var mailbox: String
  /// Its first line of output is the key; run when it is needed, as a password command.
  public var keyCommand: [String]

  public init(mailbox: String, keyCommand: [String]) {
    self.mailbox = mailbox
    self.keyCommand = keyCommand
  }
}

/// Reads the team log, says what this machine has to say, and waits until it was heard.
///
/// Used by one thread; its connection is its own. What is here and what is there is decided by the
/// store (`absorb`); here is only which mailbox, and which bytes.
final class LogClerk {
  let account: TeamLogAccount
  let address: String
  let store: OfficineStore
  let `operator`: LogOperator
  var limits = LogLimits()
  let stop: Stop
  let now: @Sendable () -> Timestamp
  let log: Logger?
  /// Rung by the server's own word while the log is watched.
  let pulse = Pulse()
  var line: (any LogRoad)?
  var key: LogKey?
  /// What this machine called the BAL before its configuration was changed.
  private var former: [String] = []
  /// Said over this connection and not seen yet: never said twice over one connection.
  var said: Set<String> = []
  /// What the opened mailbox holds, as far as it was told over this connection.
  var seen: Set<UInt32> = []
  /// When the epochs of the mailbox were last listed.
  var lookedAt: ContinuousClock.Instant?
  private var isWatchRefused = false
  /// Looks in a row that did not show what was said.
  private var vainLooks = 0
  /// False once the server has refused to take an older epoch away, over this connection.
  var mayClear = true
  /// When this process last began an epoch because the one before was lost.
  var renewedAt: ContinuousClock.Instant?

  init(
    _ account: TeamLogAccount, address: String, store: OfficineStore, operator: LogOperator,
    stop: Stop, log: Logger?, now: @escaping @Sendable () -> Timestamp
  ) {
    self.account = account
    self.address = address
    self.store = store
    self.operator = `operator`
    self.stop = stop
    self.log = log
    self.now = now
  }

  /// Ends the connection; what was said and not seen is said again over the next one.
  func drop() {
    line?.close()
    line = nil
    (said, seen, lookedAt) = ([], [], nil)
    isWatchRefused = false
    mayClear = true
  }

  /// Nothing more is asked of the server.
  func close() {
    drop()
    `operator`.close()
  }

  /// Whether something waits to be said.
  func hasErrand() throws(SyncFailure) -> Bool {
    guard let state = try state() else { return false }
    if state.pending > 0 { return true }
    return try isWished(state)
  }

  func state() throws(SyncFailure) -> TeamLogState? {
    try stored { () throws(StoreError) in try store.teamLog() }
  }

  // MARK: - A pass

  /// Everything that the others said, then everything of ours, until it was seen in its place.
  ///
  /// - Returns: true when something of ours was said and not seen: worth another look soon.
  func pass() throws(SyncFailure) -> Bool {
    var wasOpen = line != nil
    while true {
      do throws(SyncFailure) {
        return try attempt()
      } catch {
        drop()
        if try isForbidden(error) { throw .teamLog(.forbidden) }
        // A connection that the server closed while it idled is no outage: once more, freshly.
        guard wasOpen, error == .connectionLost || error == .limit else { throw error }
        wasOpen = false
      }
    }
  }

  /// The server does not let the log begin here: one host works as before. Once the log is on, a
  /// refusal is a trouble like any other: what waits for the other machines keeps waiting.
  private func isForbidden(_ failure: SyncFailure) throws(SyncFailure) -> Bool {
    guard failure == .refused("CREATE") || failure == .refused("SELECT") else { return false }
    return try state() == nil
  }

  private func attempt() throws(SyncFailure) -> Bool {
    let line = try connected()
    try endWatch(line)
    try noteReader()
    try settle(line)
    var turns = 0
    while true {
      try stop.check()
      let seen = try turn(line)
      // What was sealed or lost goes on elsewhere.
      if try mustMove(line) {
        turns += 1
        guard turns < limits.movesAtOnce else { throw .violation }
        try settle(line)
        continue
      }
      let isWaiting = try state().map { $0.pending > 0 } ?? false
      if !isWaiting || !seen {
        note(vain: isWaiting)
        return isWaiting
      }
    }
  }

  /// What was said and does not appear, for somebody took it away at once, is said again: that is
  /// harmless, and nothing may wait for ever.
  private func note(vain isVain: Bool) {
    vainLooks = isVain ? vainLooks + 1 : 0
    guard vainLooks > Self.looksBeforeRepeat else { return }
    (vainLooks, said) = (0, [])
  }

  private static let looksBeforeRepeat = 20

  /// Seconds a server has to confirm the end of IDLE before it counts as gone.
  private static let donePatience: Int64 = 15

  /// A server that offers to tell and refuses to is asked now and then, over this connection.
  private func endWatch(_ line: any LogRoad) throws(SyncFailure) {
    do throws(SyncFailure) {
      _ = try line.endWatch(patience: Self.donePatience)
    } catch {
      guard error == .refused("IDLE") else { throw error }
      isWatchRefused = true
    }
  }

  /// What another key or an older version of this program could not read is read now; a BAL that
  /// got another name is said anew under it.
  func noteReader() throws(SyncFailure) {
    let name = LogMessage.name(address)
    former = try stored { () throws(StoreError) in try store.noteTeamLogAddress(name) }
    guard let mark = key?.mark else { return }
    let isAnew = try stored { () throws(StoreError) in
      try store.noteTeamLogReader(key: mark, version: LogMessage.version)
    }
    if isAnew { log?.warning("the team log is read with another key") }
  }

  private func connected() throws(SyncFailure) -> any LogRoad {
    if let line { return line }
    // Before anybody is asked: without a key there is nothing to say or to believe.
    if key == nil { key = try fetchKey() }
    let made = try `operator`.connect()
    line = made
    return made
  }

  private func fetchKey() throws(SyncFailure) -> LogKey {
    do throws(SyncFailure) {
      guard let key = LogKey(try Secrets.firstLine(of: account.keyCommand, stop: stop)) else {
        throw SyncFailure.teamLog(.key)
      }
      return key
    } catch {
      throw error == .secret ? .teamLog(.key) : error
    }
  }

  /// True when the server now tells of colleagues' gestures by itself.
  func beginWatch() -> Bool {
    guard let line, line.canWatch, !isWatchRefused else { return false }
    line.beginWatch(pulse, known: seen.count)
    return true
  }

  // MARK: - One exchange

  /// Says what waits, hears what is new; true when anything was heard.
  private func turn(_ line: any LogRoad) throws(SyncFailure) -> Bool {
    guard let state = try state(), line.opened == state.epoch else { return false }
    let parcels = try waiting(state) + (try farewell(state))
    var messages: [[UInt8]] = []
    for parcel in parcels { messages.append(try bytes(parcel, state.epoch)) }
    // What is under way may have arrived even if the line breaks now.
    said.formUnion(parcels.map(\.id))
    let found = try line.exchange(messages, from: state.through &+ 1)
    try take(found.messages, epoch: state.epoch, validity: line.validity)
    seen.formUnion(found.messages.map(\.uid))
    // What was heard is taken in first: a full quota must not make this machine deaf too.
    if let refusal = found.refusal { throw refusal }
    try recount(line, state.epoch, exists: found.exists)
    return !found.messages.isEmpty
  }

  /// What may be said now and was not yet over this connection.
  private func waiting(_ state: TeamLogState) throws(SyncFailure) -> [LogParcel] {
    guard state.isOpen, state.pending > 0 else { return [] }
    return try stored { () throws(StoreError) in
      try store.pendingParcels(limit: Self.parcelsAtOnce)
    }.filter { !said.contains($0.id) }
  }

  private static let parcelsAtOnce = 16

  func bytes(_ parcel: LogParcel, _ epoch: Int) throws(SyncFailure) -> [UInt8] {
    guard let key else { throw .teamLog(.key) }
    do throws(TeamLogError) {
      return try LogMessage.bytes(
        of: parcel, epoch: epoch, address: address, key: key, at: now())
    } catch {
      // The store cuts what it says into parcels far below the cap.
      log?.error("a parcel of the team log cannot be written")
      throw .violation
    }
  }

  /// Gives the store what the server said, in portions that keep its transactions short.
  func take(
    _ messages: [(uid: UInt32, bytes: [UInt8]?)], epoch: Int, validity: UInt32
  ) throws(SyncFailure) {
    guard let key else { throw .teamLog(.key) }
    for start in stride(from: 0, to: messages.count, by: Self.messagesAtOnce) {
      var entries: [LogBatch.Entry] = []
      var obstacle: SyncFailure?
      for message in messages[start..<min(start + Self.messagesAtOnce, messages.count)] {
        do throws(SyncFailure) {
          let parcel = try message.bytes.flatMap { bytes throws(SyncFailure) in
            try read(bytes, epoch, key)
          }
          entries.append(LogBatch.Entry(uid: message.uid, parcel: parcel))
        } catch {
          obstacle = error
          break
        }
      }
      if let last = entries.last {
        try absorb(
          LogBatch(epoch: epoch, uidValidity: validity, through: last.uid, entries: entries))
      }
      // What lies behind it is read when a person has said which address is the right one.
      if let obstacle { throw obstacle }
    }
  }

  func absorb(_ batch: LogBatch) throws(SyncFailure) {
    let moment = now()
    let outcome = try stored { () throws(StoreError) in try store.absorb(batch, now: moment) }
    if outcome.isReordered { log?.warning("the team log was read in another order") }
  }

  private static let messagesAtOnce = 100

  func reading(_ bytes: [UInt8], _ epoch: Int, _ key: LogKey) -> LogMessage.Reading {
    LogMessage.read(bytes, epoch: epoch, address: address, former: former, key: key)
  }

  private func read(
    _ bytes: [UInt8], _ epoch: Int, _ key: LogKey
  ) throws(SyncFailure) -> LogParcel? {
    switch reading(bytes, epoch, key) {
    case .parcel(let parcel): return parcel
    case .otherAddress(let other): throw .otherAddress(here: address, there: other)
    case .ignored(let reason):
      log?.warning("a message of the team log was ignored: \(reason.rawValue)")
      return nil
    }
  }

  /// A message that came to lie below what was read would never be asked for: the server's count
  /// tells (design 5).
  private func recount(
    _ line: any LogRoad, _ epoch: Int, exists: Int
  ) throws(SyncFailure) {
    if exists != seen.count { try catchUp(line, epoch) }
  }

  /// These messages of the opened mailbox, some at a time.
  func readAll(_ uids: [UInt32], _ line: any LogRoad, epoch: Int) throws(SyncFailure) {
    for start in stride(from: 0, to: uids.count, by: Self.messagesAtOnce) {
      try stop.check()
      let part = Array(uids[start..<min(start + Self.messagesAtOnce, uids.count)])
      try take(try line.fetch(part).messages, epoch: epoch, validity: line.validity)
    }
  }
}
