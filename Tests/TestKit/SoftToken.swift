import Foundation

/// A card without a card: SoftHSM tokens in a directory of their own, gone with the value.
///
/// Needs Debian's `softhsm2` and `opensc` (for `pkcs11-tool`, and a spy that notes every call).
public final class SoftToken: Sendable {
  /// The kind of key on a token.
  public enum Key: String, CaseIterable, Sendable { case rsa, curve }

  /// What a program must see to use it.
  public let environment: [String: String]
  /// The PKCS#11 module to name: the spy, behind which SoftHSM stands.
  public let module: String

  private let files: TemporaryDirectory
  private let hsm: String

  /// - Parameter without: mechanisms that the tokens do not have (`CKM_RSA_PKCS_PSS`).
  public init(without mechanisms: [String] = []) throws {
    files = try TemporaryDirectory()
    hsm = try Self.library("softhsm/libsofthsm2.so", package: "softhsm2")
    module = try Self.library("pkcs11-spy.so", package: "opensc")
    try files.directory("tokens")
    let left = mechanisms.isEmpty ? "ALL" : "-" + mechanisms.joined(separator: ",")
    let configuration = try files.write(
      "softhsm2.conf",
      """
      directories.tokendir = \(files.path("tokens"))
      objectstore.backend = file
      log.level = ERROR
      slots.mechanisms = \(left)
      """ + "\n")
    environment = [
      "SOFTHSM2_CONF": configuration, "PKCS11SPY": hsm,
      "PKCS11SPY_OUTPUT": files.path("spy"),
    ]
  }

  /// Makes a token with one key and the certificate of it, both called `authentification`.
  public func add(
    _ label: String, pin: String, _ key: Key, of name: String, by authority: CertificateAuthority
  ) throws {
    let own = try authority.issueClient(name: name, passphrase: "phrase", key: key)
    try run(
      "softhsm2-util", ["--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", pin])
    try run(
      "softhsm2-util",
      [
        "--import", own.key, "--file-pin", "phrase", "--token", label, "--pin", pin,
        "--label", "authentification", "--id", "01",
      ])
    let der = files.path("\(label).der")
    try run("openssl", ["x509", "-in", own.certificate, "-outform", "DER", "-out", der])
    try run(
      "pkcs11-tool",
      [
        "--module", hsm, "--token-label", label, "--login", "--pin", pin, "--write-object", der,
        "--type", "cert", "--id", "01", "--label", "authentification",
      ])
  }

  /// Takes the cards out of the reader, and puts them back.
  public func takeOut() throws {
    try FileManager.default.moveItem(atPath: files.path("tokens"), toPath: files.path("drawer"))
    try files.directory("tokens")
  }

  public func putBack() throws {
    try FileManager.default.removeItem(atPath: files.path("tokens"))
    try FileManager.default.moveItem(atPath: files.path("drawer"), toPath: files.path("tokens"))
  }

  /// How often a program called this function of the module.
  public func calls(_ function: String) -> Int {
    log.split(separator: "\n").count { $0.hasSuffix(": \(function)") }
  }

  /// Every call so far with its answer; no secret of a person is in it, but the PIN of the test is.
  public var log: String {
    // Not written yet is no call.
    (try? files.bytes("spy")).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let path = try Products.program(
      program, package: program == "pkcs11-tool" ? "opensc" : "softhsm2")
    let home = files.path
    let outcome = try ChildProcess.run(
      path, arguments, environment: ChildProcess.environment(home: home, adding: environment))
    guard outcome.code == 0 else { throw KitError.child("\(program): \(outcome.err)") }
  }

  private static func library(_ name: String, package: String) throws -> String {
    let manager = FileManager.default
    let roots = ["/usr/lib", "/usr/lib64", "/usr/local/lib"]
    // Debian's multiarch directories are one level down.
    let nested = roots.flatMap { root in
      ((try? manager.contentsOfDirectory(atPath: root)) ?? []).sorted().map { "\(root)/\($0)" }
    }
    for root in roots + nested where manager.fileExists(atPath: "\(root)/\(name)") {
      return "\(root)/\(name)"
    }
    throw KitError.missingProgram(name, package: package)
  }
}
