public import Foundation
import Synchronization

/// A private Dovecot on loopback: own configuration, ports, certificate and Maildirs; gone with the
/// value. It never touches a Dovecot that the machine may run.
///
/// Works as root (continuous integration) and as an ordinary user, with Dovecot 2.3 and 2.4.
public final class DovecotServer: Sendable {
  /// The name that the certificate bears: clients must connect to it, not to an address.
  public let host = "localhost"
  /// Plain at first, STARTTLS offered.
  public let port: Int
  /// TLS from the first byte.
  public let tlsPort: Int
  /// Who signed the server's certificate.
  public let authority: CertificateAuthority
  public let identity: CertificateAuthority.Identity

  private let files: TemporaryDirectory
  private let account: Account
  private let process = Mutex<ChildProcess?>(nil)

  /// Starts the server and waits for its greeting.
  ///
  /// - Parameters:
  ///   - users: name → password; each has an INBOX and Sent, Drafts, Junk, Trash (special-use).
  ///   - days: how long its certificate is good.
  ///   - extra: lines of configuration added at the end, for one test's needs.
  public init(
    users: [String: String] = ["officine": "secret"], authority: CertificateAuthority? = nil,
    days: Int = 30, extra: String = ""
  ) throws {
    files = try TemporaryDirectory()
    self.authority = try authority ?? CertificateAuthority()
    (port, tlsPort) = (try Loopback.freePort(), try Loopback.freePort())
    account = try Account.current()
    identity = try self.authority.issue(for: [host], days: days)
    // Copied: the server's directory then holds all that it needs until it ends.
    try files.write("server.pem", bytes: Self.bytes(identity.certificate))
    try files.write("server.key", bytes: Self.bytes(identity.key))
    let passwords = users.map { "\($0.key):{PLAIN}\($0.value)" }.sorted()
    try files.write("passwd", passwords.joined(separator: "\n") + "\n")
    let version = try ChildProcess.run(Self.program(), ["--version"]).out
    let configuration = DovecotConfiguration(
      directory: files.path, port: port, tlsPort: tlsPort, account: account)
    try files.write("dovecot.conf", configuration.text(version: version) + extra + "\n")
    for user in users.keys { try owned(files.directory("mail/\(user)")) }
    try start()
  }

  deinit { try? stop() }

  /// Starts the server again after `stop` or `kill`, on the same ports with the same mail.
  public func start() throws {
    var child = try launched()
    try waitUntil("Dovecot's greeting", seen: { [child] in self.log + child.errSoFar }) {
      if !child.isRunning {
        // The login process of the one before may outlive its master for a moment.
        guard child.errSoFar.contains("already running") else {
          throw KitError.child("Dovecot ended\n\(log)\(child.errSoFar)")
        }
        child = try launched()
      }
      return Loopback.greeting(port: port)?.hasPrefix("* OK") == true
    }
  }

  private func launched() throws -> ChildProcess {
    let child = try ChildProcess(Self.program(), ["-F", "-c", files.path("dovecot.conf")])
    process.withLock { $0 = child }
    return child
  }

  /// Ends the server properly; its open connections are closed.
  public func stop() throws {
    let child = process.withLock { held in
      defer { held = nil }
      return held
    }
    try child?.stop()
  }

  /// The server's log so far.
  public var log: String {
    // Not written yet is empty.
    (try? files.bytes("dovecot.log")).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The Maildir behind a mailbox: INBOX is the root, others are Maildir++ (`.Sent`).
  public func maildir(user: String = "officine", mailbox: String = "INBOX") -> String {
    let root = files.path("mail/\(user)/Maildir")
    return mailbox == "INBOX" ? root : "\(root)/.\(mailbox)"
  }

  /// Delivers one message as an MTA would: written in `tmp`, renamed into `new`.
  ///
  /// - Parameter received: becomes INTERNALDATE (the file's time); now when nil.
  /// - Returns: the file's name, without the flags that others may add.
  @discardableResult
  public func deliver(
    _ message: [UInt8], to user: String = "officine", mailbox: String = "INBOX",
    received: Date? = nil
  ) throws -> String {
    let box = maildir(user: user, mailbox: mailbox)
    for path in ["", "/tmp", "/new", "/cur"].map({ box + $0 }) {
      if FileManager.default.fileExists(atPath: path) { continue }
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try owned(path)
    }
    let name = "\(Int(Date().timeIntervalSince1970)).\(UUID().uuidString).test"
    try Data(message).write(to: URL(fileURLWithPath: "\(box)/tmp/\(name)"))
    if let received {
      try FileManager.default.setAttributes(
        [.modificationDate: received], ofItemAtPath: "\(box)/tmp/\(name)")
    }
    try owned("\(box)/tmp/\(name)")
    guard rename("\(box)/tmp/\(name)", "\(box)/new/\(name)") == 0 else {
      throw KitError.system("rename", errno)
    }
    return name
  }

  /// Serves a copy of an existing Maildir as the user's INBOX (a generated mailbox of thousands).
  public func serve(maildir source: String, to user: String = "officine") throws {
    let target = maildir(user: user)
    for (program, arguments) in [
      ("cp", ["-a", source, target]), ("chown", ["-R", "\(account.uid):\(account.gid)", target]),
    ] {
      let outcome = try ChildProcess.run(program, arguments, within: .seconds(120))
      guard outcome.code == 0 else { throw KitError.child("\(program): \(outcome.err)") }
    }
  }

  /// The raw messages that the server holds in a mailbox, in the order of their file names.
  public func messages(user: String = "officine", mailbox: String = "INBOX") throws -> [[UInt8]] {
    let box = maildir(user: user, mailbox: mailbox)
    return try ["new", "cur"].flatMap { part -> [(String, [UInt8])] in
      guard FileManager.default.fileExists(atPath: "\(box)/\(part)") else { return [] }
      return try FileManager.default.contentsOfDirectory(atPath: "\(box)/\(part)")
        .map { ($0, try Self.bytes("\(box)/\(part)/\($0)")) }
    }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func owned(_ path: String) throws {
    guard chown(path, account.uid, account.gid) == 0 else {
      throw KitError.system("chown", errno)
    }
  }

  private static func program() throws -> String {
    try Products.program("dovecot", package: "dovecot-imapd")
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: path)))
  }
}
