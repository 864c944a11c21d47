import Foundation

extension CertificateAuthority {
  /// A client's certificate in the two forms that people have it in.
  public struct ClientFiles: Sendable {
    /// PEM.
    public let certificate: String
    /// PEM, under the passphrase.
    public let key: String
    /// PKCS#12 with both, under the same passphrase.
    public let bundle: String
  }

  public func issueClient(
    name: String, passphrase: String, key: SoftToken.Key = .curve
  ) throws -> ClientFiles {
    let stem = "client-\(UUID().uuidString.prefix(8))"
    let files = ClientFiles(
      certificate: directory.path("\(stem).pem"), key: directory.path("\(stem).key"),
      bundle: directory.path("\(stem).p12"))
    let request = directory.path("\(stem).csr")
    try openssl(
      [
        "req", "-passout", "pass:\(passphrase)", "-subj", "/CN=\(name)", "-keyout", files.key,
        "-out", request, "-newkey",
      ] + (key == .rsa ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]))
    let extensions = try directory.write(
      "\(stem).ext", "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n")
    try openssl([
      "x509", "-req", "-in", request, "-CA", anchor, "-CAkey", directory.path("ca.key"),
      "-set_serial", "\(Int.random(in: 1...Int.max))", "-days", "30", "-extfile", extensions,
      "-out", files.certificate,
    ])
    try openssl([
      "pkcs12", "-export", "-inkey", files.key, "-passin", "pass:\(passphrase)", "-in",
      files.certificate, "-passout", "pass:\(passphrase)", "-out", files.bundle,
    ])
    return files
  }
}
