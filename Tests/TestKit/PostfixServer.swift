import Foundation
import Synchronization

/// A private Postfix for submission on loopback, from packages under `.build/servers`. AUTH after
/// TLS, DSN, PIPELINING, SIZE, 8BITMIME, SMTPUTF8; delivers into Maildirs; gone with the value.
public final class PostfixServer: Sendable {
  public let host = "localhost"
  /// STARTTLS.
  public let port: Int
  /// TLS from the first byte.
  public let tlsPort: Int
  public let user = "officine"
  public let password = "secret"
  /// Who signed the server's certificate.
  public let authority: CertificateAuthority

  private let files: TemporaryDirectory
  private let addresses: [String]
  private let failing: [String]
  private let environment: [String: String]
  private let process = Mutex<ChildProcess?>(nil)
  /// Accounts that every Debian has; the mail system's own must be three different ones.
  private static let (owner, dropGroup, writer) = ("mail", "daemon", "nobody")

  /// Starts it and waits for its greeting.
  ///
  /// - Parameters:
  ///   - addresses: who has a mailbox; other addresses of their domains are refused.
  ///   - failing: of those, who is accepted and then found missing: the sender gets a report.
  ///   - sizeLimit: in bytes, announced as SIZE.
  ///   - extra: lines of main.cf added at the end, for one test's needs.
  public init(
    addresses: [String], failing: [String] = [], sizeLimit: Int = 20_000_000, extra: String = ""
  ) throws {
    files = try TemporaryDirectory()
    authority = try CertificateAuthority()
    (self.addresses, self.failing) = (addresses, failing)
    (port, tlsPort) = (try Loopback.freePort(), try Loopback.freePort())
    let tree = files.path("tree")
    try PrivateServer.postfix.copy(to: tree)
    let identity = try authority.issue(for: [host])
    for (name, source) in [("server.pem", identity.certificate), ("server.key", identity.key)] {
      try files.write(name, bytes: Array(Data(contentsOf: URL(fileURLWithPath: source))))
    }
    environment = PrivateServer.environment(tree: tree, home: files.path)
      .merging(["MAIL_CONFIG": files.path("etc")]) { $1 }
    try configure(sizeLimit, extra)
    try setPassword(password)
    try prepareDirectories()
    let child = try ChildProcess(
      "\(tree)/usr/lib/postfix/sbin/master", ["-c", files.path("etc"), "-d"],
      environment: environment)
    process.withLock { $0 = child }
    try waitUntil("Postfix's greeting", seen: { self.log + child.errSoFar }) {
      guard child.isRunning else { throw KitError.child("Postfix ended\n\(log)\(child.errSoFar)") }
      return Loopback.greeting(port: port)?.hasPrefix("220") == true
    }
  }

  deinit {
    // SIGTERM: its master ends all its daemons.
    _ = try? process.withLock { $0 }?.stop()
  }

  /// Gives the account another password; the one of `password` is then wrong.
  public func setPassword(_ password: String) throws {
    try PrivateServer.passwords(
      [user: password], realm: host, in: files.path("etc/sasl/sasldb2"),
      tree: files.path("tree"), environment: environment)
  }

  /// The server's log so far.
  public var log: String {
    // Not written yet is empty.
    (try? files.bytes("log")).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The mails in an address's mailbox, with the header fields that the delivery put in front.
  public func received(_ address: String) throws -> [String] {
    let box = files.path("mail/\(address)/new")
    guard FileManager.default.fileExists(atPath: box) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: box).sorted().map {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(box)/\($0)")), as: UTF8.self)
    }
  }

  /// Waits until an address has so many mails, and gives them.
  public func wait(for count: Int, to address: String) throws -> [String] {
    try waitUntil("\(count) mails for \(address)", seen: { self.log }) {
      try received(address).count >= count
    }
    return try received(address)
  }

  /// Waits until nothing is on its way through the queue.
  public func waitUntilQuiet() throws {
    try waitUntil("an empty queue", seen: { self.log }) {
      for part in ["maildrop", "incoming", "active"] {
        let held = try FileManager.default.contentsOfDirectory(atPath: files.path("queue/" + part))
        if !held.isEmpty { return false }
      }
      return true
    }
  }

  private func configure(_ sizeLimit: Int, _ extra: String) throws {
    try files.write("etc/main.cf", settings(sizeLimit) + extra + "\n")
    try files.write("etc/master.cf", services)
    try files.write(
      "etc/mailboxes", addresses.map { "\($0) \($0)/\n" }.joined())
    try files.write("etc/ways", failing.map { "\($0) error:5.1.1 moved away\n" }.joined())
    try files.write(
      "etc/sasl/smtpd.conf",
      """
      pwcheck_method: auxprop
      auxprop_plugin: sasldb
      mech_list: PLAIN LOGIN
      sasldb_path: \(files.path("etc/sasl/sasldb2"))

      """)
  }

