import CPKCS11
import Synchronization

/// How a signature is made; the hash in bits.
struct CardScheme: Hashable, Sendable {
  enum Padding: Sendable { case pkcs1, pss, ecdsa }

  var padding: Padding
  var bits: Int

  fileprivate var raw: mss_card_scheme {
    switch padding {
    case .pkcs1: MSS_CARD_PKCS1
    case .pss: MSS_CARD_PSS
    case .ecdsa: MSS_CARD_ECDSA
    }
  }
}

/// The open session of one token: one call at a time, whoever asks.
final class CardSession: Sendable {
  /// What was found on the token.
  struct Found: Sendable {
    var certificate: [UInt8]
    var offersPSS: Bool
    var offersPKCS1: Bool
    var offersECDSA: Bool
  }

  private struct State: ~Copyable {
    var card: OpaquePointer?
    deinit { mss_card_close(card) }
  }

  private let state = Mutex(State())
  private let gone = Mutex(false)

  var isGone: Bool { gone.withLock { $0 } }

  func open(
    module: String, address: CardAddress, pin: String?
  ) -> Result<Found, CardProblem> {
    state.withLock { state in
      var card: OpaquePointer?
      let code = Self.call(module, address, pin, &card)
      guard code == 0, let card else { return .failure(CardProblem(code)) }
      state.card = card
      var length = 0
      let bytes = mss_card_certificate(card, &length)
      return .success(
        Found(
          certificate: Array(UnsafeBufferPointer(start: bytes, count: length)),
          offersPSS: mss_card_offers(card, MSS_CARD_PSS) == 1,
          offersPKCS1: mss_card_offers(card, MSS_CARD_PKCS1) == 1,
          offersECDSA: mss_card_offers(card, MSS_CARD_ECDSA) == 1))
    }
  }

  func sign(_ scheme: CardScheme, _ data: [UInt8]) throws(CardProblem) -> [UInt8] {
    let result: Result<[UInt8], CardProblem> = state.withLock { state in
      guard let card = state.card else { return .failure(.absent) }
      var signature = [UInt8](repeating: 0, count: 1024)
      var length = signature.count
      let code = mss_card_sign(
        card, scheme.raw, UInt32(scheme.bits), data, data.count, &signature, &length)
      guard code == 0 else { return .failure(CardProblem(code)) }
      return .success(Array(signature.prefix(length)))
    }
    if case .failure(.absent) = result { gone.withLock { $0 = true } }
    return try result.get()
  }

  func close() {
    state.withLock { state in
      mss_card_close(state.card)
      state.card = nil
    }
  }

  private static func call(
    _ module: String, _ address: CardAddress, _ pin: String?, _ card: inout OpaquePointer?
  ) -> Int32 {
    optional(address.token) { token in
      optional(address.serial) { serial in
        optional(address.object) { object in
          (address.id ?? []).withUnsafeBufferPointer { id in
            var wish = mss_card_wish(
              token: token, serial: serial, object: object,
              id: address.id == nil ? nil : id.baseAddress, id_length: id.count)
            return optional(pin) { mss_card_open(module, &wish, $0, pin?.utf8.count ?? 0, &card) }
          }
        }
      }
    }
  }

  private static func optional(
    _ text: String?, _ body: (UnsafePointer<CChar>?) -> Int32
  ) -> Int32 {
    guard let text else { return body(nil) }
    return text.withCString(body)
  }
}
