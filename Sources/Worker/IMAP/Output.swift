/// How a connection comes to be encrypted.
public enum Encryption: Hashable, Sendable {
  /// Encrypted before the first byte (port 993).
  case implicit
  /// In clear until STARTTLS, and no credential before it (port 143).
  case startTLS
  /// None: for a test server on this very machine.
  case none
}

/// Names one command for the life of a connection.
public struct CommandID: Hashable, Sendable, CustomStringConvertible {
  let number: UInt32
  var tag: String { "A\(number)" }
  public var description: String { tag }
}

/// A command on its way: what to write now. The rest, if any, comes as ``Output/write(_:)``.
public struct Sent: Hashable, Sendable {
  public let id: CommandID
  /// Empty while an earlier command still waits for the server.
  public let bytes: [UInt8]
}

/// What the machine asks of its driver or tells it, in the order it happened.
public enum Output: Hashable, Sendable {
  /// The first line of the server: OK, PREAUTH or BYE.
  case greeting(Status)
  case untagged(Response)
  case completed(CommandID, Completion)
  /// Bytes to write now.
  case write([UInt8])
  /// Start the handshake, then call ``ClientStateMachine/tlsEstablished()``.
  case tlsMayStart(CommandID)
  /// From here on both directions are deflated, raw (RFC 4978). `rest` came with the answer and
  /// is compressed already: inflate it first, then what is read.
  case compressed(CommandID, rest: [UInt8])
  /// The server idles with us.
  case idling(CommandID)
  /// What a SASL mechanism said when it refused, decoded; the tagged NO follows.
  case challenge(CommandID, ServerText)
}

/// Why a command was not sent. Nothing was written.
public enum SendRefusal: Error, Hashable, Sendable {
  case encoding(EncodingError)
  /// The greeting, the TLS handshake, an IDLE or a STARTTLS is under way.
  case notNow
  /// Not in this state: SELECT before a login, FETCH without a mailbox.
  case wrongState
  /// No credential and no mail goes over a connection that must first be encrypted.
  case tlsRequired
  /// The server takes no LOGIN here, or not this mechanism.
  case mechanismNotOffered
  /// The server did not announce the extension that this command needs.
  case notOffered
  /// After STARTTLS the capabilities must be asked again before a login.
  case capabilitiesUnknown
  /// ``Limits/inFlight`` commands wait for answers.
  case tooManyInFlight
  case connectionClosed
}