  /// What `postfix start` would make: the queue, each part with the owner that it insists on.
  private func prepareDirectories() throws {
    let parts = [
      "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
      "saved", "trace",
    ]
    for part in parts + ["maildrop", "public", "pid"] { try files.directory("queue/" + part) }
    try files.directory("data")
    try files.directory("mail")
    func own(_ who: String, _ mode: String, _ names: [String]) throws {
      for (program, word) in [("chown", who), ("chmod", mode)] {
        let outcome = try ChildProcess.run(program, [word] + names.map(files.path(_:)))
        guard outcome.code == 0 else { throw KitError.child("\(program): \(outcome.err)") }
      }
    }
    try own(Self.owner, "700", parts.map { "queue/" + $0 } + ["data"])
    try own("\(Self.owner):\(Self.dropGroup)", "710", ["queue/public"])
    try own("\(Self.owner):\(Self.dropGroup)", "730", ["queue/maildrop"])
    try own(Self.writer, "700", ["mail"])
    try own("\(Self.owner)", "600", ["etc/sasl/sasldb2"])
  }

  private func settings(_ sizeLimit: Int) -> String {
    let tree = files.path("tree")
    let domains = Set(addresses.compactMap { $0.split(separator: "@").last.map(String.init) })
    return """
      compatibility_level = 3.6
      queue_directory = \(files.path("queue"))
      data_directory = \(files.path("data"))
      command_directory = \(tree)/usr/sbin
      daemon_directory = \(tree)/usr/lib/postfix/sbin
      shlib_directory = \(tree)/usr/lib/postfix
      meta_directory = \(tree)/usr/share/postfix
      mail_owner = \(Self.owner)
      setgid_group = \(Self.dropGroup)
      default_privs = \(Self.writer)
      maillog_file = \(files.path("log"))
      maillog_file_prefixes = /tmp
      import_environment = MAIL_CONFIG TZ LANG LD_LIBRARY_PATH SASL_PATH
      export_environment = MAIL_CONFIG TZ LANG LD_LIBRARY_PATH SASL_PATH
      inet_interfaces = 127.0.0.1
      inet_protocols = ipv4
      smtpd_peername_lookup = no
      myhostname = localhost.localdomain
      mydestination =
      alias_maps =
      default_transport = error:nothing leaves this machine
      virtual_mailbox_base = \(files.path("mail"))
      virtual_mailbox_domains = \(domains.sorted().joined(separator: ", "))
      virtual_mailbox_maps = texthash:\(files.path("etc/mailboxes"))
      transport_maps = texthash:\(files.path("etc/ways"))
      virtual_uid_maps = static:\(getpwnam(Self.writer)?.pointee.pw_uid ?? 65_534)
      virtual_gid_maps = static:\(getpwnam(Self.writer)?.pointee.pw_gid ?? 65_534)
      virtual_mailbox_limit = 0
      message_size_limit = \(sizeLimit)
      smtpd_tls_cert_file = \(files.path("server.pem"))
      smtpd_tls_key_file = \(files.path("server.key"))
      smtpd_tls_security_level = encrypt
      smtpd_sasl_auth_enable = yes
      smtpd_sasl_type = cyrus
      smtpd_sasl_path = smtpd
      cyrus_sasl_config_path = \(files.path("etc/sasl"))
      smtpd_sasl_local_domain = \(host)
      smtpd_reject_unlisted_recipient = \(failing.isEmpty ? "yes" : "no")
      smtpd_relay_restrictions = permit_sasl_authenticated, reject
      smtpd_recipient_restrictions = permit_sasl_authenticated, reject
      smtputf8_enable = yes

      """
  }

  private var services: String {
    """
    127.0.0.1:\(port) inet n - n - - smtpd
    127.0.0.1:\(tlsPort) inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
    cleanup unix n - n - 0 cleanup
    qmgr unix n - n 300 1 qmgr
    tlsmgr unix - - n 1000? 1 tlsmgr
    rewrite unix - - n - - trivial-rewrite
    bounce unix - - n - 0 bounce
    defer unix - - n - 0 bounce
    trace unix - - n - 0 bounce
    proxymap unix - - n - - proxymap
    error unix - - n - - error
    retry unix - - n - - error
    virtual unix - n n - - virtual
    anvil unix - - n - 1 anvil
    postlog unix-dgram n - n - 1 postlogd

    """
  }
}
