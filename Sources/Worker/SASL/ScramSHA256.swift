import Crypto
import CryptoExtras
import FoundationEssentials

/// SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677): the password is never sent, and the
/// server must prove that it knows it too.
///
/// A password beyond ASCII is used as it was typed, in UTF-8: SASLprep's normalisation is not
/// applied, which matters only for characters that can be written in two ways.
struct ScramSHA256: Hashable, Sendable {
  private enum Step: Hashable, Sendable { case first, final, over }

  /// Fewer is no protection (RFC 7677, 4), more is an attack on this machine.
  static let iterations = 4_096...1_000_000
  private static let longestMessage = 2_048

  private let password: [UInt8]
  private let nonce: String
  private let bare: String
  private var step = Step.first
  private var expected: [UInt8] = []
  private(set) var isServerProved = false

  init(user: String, password: String, nonce: String) throws(SASLFailure) {
    guard Exchange.isSafe(user), !password.utf8.contains(0), !user.isEmpty else {
      throw .unsafeText
    }
    let isPlain = nonce.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x2C }
    precondition(nonce.utf8.count >= 16 && isPlain, "a nonce is fresh and printable")
    self.password = Array(password.utf8)
    self.nonce = nonce
    bare = "n=\(Exchange.escaped(user)),r=\(nonce)"
  }

  var first: [UInt8] { Array("n,,\(bare)".utf8) }

  mutating func answer(_ challenge: [UInt8]) throws(SASLFailure) -> [UInt8] {
    guard challenge.count <= Self.longestMessage,
      let text = String(validating: challenge, as: UTF8.self)
    else { throw .malformed }
    switch step {
    case .first:
      step = .final
      return try proof(text)
    case .final:
      step = .over
      try check(text)
      return []
    case .over: throw .malformed
    }
  }

  private mutating func proof(_ serverFirst: String) throws(SASLFailure) -> [UInt8] {
    let fields = serverFirst.split(separator: ",", omittingEmptySubsequences: false)
    // `m=` would be an extension that must be understood (RFC 5802, 5.1).
    guard fields.count >= 3, fields[0].hasPrefix("r="), fields[1].hasPrefix("s="),
      fields[2].hasPrefix("i="), let count = Int(fields[2].dropFirst(2)),
      let salt = Data(base64Encoded: String(fields[1].dropFirst(2))), !salt.isEmpty
    else { throw .malformed }
    let full = fields[0].dropFirst(2)
    guard full.hasPrefix(nonce), full.utf8.count > nonce.utf8.count else { throw .malformed }
    guard Self.iterations.contains(count) else { throw .unreasonable }
    let salted: SymmetricKey
    do {
      salted = try KDF.Insecure.PBKDF2.deriveKey(
        from: password, salt: salt, using: .sha256, outputByteCount: 32,
        unsafeUncheckedRounds: count)
    } catch {
      throw .unreasonable
    }
    let withoutProof = "c=biws,r=\(full)"
    let signed = Array("\(bare),\(serverFirst),\(withoutProof)".utf8)
    let clientKey = Self.hmac(salted, Array("Client Key".utf8))
    let storedKey = SymmetricKey(data: Array(SHA256.hash(data: clientKey)))
    let signature = Self.hmac(storedKey, signed)
    let serverKey = SymmetricKey(data: Self.hmac(salted, Array("Server Key".utf8)))
    expected = Self.hmac(serverKey, signed)
    let proof = zip(clientKey, signature).map { $0 ^ $1 }
    return Array("\(withoutProof),p=\(Data(proof).base64EncodedString())".utf8)
  }

  private mutating func check(_ serverFinal: String) throws(SASLFailure) {
    guard let field = serverFinal.split(separator: ",").first, field.hasPrefix("v="),
      let found = Data(base64Encoded: String(field.dropFirst(2)))
    else { throw .serverNotAuthentic }
    // Compared without a hint in the time it takes.
    let isEqual =
      found.count == expected.count
      && zip(found, expected).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    guard isEqual else { throw .serverNotAuthentic }
    isServerProved = true
  }

  private static func hmac(_ key: SymmetricKey, _ message: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
  }
}
