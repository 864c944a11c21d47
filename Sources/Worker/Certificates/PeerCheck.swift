public import Foundation
import SwiftASN1
import X509

/// The second look at a server's certificate, after the handshake has proved that it chains to a
/// configured anchor and that the server holds its key.
///
/// The handshake alone accepts an IP address of the certificate for a name, and knows no
/// revocation. Source: RFC 9525, 6.3; RFC 5280, 6.3.
public struct PeerCheck: Sendable {
  /// What a good certificate says of itself.
  public struct Facts: Hashable, Sendable {
    public let notAfter: Date
  }

  private let host: String
  private let lists: RevocationLists?
  private let mayLackList: Bool

  /// - Parameters:
  ///   - host: as configured, a DNS name; an IP literal only for a test on loopback.
  ///   - lists: nil when no revocation list is configured.
  ///   - mayLackList: believes as well when no list is valid now; revoked stays revoked.
  public init(host: String, lists: RevocationLists?, mayLackList: Bool = false) {
    self.host = host
    self.lists = lists
    self.mayLackList = mayLackList
  }

  /// Fails closed: what cannot be read is refused.
  public func verify(der: [UInt8], now: Date) throws(CertificateProblem) -> Facts {
    guard let certificate = try? Certificate(derEncoded: der) else { throw .unreadable }
    guard now <= certificate.notValidAfter else { throw .expired }
    guard now >= certificate.notValidBefore else { throw .notYetValid }
    try checkName(certificate)
    if let lists {
      switch lists.judge(certificate, now: now) {
      case .good: break
      case .revoked: throw .revoked
      case .unknown: guard mayLackList else { throw .noRevocationList }
      }
    }
    return Facts(notAfter: certificate.notValidAfter)
  }

  private func checkName(_ certificate: Certificate) throws(CertificateProblem) {
    guard let found = try? certificate.extensions.subjectAlternativeNames else {
      throw .wrongName
    }
    if let address = HostName.address(host) {
      let isNamed = found.contains {
        if case .ipAddress(let bytes) = $0 { Array(bytes.bytes) == address } else { false }
      }
      guard isNamed else { throw .wrongName }
      return
    }
    let names = found.compactMap { if case .dnsName(let name) = $0 { name } else { nil } }
    guard HostName.isCovered(host, by: names) else { throw .wrongName }
  }

  /// Why a chain that the handshake refused is not good, as far as its first certificate tells.
  public static func reason(der: [UInt8], now: Date) -> Refused {
    guard let certificate = try? Certificate(derEncoded: der) else { return .unreadable }
    if now > certificate.notValidAfter { return .expired }
    if now < certificate.notValidBefore { return .notYetValid }
    return certificate.issuer == certificate.subject ? .selfSigned : .unknownAuthority
  }

  /// See ``reason(der:now:)``.
  public enum Refused: Hashable, Sendable {
    case unreadable, expired, notYetValid, selfSigned, unknownAuthority
  }
}
