import CCrypt

/// A member's code: attribution of a gesture, not strong authentication (design 9).
public enum PIN {
  /// The system could not hash; its errno.
  public struct Failure: Error, Hashable, Sendable {
    public var code: Int32
  }

  /// A yescrypt hash with a salt of its own, in the form of crypt(5).
  public static func hash(_ pin: String) throws(Failure) -> String {
    var output = [CChar](repeating: 0, count: Int(MSS_CRYPT_SIZE))
    let problem = mss_crypt_new(pin, &output, output.count)
    guard problem == 0 else { throw Failure(code: problem) }
    return text(output)
  }

  /// Whether `pin` made that hash. A damaged hash fits no PIN.
  public static func verify(_ pin: String, hash: String) -> Bool {
    // Debian's shadow also holds weaker schemes; none of them was made here.
    guard hash.hasPrefix("$y$"), !pin.utf8.contains(0) else { return false }
    var output = [CChar](repeating: 0, count: Int(MSS_CRYPT_SIZE))
    guard mss_crypt_again(pin, hash, &output, output.count) == 0 else { return false }
    return mss_crypt_equal(text(output), hash) == 1
  }

  private static func text(_ output: [CChar]) -> String {
    String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
