import Foundation

/// A certificate authority for one test: servers on loopback that a client can verify for real.
public final class CertificateAuthority: Sendable {
  /// The anchor, PEM: what the configuration's `trust` names.
  public let anchor: String
  let directory: TemporaryDirectory

  public init() throws {
    directory = try TemporaryDirectory()
    anchor = directory.path("ca.pem")
    try openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "30", "-subj", "/CN=MSSTerm test anchor", "-keyout", directory.path("ca.key"),
      "-out", anchor, "-addext", "basicConstraints=critical,CA:TRUE",
      "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    ])
    chmod(anchor, 0o644)
  }

  /// A server's key and certificate, as paths to PEM files.
  public struct Identity: Sendable {
    public let certificate: String
    public let key: String
  }

  /// Signs a server certificate whose only names are `hosts` (DNS names, not addresses).
  public func issue(for hosts: [String] = ["localhost"], days: Int = 30) throws -> Identity {
    let name = "\(hosts.joined(separator: "-"))-\(UUID().uuidString.prefix(8))"
    let names = hosts.map { "DNS:\($0)" }.joined(separator: ",")
    let extensions = try directory.write(
      "\(name).ext",
      """
      subjectAltName=\(names)
      basicConstraints=CA:FALSE
      extendedKeyUsage=serverAuth
      """ + "\n")
    let identity = Identity(
      certificate: directory.path("\(name).pem"), key: directory.path("\(name).key"))
    try openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-subj", "/CN=\(hosts.first ?? "localhost")", "-keyout", identity.key,
      "-out", directory.path("\(name).csr"),
    ])
    try openssl([
      "x509", "-req", "-in", directory.path("\(name).csr"), "-CA", anchor,
      "-CAkey", directory.path("ca.key"), "-set_serial", "\(Int.random(in: 1...Int.max))",
      "-days", "\(days)", "-extfile", extensions, "-out", identity.certificate,
    ])
    return identity
  }

  func openssl(_ arguments: [String]) throws {
    let outcome = try ChildProcess.run("openssl", arguments)
    guard outcome.code == 0 else { throw KitError.child("openssl: \(outcome.err)") }
  }
}
