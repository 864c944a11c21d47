// SASL, the doorman's phrases: what is said to prove who one is, without a wire.

/// A failure of an exchange, without any secret in it.
public enum SASLFailure: Error, Hashable, Sendable {
  /// The server's message does not follow the mechanism.
  case malformed
  /// The server could not prove that it knows the password (RFC 5802, 5: the `v=` attribute).
  case serverNotAuthentic
}
