import Crypto
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// The key of a card, as TLS asks for it: what leaves the token is a signature.
struct CardKey: NIOSSLCustomPrivateKey, Hashable {
  let card: SmartCard

  static func == (a: CardKey, b: CardKey) -> Bool { a.card === b.card }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(card)) }

  var signatureAlgorithms: [SignatureAlgorithm] {
    switch card.kind {
    case .p256: [.ecdsaSecp256R1Sha256]
    case .p384: [.ecdsaSecp384R1Sha384]
    case .rsa:
      (card.offersPSS ? [.rsaPssRsaeSha256, .rsaPssRsaeSha384, .rsaPssRsaeSha512] : [])
        + (card.offersPKCS1 ? [.rsaPkcs1Sha256, .rsaPkcs1Sha384, .rsaPkcs1Sha512] : [])
    }
  }

  func sign(
    channel: any Channel, algorithm: SignatureAlgorithm, data: ByteBuffer
  ) -> EventLoopFuture<ByteBuffer> {
    let card = card
    let bytes = Array(data.readableBytesView)
    return card.thread.runIfActive(eventLoop: channel.eventLoop) {
      ByteBuffer(bytes: try Self.signature(of: bytes, algorithm, card))
    }
  }

  /// Only RSA key exchange would need it, which is no longer offered.
  func decrypt(channel: any Channel, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
    channel.eventLoop.makeFailedFuture(CardProblem.key)
  }

  private static func signature(
    of data: [UInt8], _ algorithm: SignatureAlgorithm, _ card: SmartCard
  ) throws -> [UInt8] {
    guard let scheme = scheme(algorithm) else { throw CardProblem.key }
    let digest = digest(data, bits: scheme.bits)
    switch scheme.padding {
    case .pss: return try card.sign(scheme, digest)
    case .pkcs1: return try card.sign(scheme, digestInfo(digest))
    case .ecdsa:
      // A token gives both numbers side by side, TLS wants them in DER.
      let raw = try card.sign(scheme, digest)
      return scheme.bits == 256
        ? Array(try P256.Signing.ECDSASignature(rawRepresentation: raw).derRepresentation)
        : Array(try P384.Signing.ECDSASignature(rawRepresentation: raw).derRepresentation)
    }
  }

  private static func scheme(_ algorithm: SignatureAlgorithm) -> CardScheme? {
    switch algorithm {
    case .ecdsaSecp256R1Sha256: CardScheme(padding: .ecdsa, bits: 256)
    case .ecdsaSecp384R1Sha384: CardScheme(padding: .ecdsa, bits: 384)
    case .rsaPssRsaeSha256: CardScheme(padding: .pss, bits: 256)
    case .rsaPssRsaeSha384: CardScheme(padding: .pss, bits: 384)
    case .rsaPssRsaeSha512: CardScheme(padding: .pss, bits: 512)
    case .rsaPkcs1Sha256: CardScheme(padding: .pkcs1, bits: 256)
    case .rsaPkcs1Sha384: CardScheme(padding: .pkcs1, bits: 384)
    case .rsaPkcs1Sha512: CardScheme(padding: .pkcs1, bits: 512)
    default: nil
    }
  }

  private static func digest(_ data: [UInt8], bits: Int) -> [UInt8] {
    switch bits {
    case 256: Array(SHA256.hash(data: data))
    case 384: Array(SHA384.hash(data: data))
    default: Array(SHA512.hash(data: data))
    }
  }

  /// Which hash it is, in DER, before the hash itself (RFC 8017, 9.2, note 1).
  private static func digestInfo(_ digest: [UInt8]) -> [UInt8] {
    let size = UInt8(digest.count)
    let last: UInt8 = digest.count == 32 ? 1 : digest.count == 48 ? 2 : 3
    return [0x30, 17 + size, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04]
      + [0x02, last, 0x05, 0x00, 0x04, size] + digest
  }
}
