/// A road to an IMAP server that speaks COMPRESS=DEFLATE for it, written with Python's zlib: an
/// implementation that shares nothing with ours.
public final class Deflater: Sendable {
  /// What happens behind the OK to COMPRESS.
  public enum Mode: String, Sendable { case sound, bomb, garbage, no }

  public let port: Int
  private let process: ChildProcess

  public init(to server: Int, _ mode: Mode) throws {
    port = try Loopback.freePort()
    let script = Products.sourceRoot + "/Tests/TestKit/Servers/deflater.py"
    let process = try ChildProcess("python3", [script, "\(port)", "\(server)", mode.rawValue])
    self.process = process
    try waitUntil("the deflater to listen", seen: { process.errSoFar }) {
      process.errSoFar.contains("READY")
    }
  }

  /// Every line that clients said, compressed or not.
  public var heard: [String] {
    process.errSoFar.split(separator: "\n").filter { $0.hasPrefix("C: ") }
      .map { String($0.dropFirst(3)) }
  }

  /// How many bytes of the bomb were taken before the client closed; nil while it goes on.
  public var taken: Int? {
    process.errSoFar.split(separator: "\n").last { $0.hasPrefix("TAKEN ") }
      .flatMap { Int($0.dropFirst(6)) }
  }
}
