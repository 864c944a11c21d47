import Cells
import Domain
import Exports
import Glibc

/// The one way out of the command line: text passes the gate, and what people read hides the
/// matricule; bytes leave only where exactness is the contract (`show --raw`, `attachment`,
/// `send --dry-run`).
enum Output {
  /// A row is one line of a terminal or two, however long its subject is (S09).
  static let longestRow = 200

  /// One line on stdout for people: through the gate, matricules masked.
  static func line(_ text: String) { write(forPeople(text), to: 1) }

  /// A row of a list: identifiers as they are, so that they can be typed again; the rest as in
  /// `line`, cut with … at `longestRow` characters.
  static func row(_ identifiers: [String], _ text: String) {
    // Masked before it is cut: half a matricule would pass for another number. Some characters
    // more than fit are enough for that, and megabytes need not be read.
    let shown = INS.masking(Presentable(String(text.prefix(2 * longestRow))).plain)
    let isCut = shown.count > longestRow
    let cut = isCut ? String(shown.prefix(longestRow - 1)) + "…" : shown
    exact((identifiers + [cut]).joined(separator: "  "))
  }

  /// One line through the gate, its digits untouched: header fields, paths.
  static func exact(_ text: String) { write(Presentable(text).plain + "\n", to: 1) }

  /// Several lines on stdout for people; line ends stay, everything else is as in `line`.
  static func text(_ text: String) { write(forPeople(lines: text), to: 1) }

  /// One line that a person may read: safe to draw, and no matricule in it.
  static func forPeople(_ text: String) -> String {
    // After the gate: what it takes away could have parted the digits.
    INS.masking(Presentable(text).plain) + "\n"
  }

  /// Several such lines as one text; a matricule over two of them is found as well.
  static func forPeople(lines text: String) -> String {
    INS.masking(
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { Presentable(String($0)).plain + "\n" }.joined())
  }

  /// JSON escapes its own controls.
  static func json(_ members: [(String, JSON)]) {
    write(JSON.object(members).text + "\n", to: 1)
  }

  /// Exact bytes on stdout.
  static func bytes(_ bytes: [UInt8]) { write(bytes, to: 1) }

  /// One line on stderr as in `line`: it may repeat what was typed, and ends up in mails of cron.
  static func error(_ text: String) {
    for piece in text.split(separator: "\n") {
      write("mssterm: " + forPeople(String(piece)), to: 2)
    }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8), to: descriptor)
  }

  /// A reader that went away (`| head`) ends the program quietly; a full disk says so.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent)
      }
      if count > 0 {
        sent += count
      } else if errno != EINTR {
        if errno == EPIPE { exit(0) }
        if descriptor == 1 { error(incomplete(errno)) }
        exit(Exit.failed.rawValue)
      }
    }
  }

  /// In both languages: nothing down here knows which one was configured.
  private static func incomplete(_ code: Int32) -> String {
    code == ENOSPC
      ? "sortie incomplète, le disque est plein · output is incomplete, the disk is full"
      : "sortie incomplète (erreur \(code)) · output is incomplete (error \(code))"
  }
}
