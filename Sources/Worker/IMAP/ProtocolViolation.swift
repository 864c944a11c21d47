/// What a server did that no honest server does; the connection must be closed.
///
/// Nothing of the read that caused it may be kept. Carries no text of the server: safe in a log.
public enum ProtocolViolation: Error, Hashable, Sendable {
  /// A response line longer than ``Limits/line``.
  case lineTooLong
  /// A literal, declared or summed over one response, above ``Limits/literal`` (I01).
  /// A login succeeded although the server did not prove that it knows the password.
  case serverNotAuthentic
  case literalTooLarge
  /// `{}`, `{-1}` or another size that is no number.
  case malformedLiteral
  /// A line that is neither untagged, tagged nor a continuation.
  case malformedResponse
  /// The first line was not OK, PREAUTH or BYE.
  case noGreeting
  /// PREAUTH on a connection that must first be encrypted would skip TLS (T04).
  case preauthenticatedWithoutTLS
  /// Mailbox data before the encryption that must come first (T05).
  case dataBeforeTLS
  /// Bytes after the answer to STARTTLS: they came in clear and would pass for encrypted (T05).
  case plaintextAfterStartTLS
  /// A tagged answer to nothing that is in flight: never sent, or answered already (I10).
  case unknownTag
  /// OK to a command that is not yet written to its end (I10).
  case answerBeforeCommand
  /// A `+` that nothing waits for.
  case unexpectedContinuation
  /// Bytes after the connection was given up.
  case connectionClosed

  /// A sentence for the operator, without any data.
  public var french: String {
    switch self {
    case .lineTooLong, .literalTooLarge, .malformedLiteral:
      "Le serveur a envoyé une réponse trop grande ou illisible ; la connexion est fermée et "
        + "sera rouverte. Si cela dure, prévenez l'opérateur."
    case .preauthenticatedWithoutTLS, .dataBeforeTLS, .plaintextAfterStartTLS, .serverNotAuthentic:
      "Le chiffrement de la connexion a été contourné ; rien n'a été envoyé. Vérifiez le réseau "
        + "et prévenez l'opérateur."
    case .malformedResponse, .noGreeting, .unknownTag, .answerBeforeCommand,
      .unexpectedContinuation, .connectionClosed:
      "Le serveur ne respecte pas le protocole IMAP ; la connexion est fermée et sera rouverte. "
        + "Vérifiez l'adresse et le port si cela dure."
    }
  }

  public var english: String {
    switch self {
    case .lineTooLong, .literalTooLarge, .malformedLiteral:
      "The server sent an answer that is too large or unreadable; the connection is closed and "
        + "will be reopened. If it goes on, tell the operator."
    case .preauthenticatedWithoutTLS, .dataBeforeTLS, .plaintextAfterStartTLS, .serverNotAuthentic:
      "The encryption of the connection was bypassed; nothing was sent. Check the network and "
        + "tell the operator."
    case .malformedResponse, .noGreeting, .unknownTag, .answerBeforeCommand,
      .unexpectedContinuation, .connectionClosed:
      "The server does not speak IMAP correctly; the connection is closed and will be reopened. "
        + "Check address and port if it goes on."
    }
  }
}

/// The bounds of everything a server can make us hold.
public struct Limits: Hashable, Sendable {
  /// Bytes of one response outside its literals.
  public var line: Int
  /// Bytes of all literals of one response together.
  public var literal: Int
  /// Parentheses within parentheses.
  public var depth: Int
  /// Values in one response; an atom costs far more memory than its byte on the wire.
  public var values: Int
  /// Commands sent or queued and not yet answered.
  public var inFlight: Int

  public init(
    line: Int = 1 << 20, literal: Int = 64 << 20, depth: Int = 64, values: Int = 65_536,
    inFlight: Int = 256
  ) {
    self.line = line
    self.literal = literal
    self.depth = depth
    self.values = values
    self.inFlight = inFlight
  }
}
