import Foundation

/// Signs tokens that a `DovecotServer` with `configuration` accepts, as Pro Santé Connect's would
/// be: a JWT, worth two minutes.
public final class TokenProvider: Sendable {
  private let files: TemporaryDirectory
  private static let secret = "cle-de-test"

  public init() throws {
    files = try TemporaryDirectory()
    try files.directory("cles/default/HS256")
    try files.write(
      "cles/default/HS256/default", Data(Self.secret.utf8).base64EncodedString())
    try files.write(
      "oauth2.conf",
      "introspection_mode = local\n"
        + "local_validation_key_dict = fs:posix:prefix=\(files.path)/cles/\n")
    for path in [files.path, files.path("cles"), files.path("cles/default")] { chmod(path, 0o755) }
  }

  /// For `extra` of the server.
  public var configuration: String {
    """
    auth_mechanisms = xoauth2 oauthbearer plain
    passdb {
      driver = oauth2
      mechanisms = xoauth2 oauthbearer
      args = \(files.path("oauth2.conf"))
    }
    """
  }

  /// - Parameters:
  ///   - seconds: how long it is good; below 0: how long it has not been.
  ///   - holder: the person it stands for, when that is not the login name.
  public func token(
    for user: String = "officine", holder: String? = nil, seconds: Int = 120
  ) throws -> String {
    let now = Int(Date().timeIntervalSince1970)
    let claims =
      "{\"sub\":\"\(holder ?? user)\",\"email\":\"\(user)\",\"iat\":\(now - 5),\"nbf\":\(now - 5),"
      + "\"exp\":\(now + seconds)}"
    let head = Self.coded(Array("{\"typ\":\"JWT\",\"alg\":\"HS256\"}".utf8))
    let text = head + "." + Self.coded(Array(claims.utf8))
    let file = try files.write("jeton", text)
    let signature = try ChildProcess.run(
      "openssl", ["dgst", "-sha256", "-hmac", Self.secret, "-binary", file])
    return text + "." + Self.coded(signature.stdout)
  }

  private static func coded(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
