import Foundation

/// An SMTP submission server on loopback: keeps each message it accepts, and fails on demand.
///
/// The server is `Servers/mailsink.py`; this is its handle. Ended with the value.
public final class MailSink: Sendable {
  /// How a client must speak to it.
  public enum Security: String, Sendable { case starttls, implicit, none }

  /// What goes wrong, until `clearFault()`. The number is the reply code that the client sees.
  public enum Fault: Sendable {
    case greeting421, noStartTLS, startTLS454, auth535, auth454, mail451, mail550
    /// For the recipients that contain the text; for all when nil.
    case recipient550(String?), recipient451(String?)
    case data554, afterDot451, afterDot550
    /// The connection ends in the middle of the message; nothing is kept.
    case closeInData
    /// The connection ends after the final dot, unanswered; nothing is kept.
    case closeBeforeStore
    /// The same, but the message is kept: the client cannot know.
    case closeAfterStore
    /// No answer, the connection stays open.
    case hangAtGreeting, hangAtRecipient, hangAfterStore
    /// The message is kept, and its answer comes with `clearFault()`.
    case slowAfterStore
  }

  /// A message that the server keeps.
  public struct Received: Sendable {
    public let from: String
    public let to: [String]
    /// What followed the address in MAIL FROM (`SIZE=…`, `BODY=…`).
    public let parameters: String
    /// Who had authenticated.
    public let user: String?
    /// Whether it came over TLS.
    public let secure: Bool
    /// The exact bytes, dots unstuffed, CRLF at the end.
    public let bytes: [UInt8]
    public var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  public let host = "localhost"
  public let port: Int
  public let user: String
  public let password: String
  /// Who signed the server's certificate.
  public let authority: CertificateAuthority

  private let files: TemporaryDirectory
  private let process: ChildProcess

  /// Starts the server and waits until it listens.
  public init(
    _ security: Security = .starttls, user: String = "officine", password: String = "secret",
    authority: CertificateAuthority? = nil
  ) throws {
    files = try TemporaryDirectory()
    self.authority = try authority ?? CertificateAuthority()
    (self.user, self.password) = (user, password)
    let identity = try self.authority.issue(for: [host])
    let script = Products.sourceRoot + "/Tests/TestKit/Servers/mailsink.py"
    process = try ChildProcess(
      "python3",
      [
        script, files.path, "--tls", security.rawValue, "--cert", identity.certificate,
        "--key", identity.key, "--user", user, "--password", password,
      ])
    let ready = files.path("port")
    try waitUntil("the mail sink's port", seen: { [process] in process.errSoFar }) {
      [process] in
      guard process.isRunning else { throw KitError.child(process.errSoFar) }
      return FileManager.default.fileExists(atPath: ready)
    }
    guard let port = Int(String(decoding: try files.bytes("port"), as: UTF8.self)) else {
      throw KitError.child("the mail sink told no port")
    }
    self.port = port
  }

  /// From the next answer on, the server fails in this way.
  public func fail(_ fault: Fault) throws {
    // By rename: the server never reads half a word.
    try files.write("fault.tmp", fault.words)
    guard rename(files.path("fault.tmp"), files.path("fault")) == 0 else {
      throw KitError.system("rename", errno)
    }
  }

  /// From the next answer on, all is well again. Connections that hang go on hanging.
  public func clearFault() throws {
    guard unlink(files.path("fault")) == 0 || errno == ENOENT else {
      throw KitError.system("unlink", errno)
    }
  }

  /// What was said on all connections: `1 C: EHLO …`, `1 S: 250 …`. Holds the test's password.
  public var wire: String {
    // No connection yet is an empty log.
    (try? files.bytes("wire.log")).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The messages kept so far, oldest first.
  public func received() throws -> [Received] {
    try FileManager.default.contentsOfDirectory(atPath: files.path("messages"))
      .filter { $0.hasSuffix(".json") }.sorted().map { name in
        let envelope = try JSONDecoder().decode(
          Envelope.self, from: Data(files.bytes("messages/\(name)")))
        return Received(
          from: envelope.from, to: envelope.to, parameters: envelope.parameters,
          user: envelope.user, secure: envelope.secure,
          bytes: try files.bytes("messages/\(name.dropLast(5)).eml"))
      }
  }

  /// Waits until `count` messages are kept, and gives them.
  public func wait(for count: Int, within limit: Duration = patience) throws -> [Received] {
    try waitUntil("\(count) messages at the sink", within: limit, seen: { self.wire }) {
      try received().count >= count
    }
    return try received()
  }

  private struct Envelope: Decodable {
    let from: String
    let to: [String]
    let parameters: String
    let user: String?
    let secure: Bool
  }
}

extension MailSink.Fault {
  /// The words that mailsink.py reads.
  fileprivate var words: String {
    switch self {
    case .greeting421: "greeting-421"
    case .noStartTLS: "no-starttls"
    case .startTLS454: "starttls-454"
    case .auth535: "auth-535"
    case .auth454: "auth-454"
    case .mail451: "mail-451"
    case .mail550: "mail-550"
    case .recipient550(let part): "rcpt-550 \(part ?? "")"
    case .recipient451(let part): "rcpt-451 \(part ?? "")"
    case .data554: "data-554"
    case .afterDot451: "dot-451"
    case .afterDot550: "dot-550"
    case .closeInData: "close-in-data"
    case .closeBeforeStore: "close-before-store"
    case .closeAfterStore: "close-after-store"
    case .hangAtGreeting: "hang-at-greeting"
    case .hangAtRecipient: "hang-at-rcpt"
    case .hangAfterStore: "hang-after-store"
    case .slowAfterStore: "slow-after-store"
    }
  }
}
