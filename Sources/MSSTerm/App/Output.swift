import Cells
import Glibc

/// The one way out of the command line: text passes the gate, bytes only where exactness is the
/// contract (`show --raw`, `attachment`, `send --dry-run`).
enum Output {
  /// One line on stdout, through the gate.
  static func line(_ text: String) { write(Array((Presentable(text).plain + "\n").utf8), to: 1) }

  /// Several lines on stdout; line ends stay, everything else passes the gate.
  static func text(_ text: String) {
    write(Array(gated(text).utf8), to: 1)
  }

  /// Several lines, each through the gate, as one text.
  static func gated(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Presentable(String($0)).plain + "\n" }.joined()
  }

  /// JSON escapes its own controls.
  static func json(_ members: [(String, JSON)]) {
    write(Array((JSON.object(members).text + "\n").utf8), to: 1)
  }

  /// Exact bytes on stdout.
  static func bytes(_ bytes: [UInt8]) { write(bytes, to: 1) }

  /// One line on stderr, through the gate.
  static func error(_ text: String) {
    for piece in text.split(separator: "\n") {
      write(Array(("mssterm: " + Presentable(String(piece)).plain + "\n").utf8), to: 2)
    }
  }

  /// A reader that went away (`| head`) ends the program quietly; nothing else is expected here.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent)
      }
      if count > 0 {
        sent += count
      } else if errno != EINTR {
        exit(errno == EPIPE ? 0 : Exit.failed.rawValue)
      }
    }
  }
}
