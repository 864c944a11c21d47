import Domain
import Glibc
import Platform

/// What a process is started with, read once: variables, clock, identifiers, who runs it.
struct Environment: Sendable {
  let variables: [String: String]
  let osUser: String
  let directory: String
  let isTerminal: Bool

  static func current() -> Environment {
    var variables: [String: String] = [:]
    var cursor = environ
    while let entry = cursor.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      cursor += 1
    }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let here = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "/"
    return Environment(
      variables: variables, osUser: UserAccount().name, directory: here,
      isTerminal: isatty(0) == 1 && isatty(1) == 1)
  }

  func now() -> Timestamp { Self.clock() }

  /// The wall clock; everything below App gets its time from here as a parameter.
  static func clock() -> Timestamp {
    Timestamp(milliseconds: KernelClock.wall.milliseconds)
  }

  /// A random UUID (RFC 9562 version 4).
  func uuid() -> String {
    var bytes = randomBytes(16)
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = bytes.map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
      .map { digits[$0].joined() }.joined(separator: "-")
  }

  func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// `path` seen from the directory the program was started in.
  func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    if path.hasPrefix("~/"), let home = variables["HOME"] { return home + path.dropFirst(1) }
    return directory + "/" + path
  }
}
