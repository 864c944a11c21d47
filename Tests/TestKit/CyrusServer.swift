import Foundation
import Synchronization

/// A private Cyrus IMAP on loopback, from the packages under `.build/servers`; gone with the value.
///
/// It runs as `nobody` for root, else as the user of the tests; one account, an administrator for
/// what an account may not do to itself.
public final class CyrusServer: IMAPPeer {
  public let host = "localhost"
  public let port: Int
  /// TLS from the first byte.
  public let tlsPort: Int
  public let user = "officine"
  public let password = "secret"
  public var authority: CertificateAuthority? { issuer }

  private let issuer: CertificateAuthority
  private let files: TemporaryDirectory
  private let environment: [String: String]
  private let process = Mutex<ChildProcess?>(nil)
  private static let admin = "patron"

  /// Starts it with an INBOX, Sent, Drafts, Junk and Trash (special-use).
  public init() throws {
    files = try TemporaryDirectory()
    issuer = try CertificateAuthority()
    (port, tlsPort) = (try Loopback.freePort(), try Loopback.freePort())
    let account = try Account.current()
    let tree = files.path("tree")
    try PrivateServer.cyrus.copy(to: tree)
    environment = PrivateServer.environment(tree: tree, home: files.path)
      .merging(["CYRUS_USER": account.name]) { $1 }
    let identity = try issuer.issue(for: [host])
    for (name, source) in [("server.pem", identity.certificate), ("server.key", identity.key)] {
      try files.write(name, bytes: Array(Data(contentsOf: URL(fileURLWithPath: source))))
    }
    for part in ["lib/proc", "lib/socket", "lib/db", "lib/log", "spool"] {
      try files.directory(part)
    }
    try PrivateServer.passwords(
      [user: password, Self.admin: password], realm: host, in: files.path("sasldb2"), tree: tree,
      environment: environment)
    try files.write("imapd.conf", Self.settings(files.path, account.name))
    try files.write("cyrus.conf", Self.services(files.path, port, tlsPort))
    for part in ["lib", "spool", "sasldb2", "server.pem", "server.key"] {
      let outcome = try ChildProcess.run(
        "chown", ["-R", "\(account.uid):\(account.gid)", files.path(part)])
      guard outcome.code == 0 else { throw KitError.child("chown: \(outcome.err)") }
    }
    try start()
  }

  deinit { try? stop() }

  /// Starts it again after `stop`, on the same ports with the same mail.
  public func start() throws {
    let child = try ChildProcess(
      files.path("tree/usr/lib/cyrus/bin/master"),
      [
        "-D", "-p", files.path("pid"), "-C", files.path("imapd.conf"), "-M",
        files.path("cyrus.conf"),
      ], environment: environment)
    process.withLock { $0 = child }
    try waitUntil("Cyrus's greeting", seen: { child.errSoFar }) {
      guard child.isRunning else { throw KitError.child("Cyrus ended\n\(child.errSoFar)") }
      return Loopback.greeting(port: port)?.hasPrefix("* OK") == true
    }
  }

  /// Ends it with its connections.
  public func stop() throws {
    let child = process.withLock { held in
      defer { held = nil }
      return held
    }
    try child?.stop()
  }

  public func renumber() throws {
    try webmail.rebuild(admin: Self.admin, folder: "user/\(user)")
  }

  private static func settings(_ directory: String, _ account: String) -> String {
    let folders = ["Sent", "Drafts", "Junk", "Trash"]
    return """
      configdirectory: \(directory)/lib
      partition-default: \(directory)/spool
      defaultpartition: default
      cyrus_user: \(account)
      admins: \(admin)
      servername: localhost
      allowplaintext: yes
      sasl_mech_list: PLAIN
      sasl_pwcheck_method: auxprop
      sasl_auxprop_plugin: sasldb
      sasl_sasldb_path: \(directory)/sasldb2
      tls_server_cert: \(directory)/server.pem
      tls_server_key: \(directory)/server.key
      unixhierarchysep: yes
      altnamespace: yes
      virtdomains: off
      delete_mode: immediate
      expunge_mode: immediate
      idlesocket: \(directory)/lib/socket/idle
      autocreate_quota: 0
      autocreate_inbox_folders: \(folders.joined(separator: " | "))
      \(folders.map { "xlist-\($0.lowercased()): \($0)" }.joined(separator: "\n"))

      """
  }

  private static func services(_ directory: String, _ port: Int, _ tlsPort: Int) -> String {
    func command(_ name: String, _ arguments: String = "") -> String {
      "cmd=\"\(directory)/tree/usr/lib/cyrus/bin/\(name) -C \(directory)/imapd.conf\(arguments)\""
    }
    return """
      START {
        recover \(command("ctl_cyrusdb", " -r"))
      }
      SERVICES {
        imap \(command("imapd")) listen="127.0.0.1:\(port)" prefork=1
        imaps \(command("imapd", " -s")) listen="127.0.0.1:\(tlsPort)" prefork=0
      }
      EVENTS {
      }
      DAEMON {
        idled \(command("idled"))
      }

      """
  }
}
