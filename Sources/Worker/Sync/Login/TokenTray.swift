import Synchronization

/// Where a person's screen lays a token for the worker: in memory only, and not for long.
///
/// Used by the thread of the worker's socket and by the one that logs in.
public final class TokenTray: Sendable {
  private struct Token {
    var text: String
    var until: ContinuousClock.Instant
  }

  private let token = Mutex<Token?>(nil)

  public init() {}

  /// Takes a token in, in place of one before; false when it cannot be one.
  ///
  /// - Parameter life: how long it is worth trying; two minutes with Pro Santé Connect (domain note
  ///   1.24), less what the way took.
  public func offer(_ text: String, for life: Duration = .seconds(110)) -> Bool {
    // The bytes of a bearer token (RFC 6750, 2.1) and no more: none can end a line or a field.
    let isToken =
      (1...SyncLimits.secretBytes).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    guard isToken else { return false }
    token.withLock { $0 = Token(text: text, until: .now + life) }
    return true
  }

  /// nil when there is none that is worth an attempt.
  func current() -> String? {
    token.withLock { token in
      if let known = token, known.until <= .now { token = nil }
      return token?.text
    }
  }

  /// The server does not want it: it is not shown again.
  func drop(_ text: String) {
    token.withLock { if $0?.text == text { $0 = nil } }
  }
}
