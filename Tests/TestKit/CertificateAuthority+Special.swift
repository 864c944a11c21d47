import Foundation

/// Certificates that a client must refuse, and the lists that revoke good ones.
extension CertificateAuthority {
  /// What a server certificate says; the defaults make a good one for `localhost`.
  public struct Wish: Sendable {
    public var subject = "/CN=localhost"
    /// subjectAltName as openssl writes it; empty for none.
    public var names = "DNS:localhost"
    /// As `yyMMddHHmmssZ`.
    public var from = "200101000000Z"
    public var until = "490101000000Z"
    public var isSelfSigned = false

    public init() {}
  }

  /// Issues with `openssl ca`, which alone sets dates freely and remembers what it issued.
  public func issue(_ wish: Wish) throws -> Identity {
    let name = "special-\(UUID().uuidString.prefix(8))"
    try prepare()
    let identity = Identity(
      certificate: directory.path("\(name).pem"), key: directory.path("\(name).key"))
    let names = wish.names.isEmpty ? "" : "subjectAltName=\(wish.names)\n"
    let extensions = try directory.write(
      "\(name).ext", names + "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    try openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
      wish.subject, "-keyout", identity.key, "-out", directory.path("\(name).csr"),
    ])
    if wish.isSelfSigned {
      try openssl([
        "x509", "-req", "-in", directory.path("\(name).csr"), "-signkey", identity.key,
        "-days", "30", "-extfile", extensions, "-out", identity.certificate,
      ])
    } else {
      try openssl([
        "ca", "-batch", "-config", directory.path("ca.cnf"), "-in",
        directory.path("\(name).csr"), "-out", identity.certificate, "-extfile", extensions,
        "-startdate", wish.from, "-enddate", wish.until, "-notext",
      ])
    }
    return identity
  }

  /// A list of what was revoked so far, PEM.
  ///
  /// - Parameters:
  ///   - from: as `yyMMddHHmmssZ`; a later one makes a newer list.
  ///   - until: a date gone by makes a stale list.
  public func revocationList(
    revoking identities: [Identity] = [], from: String = "200101000000Z",
    until: String = "490101000000Z"
  ) throws -> String {
    try prepare()
    for identity in identities {
      try openssl([
        "ca", "-batch", "-config", directory.path("ca.cnf"), "-revoke", identity.certificate,
      ])
    }
    let path = directory.path("list-\(UUID().uuidString.prefix(8)).pem")
    try openssl([
      "ca", "-batch", "-config", directory.path("ca.cnf"), "-gencrl", "-out", path,
      "-crl_lastupdate", from, "-crl_nextupdate", until,
    ])
    return path
  }

  private func prepare() throws {
    guard !FileManager.default.fileExists(atPath: directory.path("ca.cnf")) else { return }
    try directory.write("index.txt", "")
    try directory.write("crlnumber", "01\n")
    try directory.write(
      "ca.cnf",
      """
      [ca]
      default_ca = test
      [test]
      database = \(directory.path("index.txt"))
      crlnumber = \(directory.path("crlnumber"))
      new_certs_dir = \(directory.path)
      certificate = \(anchor)
      private_key = \(directory.path("ca.key"))
      default_md = sha256
      rand_serial = yes
      unique_subject = no
      policy = any
      [any]
      commonName = optional
      """ + "\n")
  }
}
