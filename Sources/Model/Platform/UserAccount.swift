import Glibc

/// The account of the operating system that this process runs for: getpwuid(3) in plain values.
public struct UserAccount: Sendable {
  /// Empty when the machine knows no name for it.
  public let name: String

  public init() {
    guard let account = getpwuid(getuid()), let text = account.pointee.pw_name else {
      name = ""
      return
    }
    name = String(cString: text)
  }
}
