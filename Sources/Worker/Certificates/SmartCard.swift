import CPKCS11
import Crypto
import Foundation
import NIOPosix
import SwiftASN1
import Synchronization
import X509

/// Why a card or another PKCS#11 token cannot be used.
public enum CardProblem: Error, Hashable, Sendable {
  /// The `pkcs11:` URI cannot be read.
  case address
  /// The module of the configuration cannot be loaded.
  case module
  /// Not in the reader, or taken out.
  case absent
  /// Several cards or keys fit the address; none was tried.
  case ambiguous
  /// The PIN was refused, or none was given. One attempt was made at most.
  case pin
  /// The PIN is locked, or one more wrong one would lock it; none was tried.
  case locked
  /// No certificate with its key, or of a kind that TLS cannot use here.
  case key
  /// The reader does not answer.
  case silent
  case failed

  init(_ code: Int32) {
    switch UInt32(bitPattern: code) {
    case MSS_CARD_MODULE.rawValue: self = .module
    case MSS_CARD_ABSENT.rawValue: self = .absent
    case MSS_CARD_AMBIGUOUS.rawValue: self = .ambiguous
    case MSS_CARD_PIN.rawValue: self = .pin
    case MSS_CARD_LOCKED.rawValue: self = .locked
    case MSS_CARD_NO_KEY.rawValue, MSS_CARD_UNSUPPORTED.rawValue: self = .key
    default: self = .failed
    }
  }
}

/// A key that never leaves its token, and the certificate beside it.
///
/// A card is slow and its reader may block: everything runs on one thread of its own, never on the
/// network's. Once the card was gone it stays so for this value: a new one asks for the PIN again.
public final class SmartCard: Sendable {
  /// What a signature is made with.
  enum Kind: Sendable { case rsa, p256, p384 }

  private let session: CardSession
  let thread: NIOThreadPool
  let kind: Kind
  let offersPSS: Bool
  let offersPKCS1: Bool
  /// The certificate, DER.
  public let certificate: [UInt8]

  /// Loads the module, finds the one token and key that fit, and logs in with at most one attempt.
  ///
  /// Blocks; never for longer than `patience` seconds.
  ///
  /// - Parameter pin: used once, not kept; nil for a reader with keys of its own.
  public init(
    module: String, address: String, pin: String?, patience: Double = 30
  ) throws(CardProblem) {
    guard let address = CardAddress(address) else { throw .address }
    let thread = NIOThreadPool(numberOfThreads: 1)
    thread.start()
    let session = CardSession()
    let answer = Answer()
    thread.submit { state in
      answer.set(
        state == .active
          ? session.open(module: module, address: address, pin: pin) : .failure(.failed))
    }
    self.thread = thread
    self.session = session
    do throws(CardProblem) {
      let found = try answer.wait(seconds: patience)
      certificate = found.certificate
      offersPSS = found.offersPSS
      offersPKCS1 = found.offersPKCS1
      kind = try Self.kind(of: found)
    } catch {
      thread.shutdownGracefully { _ in }
      throw error
    }
  }

  deinit {
    let session = session
    // On its own thread, after what may still be under way.
    thread.submit { _ in session.close() }
    thread.shutdownGracefully { _ in }
  }

  /// True when the card was taken out since it was opened.
  public var isGone: Bool { session.isGone }

  /// Without RSA-PSS there is no TLS 1.3 signature.
  public var needsTLS12: Bool { kind == .rsa && !offersPSS }

  func sign(_ scheme: CardScheme, _ data: [UInt8]) throws(CardProblem) -> [UInt8] {
    try session.sign(scheme, data)
  }

  private static func kind(of found: CardSession.Found) throws(CardProblem) -> Kind {
    guard let key = (try? Certificate(derEncoded: found.certificate))?.publicKey else {
      throw .key
    }
    if P256.Signing.PublicKey(key) != nil, found.offersECDSA { return .p256 }
    if P384.Signing.PublicKey(key) != nil, found.offersECDSA { return .p384 }
    let isCurve =
      P256.Signing.PublicKey(key) != nil || P384.Signing.PublicKey(key) != nil
      || P521.Signing.PublicKey(key) != nil
    guard !isCurve, found.offersPSS || found.offersPKCS1 else { throw .key }
    return .rsa
  }
}

/// The one answer of the card's thread, awaited with a limit.
private final class Answer: Sendable {
  private let condition = NSCondition()
  private let value = Mutex<Result<CardSession.Found, CardProblem>?>(nil)

  func set(_ result: Result<CardSession.Found, CardProblem>) {
    condition.lock()
    value.withLock { $0 = result }
    condition.broadcast()
    condition.unlock()
  }

  func wait(seconds: Double) throws(CardProblem) -> CardSession.Found {
    let limit = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let result = value.withLock({ $0 }) { return try result.get() }
      guard condition.wait(until: limit) else { break }
    }
    guard let result = value.withLock({ $0 }) else { throw .silent }
    return try result.get()
  }
}
