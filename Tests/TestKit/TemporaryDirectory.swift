import Foundation

/// A directory of its own for one test, removed with everything in it when the value goes away.
///
/// Its name is short and it lies in /tmp whatever TMPDIR says: Unix sockets inside it have 107
/// bytes for their path. Mode 0755, so that a server's unprivileged processes can walk in.
public final class TemporaryDirectory: Sendable {
  /// The absolute path, without a slash at the end.
  public let path: String

  public init() throws {
    var template = Array("/tmp/mssterm-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw KitError.system("mkdtemp", errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o755)
  }

  deinit {
    // Nothing to tell: a directory left in /tmp spoils no test.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of something inside.
  public func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file inside (parents made as needed) and gives its path.
  @discardableResult
  public func write(_ name: String, _ text: String) throws -> String {
    try write(name, bytes: Array(text.utf8))
  }

  /// Writes a file inside (parents made as needed) and gives its path.
  @discardableResult
  public func write(_ name: String, bytes: [UInt8]) throws -> String {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Makes a directory inside and gives its path.
  @discardableResult
  public func directory(_ name: String) throws -> String {
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
    return path(name)
  }

  /// A file inside, as bytes.
  public func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
  }
}

/// Runs `body` with a directory that is gone afterwards.
public func withTemporaryDirectory<T>(_ body: (TemporaryDirectory) throws -> T) throws -> T {
  let directory = try TemporaryDirectory()
  return try withExtendedLifetime(directory) { try body(directory) }
}

/// What keeps the kit from doing its work: a reason to fail the test, told in one sentence.
public enum KitError: Error, CustomStringConvertible {
  /// A program that the test needs is not on this machine.
  case missingProgram(String, package: String)
  /// A system call failed.
  case system(String, Int32)
  /// A child did not do what was asked.
  case child(String)

  public var description: String {
    switch self {
    case .missingProgram(let program, let package):
      "needs \(program): `make test` installs it (Debian package \(package))"
    case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
    case .child(let sentence): sentence
    }
  }
}
