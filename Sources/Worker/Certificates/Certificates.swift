// Certificates, the guard of the seals: is the server who it must be, and what do we show it.

/// What was wrong with a certificate.
public enum CertificateProblem: Error, Hashable, Sendable {
  case wrongName
}
