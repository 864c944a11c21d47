public import Desk
public import Domain

/// The locked screen, and saying who one is.
public protocol LockStrings {
  var locked: String { get }
  /// What F1 says: what to type, and what to do when the code is forgotten.
  func lockAdvice(asksPIN: Bool) -> String
  /// Enter and F1, in the bottom line.
  var lockHint: String { get }
  /// Over the two lines of a new code.
  var chooseOwnPIN: String { get }
  /// Something written waits for the disk.
  var keepingText: String { get }
  func problem(_ problem: IdentityProblem, now: Timestamp) -> String
  /// Numbers are shown whole for so many seconds; `key` hides them, where it acts.
  func revealed(seconds: Int64, key: String?) -> String
}
