/// A connection to the mailboxes of the team log; ``LogLine`` is the one over IMAP.
protocol LogRoad: AnyObject {
  var opened: Int? { get }
  /// UIDVALIDITY of the opened mailbox.
  var validity: UInt32 { get }
  var canWatch: Bool { get }
  func epochs() throws(SyncFailure) -> [Int]
  func create(_ epoch: Int) throws(SyncFailure)
  func delete(_ epoch: Int) throws(SyncFailure)
  func open(_ epoch: Int) throws(SyncFailure) -> UInt32?
  func present() throws(SyncFailure) -> [UInt32]?
  func fetch(_ uids: [UInt32]) throws(SyncFailure) -> LogLine.Found
  func exchange(_ messages: [[UInt8]], from uid: UInt32) throws(SyncFailure) -> LogLine.Found
  func beginWatch(_ pulse: Pulse, known: Int)
  func endWatch(patience: Int64) throws(SyncFailure) -> Int?
  func close()
}

extension LogLine: LogRoad {}

/// Who keeps the mailboxes: gives connections, until nobody needs any.
struct LogOperator {
  let connect: () throws(SyncFailure) -> any LogRoad
  let close: () -> Void

  init(connect: @escaping () throws(SyncFailure) -> any LogRoad, close: @escaping () -> Void) {
    self.connect = connect
    self.close = close
  }

  init(_ backend: IMAPBackend, _ account: TeamLogAccount) {
    self.init(
      connect: { () throws(SyncFailure) in
        try LogLine(try backend.open(), path: account.mailbox)
      },
      close: { backend.close() })
  }
}

/// When a log is renewed, and how long others are waited for.
struct LogLimits: Sendable {
  /// Messages after which an epoch is closed and everything said anew in a shorter one.
  var fullAt = 20_000
  /// Seconds that an empty machine waits before a person is asked.
  var patience: Int64 = 600
  /// Seconds that older epochs wait for the machine that wrote the checkpoint of this one.
  var keeperPatience: Int64 = 3_600
  /// Between two looks for a newer epoch, beside those that a seal or a loss calls for.
  var lookEvery = Duration.seconds(60)
  /// Looks for the end of another machine's checkpoint, and the milliseconds before each.
  var otherLooks = 8
  var otherPause: Int32 = 250
  /// Between two renewals because messages were taken away.
  var renewEvery = Duration.seconds(600)
  /// Epochs that may follow one another in one pass.
  var movesAtOnce = 8
}
