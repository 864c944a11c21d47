/// Where in the dialogue something happened.
public enum Stage: Hashable, Sendable {
  case greeting, hello, startTLS, tlsHandshake, authentication, sender, recipients, data, body
  /// Between the durable mark and the final dot: still ours to stop.
  case beforeFinalDot
  case finalReply
}

/// What one recipient got.
public struct RecipientResult: Hashable, Sendable {
  public let address: Address
  public let reply: Reply

  public var isAccepted: Bool { reply.kind == .positive }
}

/// How a submission ended. Exactly one per machine.
public enum Outcome: Hashable, Sendable {
  /// The server has taken it for every recipient.
  case accepted(Reply)
  /// 5yz: the same mail will be refused again.
  case refusedPermanently(Stage, Reply)
  /// 4yz: it may be tried again later, with the same Message-ID.
  case refusedTransiently(Stage, Reply)
  /// At least one recipient was refused: nothing was sent to anybody (O05).
  case recipientsRefused([RecipientResult])
  /// The final dot never left: the server has no mail and it may be tried again (O01).
  case notSent(NotSentReason)
  /// The final dot left and no readable answer came: sent or not, nobody here knows. Never
  /// sent again by itself; settled by the Message-ID or by a person (O01).
  case uncertain(LostReason)

  public enum LostReason: Hashable, Sendable {
    case connectionLost
    case timedOut
    case violation(ProtocolViolation)
    /// A reply that is neither yes nor no.
    case strangeReply(Reply)
  }

  public enum NotSentReason: Hashable, Sendable {
    case lost(Stage, LostReason)
    /// STARTTLS is required and not offered: perhaps stripped on the road (T03).
    case encryptionNotOffered
    /// No mechanism that we can use with these credentials.
    case authenticationNotOffered
    /// The server's SIZE in bytes; ours is above it (O06).
    case tooLarge(limit: UInt64)
    /// The mail has 8-bit bytes and the server takes none.
    case eightBitNotOffered
    /// An address or header outside ASCII and no SMTPUTF8.
    case internationalNotOffered
    /// A credential with a character that its mechanism cannot carry.
    /// It accepted us without proving that it knows the password.
    case serverNotAuthentic
    case unsafeCredential
    /// The caller withheld the dot, because its durable mark could not be written (O03).
    case withheld
    /// The machine only asked, and the server would take mail.
    case nothingToSend
  }
}

/// What the machine asks of its driver or tells it, in the order it happened.
public enum Output: Hashable, Sendable {
  case write([UInt8])
  /// Start the handshake, then call ``SubmissionStateMachine/tlsEstablished()``.
  case tlsMayStart
  /// The point of no return: write the durable mark, then confirm or withhold the final dot.
  case readyForFinalDot
  case finished(Outcome)
  /// Nothing more will be said: close the connection.
  case mayClose
}
