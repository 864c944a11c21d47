// SASL, the doorman's phrases: what is said to prove who one is, without a wire.

/// A failure of an exchange, without any secret in it.
public enum SASLFailure: Error, Hashable, Sendable {
  /// The server's message does not follow the mechanism, or comes out of turn.
  case malformed
  /// The server asks for more or less work than is sane (iterations, sizes).
  case unreasonable
  /// The server could not prove that it knows the password (RFC 5802, 5: `v=`).
  case serverNotAuthentic
  /// A name or secret with a character that the mechanism cannot carry.
  case unsafeText
}

/// One SASL exchange from the client's side, used by IMAP and SMTP alike (RFC 4422).
///
/// It holds a secret: its descriptions say the mechanism only, and the machine that runs it drops
/// it as soon as it is over.
public struct Exchange: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  private enum Kind: Hashable, Sendable {
    case scram(ScramSHA256)
    /// RFC 4422, appendix A: the certificate of the connection says who it is.
    case external(user: String)
    /// RFC 7628.
    case oauthBearer(message: [UInt8])
  }

  public let mechanism: String
  private var kind: Kind
  private var challenges = 0

  /// - Parameter nonce: printable ASCII without commas, fresh for each exchange.
  public static func scramSHA256(
    user: String, password: String, nonce: String
  ) throws(SASLFailure) -> Exchange {
    Exchange(
      mechanism: "SCRAM-SHA-256",
      kind: .scram(try ScramSHA256(user: user, password: password, nonce: nonce)))
  }

  /// - Parameter user: whom to act for; empty for the one the certificate names.
  public static func external(user: String) throws(SASLFailure) -> Exchange {
    guard isSafe(user) else { throw .unsafeText }
    return Exchange(mechanism: "EXTERNAL", kind: .external(user: user))
  }

  public static func oauthBearer(
    user: String, host: String, port: Int, token: String
  ) throws(SASLFailure) -> Exchange {
    guard isSafe(user), isSafe(host), isSafe(token) else { throw .unsafeText }
    let name = escaped(user)
    let message =
      "n,a=\(name),\u{1}host=\(host)\u{1}port=\(port)\u{1}auth=Bearer \(token)\u{1}\u{1}"
    return Exchange(
      mechanism: "OAUTHBEARER", kind: .oauthBearer(message: Array(message.utf8)))
  }

  private init(mechanism: String, kind: Kind) {
    self.mechanism = mechanism
    self.kind = kind
  }

  public var description: String { mechanism }
  public var debugDescription: String { mechanism }

  /// The client's first message, before base64.
  public var initial: [UInt8] {
    switch kind {
    case .scram(let scram): scram.first
    case .external(let user): Array(user.utf8)
    case .oauthBearer(let message): message
    }
  }

  /// What to answer to a challenge, before base64.
  public mutating func answer(_ challenge: [UInt8]) throws(SASLFailure) -> [UInt8] {
    challenges += 1
    guard challenges <= 2 else { throw .malformed }
    switch kind {
    case .scram(var scram):
      let answer = try scram.answer(challenge)
      kind = .scram(scram)
      return answer
    case .external(let user):
      guard challenges == 1 else { throw .malformed }
      return Array(user.utf8)
    case .oauthBearer:
      // The refusal and its reason: 0x01 fetches the final answer (RFC 7628, 3.2.3).
      return [1]
    }
  }

  /// True when a success of the server may be believed.
  public var mayFinish: Bool {
    if case .scram(let scram) = kind { scram.isServerProved } else { true }
  }

  static func isSafe(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  /// `,` and `=` have a meaning in GS2 and SCRAM messages.
  static func escaped(_ name: String) -> String {
    name.map { $0 == "," ? "=2C" : $0 == "=" ? "=3D" : String($0) }.joined()
  }
}
