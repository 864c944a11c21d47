public import NIOSSL

/// What this poste shows of itself to a server that asks: a certificate and the key to it.
public struct ClientIdentity: Sendable {
  /// Where they lie.
  public enum Source: Hashable, Sendable {
    /// Two PEM files; the key may be under a passphrase.
    case pem(certificate: String, key: String)
    /// One file with both (RFC 7292).
    case pkcs12(String)
    /// A card or another token: the path of its PKCS#11 module, and a `pkcs11:` URI (RFC 7512).
    case pkcs11(module: String, address: String)
  }

  /// Our own certificate or key cannot be used.
  public enum Unusable: Error, Hashable, Sendable {
    /// Missing, unreadable, or a wrong passphrase.
    case files
    case card(CardProblem)
  }

  public let chain: [NIOSSLCertificateSource]
  public let key: NIOSSLPrivateKeySource
  private let card: SmartCard?

  /// Blocks while a card is opened, at most half a minute.
  ///
  /// - Parameter passphrase: of the key, or the PIN of the card; nil when there is none. Not kept.
  public init(_ source: Source, passphrase: String?) throws(Unusable) {
    switch source {
    case .pem(let certificate, let key):
      (chain, self.key) = try Self.files { () throws in
        let chain = try NIOSSLCertificate.fromPEMFile(certificate)
        let bytes = Array((passphrase ?? "").utf8)
        return (chain, try NIOSSLPrivateKey(file: key, format: .pem) { set in set(bytes) })
      }
      card = nil
    case .pkcs12(let file):
      (chain, key) = try Self.files { () throws in
        let bundle = try NIOSSLPKCS12Bundle(
          file: file, passphrase: passphrase.map { Array($0.utf8) })
        return (bundle.certificateChain, bundle.privateKey)
      }
      card = nil
    case .pkcs11(let module, let address):
      let card: SmartCard
      do throws(CardProblem) {
        card = try SmartCard(module: module, address: address, pin: passphrase)
      } catch {
        throw .card(error)
      }
      (chain, key) = try Self.files { () throws in
        let certificate = try NIOSSLCertificate(bytes: card.certificate, format: .der)
        return ([certificate], NIOSSLPrivateKey(customPrivateKey: CardKey(card: card)))
      }
      self.card = card
    }
  }

  /// True when the card was taken out: it must be opened anew, with its PIN.
  public var isGone: Bool { card?.isGone ?? false }

  /// True for a card that cannot make the signatures of TLS 1.3.
  public var needsTLS12: Bool { card?.needsTLS12 ?? false }

  private static func files(
    _ read: () throws -> ([NIOSSLCertificate], NIOSSLPrivateKey)
  ) throws(Unusable) -> ([NIOSSLCertificateSource], NIOSSLPrivateKeySource) {
    guard let (chain, key) = try? read(), !chain.isEmpty else { throw .files }
    return (chain.map { .certificate($0) }, .privateKey(key))
  }
}
