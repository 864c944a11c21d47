import Foundation

/// An IMAP server on loopback that knows RFC 3501 and no extension at all: `IMAP4rev1`, no UIDPLUS,
/// no IDLE, no special use. `Servers/minimalimap.py` is its program; it ends with the value.
public final class MinimalIMAPServer: IMAPPeer {
  public let host = "localhost"
  public let port: Int
  public let user = "officine"
  public let password = "secret"
  public let authority: CertificateAuthority?

  private let files: TemporaryDirectory
  private let process: ChildProcess

  /// Starts it with an empty INBOX and Sent.
  ///
  /// - Parameters:
  ///   - hasTLS: `STARTTLS LOGINDISABLED` until TLS is on.
  ///   - hasPlain: announces `AUTH=PLAIN`; else LOGIN is the only way in.
  public init(hasTLS: Bool = false, hasPlain: Bool = false) throws {
    files = try TemporaryDirectory()
    authority = hasTLS ? try CertificateAuthority() : nil
    var words = [files.path, "--user", user, "--password", password]
    if hasPlain { words += ["--auth", "plain"] }
    if let identity = try authority?.issue(for: [host]) {
      words += ["--cert", identity.certificate, "--key", identity.key]
    }
    let script = Products.sourceRoot + "/Tests/TestKit/Servers/minimalimap.py"
    // -B: no compiled file beside the sources.
    process = try ChildProcess("python3", ["-B", script] + words)
    let ready = files.path("port")
    try waitUntil("the minimal server's port", seen: { [process] in process.errSoFar }) {
      [process] in
      guard process.isRunning else { throw KitError.child(process.errSoFar) }
      return FileManager.default.fileExists(atPath: ready)
    }
    guard let port = Int(String(decoding: try files.bytes("port"), as: UTF8.self)) else {
      throw KitError.child("the minimal server told no port")
    }
    self.port = port
  }

  /// What becomes of commands that match a regular expression, from their verb on: `NO …` refuses
  /// them, `CUT` carries them out and ends the connection before the answer. None: as ever.
  public func setMoods(_ moods: [(pattern: String, answer: String)]) throws {
    let text = moods.map { "\($0.pattern)\t\($0.answer)\n" }.joined()
    // In one piece: the server reads it before each command.
    try Data(text.utf8).write(to: URL(fileURLWithPath: files.path("moods")), options: .atomic)
  }

  /// How a mail does not come when its body is asked for.
  public enum Withheld: String, CaseIterable, Sendable {
    /// `NO [SERVERBUG]`.
    case refused = "no"
    /// `BODY[] NIL`.
    case empty = "nil"
    /// BYE, and the end of the connection.
    case bye
    /// The end of the connection, without a word.
    case drop
    /// NO to whatever is asked of it but its flags.
    case blind
  }

  /// From now on these UIDs, in whatever mailbox, are not given out as they should be.
  public func withhold(_ cases: [Int: Withheld]) throws {
    let text = cases.map { "\($0.key) \($0.value.rawValue)\n" }.joined()
    try Data(text.utf8)
      .write(to: URL(fileURLWithPath: files.path("withheld")), options: .atomic)
  }

  /// How many commands so far match.
  public func heard(_ verb: String) -> Int {
    wire.split(separator: "\n").count { line in
      let words = line.split(separator: " ", maxSplits: 3)
      return words.count == 4 && words[1] == "C:" ? words[3].hasPrefix(verb) : false
    }
  }

  public func renumber() throws { try webmail.renumber("INBOX") }

  /// What was said on all connections: `1 C: a1 NOOP`, `1 S: a1 OK done`. Holds the password.
  public var wire: String { text("wire.log") }

  /// What clients said that RFC 3501 does not allow, or that this server never offered.
  public var refused: String { text("refused.log") }

  /// The standard error of the program: empty, or a mistake in it.
  public var complaints: String { process.errSoFar }

  private func text(_ name: String) -> String {
    // Nothing said yet is an empty log.
    (try? files.bytes(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
