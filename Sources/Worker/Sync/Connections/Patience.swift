import NIOCore

/// How long a server may take, in milliseconds; a test makes it shorter.
public struct Patience: Hashable, Sendable {
  /// Without progress while it owes an answer: known within a minute (S18). Progress is a whole
  /// response, or ``step`` bytes of one: a byte now and then is none (I04). What leaves us is
  /// progress too.
  public var silence: Int64 = 55_000
  /// After the final dot of a mail. RFC 5321, 4.5.3.2.6 asks for ten minutes: giving up early
  /// makes an « envoi incertain » of a mail that arrived.
  public var verdict: Int64 = 600_000
  /// Everything from the first packet to the login's answer, without the time that is ours
  /// (a password command).
  public var login: Int64 = 60_000
  /// One command, beside the time that its bytes need at ``rate``.
  public var command: Int64 = 600_000
  /// Bytes a second: the slowest line that is still used for something large.
  public var rate: Int64 = 1_024

  /// A whole submission by SMTP, beside the verdict and the time that the mail needs at ``rate``.
  public var submission: Int64 = 600_000

  func submission(_ bytes: Int) -> TimeAmount {
    .milliseconds(submission + verdict + Int64(bytes) * 1_000 / max(1, rate))
  }

  static let step = 1_024

  public init() {}
}

/// What a server owes us, and until when: the clock of one IMAP connection.
struct Debt {
  private let patience: Patience
  /// Since when it owes the oldest answer, or paid the last one; nil: it owes nothing.
  private var since: NIODeadline?
  private var progress: NIODeadline
  /// Of this answer, and of the response that is on its way.
  private(set) var bytes: Int64 = 0
  private var sent: Int64 = 0
  private var piece = 0
  /// What earlier answers took, before the login was done.
  private var spent: TimeAmount = .zero
  private var isLoggedIn = false

  init(_ patience: Patience, at now: NIODeadline) {
    self.patience = patience
    progress = now
  }

  /// An answer is awaited from now on, if none was before.
  mutating func owe(at now: NIODeadline) {
    guard since == nil else { return }
    since = now
    progress = now
    bytes = 0
    sent = 0
  }

  /// - Parameter isWhole: a response was complete with them.
  mutating func came(_ count: Int, isWhole: Bool, at now: NIODeadline) {
    bytes += Int64(count)
    piece += count
    guard isWhole || piece >= Patience.step else { return }
    piece = 0
    progress = now
  }

  /// A piece of a long question is on its way: a copy on a slow line is no silence.
  mutating func left(_ count: Int, at now: NIODeadline) {
    sent += Int64(count)
    progress = now
  }

  /// An answer is complete; `owesMore` says whether others are awaited.
  mutating func settle(owesMore: Bool, isLoggedIn: Bool, at now: NIODeadline) {
    if let since { spent = spent + (now - since) }
    self.isLoggedIn = isLoggedIn
    since = owesMore ? now : nil
    progress = now
    bytes = 0
    sent = 0
  }

  /// When it is too late; nil while nothing is owed.
  var due: NIODeadline? {
    guard let since else { return nil }
    let total: NIODeadline
    if isLoggedIn {
      total =
        since + .milliseconds(patience.command + (bytes + sent) * 1_000 / max(1, patience.rate))
    } else {
      total = since + .milliseconds(patience.login) - spent
    }
    return min(total, progress + .milliseconds(patience.silence))
  }
}
