// Certificates, the guard of the seals: is the server who it must be, and is its seal still good.

/// Why a certificate that chains to an anchor is refused all the same.
public enum CertificateProblem: Error, Hashable, Sendable {
  /// It cannot be read, or there is none.
  case unreadable
  /// The DNS name that was asked for is not among its DNS names.
  case wrongName
  case expired
  case notYetValid
  case revoked
  /// Lists are configured and none is valid for its issuer now.
  case noRevocationList
}

/// The caps of this room (invariant 19).
public enum CertificateLimits {
  /// Bytes of one revocation list.
  public static let listBytes = 10 << 20
  /// Entries of one revocation list.
  public static let listEntries = 500_000
}
