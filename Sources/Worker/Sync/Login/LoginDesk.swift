import Crypto
import Domain
import Foundation
import Store
import Synchronization

/// Who hands out the secret, to whom, and how often: one place for IMAP and SMTP.
///
/// A refused password is remembered in the store, so that no restart, no other poste and no cron
/// job tries it again before a person wishes so or the secret is another one (T08).
final class LoginDesk: Sendable {
  /// Each server has its own say: a password that SMTP refuses still opens the mailbox.
  enum Door: String {
    case receiving = "login.refused"
    case sending = "login.refused.sending"
  }

  let login: Login
  private let turn = Mutex<Void>(())
  private let store: OfficineStore
  private let stop: Stop?

  /// - Parameter stop: ends the wait for a password command at once.
  init(_ login: Login, store: OfficineStore, stop: Stop? = nil) {
    self.login = login
    self.store = store
    self.stop = stop
  }

  /// Two connections never try one secret at the same time: what the first one learns of it, the
  /// second one knows (T08).
  func inTurn(_ body: () throws(SyncFailure) -> Void) throws(SyncFailure) {
    try turn.withLock { _ throws(SyncFailure) in try body() }
  }

  private func firstLine(of command: [String]) throws(SyncFailure) -> String {
    try Secrets.firstLine(of: command, stop: stop)
  }

  /// The secret for one attempt at this server; checked at the last moment, whoever asks.
  func secret(
    for server: Server, _ door: Door = .receiving
  ) throws(SyncFailure) -> String {
    switch login.method {
    case .password(let password), .scram(let password):
      return try unlessRefused(password, door.rawValue)
    case .passwordCommand(let command), .scramCommand(let command):
      return try unlessRefused(try firstLine(of: command), door.rawValue)
    case .xoauth2(let command), .oauthBearer(let command):
      let token = try token(for: server, command)
      // Whoever the token stands for talks to the operator, whoever acts here (design 5).
      store.setHolder(TokenHolder.name(in: token) ?? login.user)
      return token
    case .certificate: return ""
    }
  }

  private func token(for server: Server, _ command: [String]) throws(SyncFailure) -> String {
    guard mayReceiveToken(server.host) else { throw .foreignHost }
    if let tray = login.tray {
      guard let token = tray.current() else { throw .sessionClosed }
      return token
    }
    do throws(SyncFailure) {
      return try firstLine(of: command)
    } catch {
      // The command of Pro Santé Connect gives nothing once its session is over.
      throw error == .secret ? .sessionClosed : error
    }
  }

  /// A token is worth the whole BAL: only hosts of the trust space, or those that the
  /// administrator named, ever see one.
  private func mayReceiveToken(_ host: String) -> Bool {
    let host = host.lowercased()
    return host == "mssante.fr" || host.hasSuffix(".mssante.fr")
      || login.tokenHosts.contains { $0.lowercased() == host }
  }

  var isToken: Bool {
    switch login.method {
    case .xoauth2, .oauthBearer: true
    default: false
    }
  }

  // MARK: - What became of it

  private struct Refusal: Codable {
    /// The wish that this attempt was made upon, or before it; nil: nobody had wished yet. Another
    /// one is a new wish, whatever the clock says by then.
    var wish: Int64?
    var print: String
  }

  private static let saltKey = "login.salt"

  /// The server took it.
  func accepted(_ door: Door = .receiving) throws(SyncFailure) { try forget(door.rawValue) }

  private func forget(_ key: String) throws(SyncFailure) {
    let known = try stored { () throws(StoreError) in try store.setting(key) }
    guard known != nil else { return }
    try stored { () throws(StoreError) in try store.setSetting(key, nil) }
  }

  // MARK: - The PIN of a card

  private static let pinKey = "card.refused"

  /// The PIN for one attempt, or `tls.pin` when the card refused this one before.
  func pin(_ command: [String]) throws(SyncFailure) -> String {
    do throws(SyncFailure) {
      return try unlessRefused(try firstLine(of: command), Self.pinKey)
    } catch {
      throw error == .loginRefused ? .tls(.pin) : error
    }
  }

  func acceptedPIN() throws(SyncFailure) { try forget(Self.pinKey) }
  func refusedPIN(_ pin: String) throws(SyncFailure) { try remember(pin, Self.pinKey) }

  /// The server said no to this secret.
  func refused(_ secret: String, _ door: Door = .receiving) throws(SyncFailure) {
    guard !isToken else {
      login.tray?.drop(secret)
      return
    }
    try remember(secret, door.rawValue)
  }

  private func remember(_ secret: String, _ key: String) throws(SyncFailure) {
    var salt = try salt() ?? Data()
    if salt.isEmpty { salt = try freshSalt() }
    let print = fingerprint(secret, salt)
    let wish = try stored { () throws(StoreError) in try store.retryAsked() }
    let refusal = Refusal(wish: wish?.milliseconds, print: print)
    // What cannot be remembered must not be tried again unawares.
    guard let data = try? JSONEncoder().encode(refusal) else { throw .store(.unusable) }
    try stored { () throws(StoreError) in
      try store.setSetting(key, String(decoding: data, as: UTF8.self))
    }
  }

  private func unlessRefused(
    _ secret: String, _ key: String
  ) throws(SyncFailure) -> String {
    let text = try stored { () throws(StoreError) in try store.setting(key) }
    guard let text, let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(text.utf8))
    else { return secret }
    let wish = try stored { () throws(StoreError) in try store.retryAsked() }
    if wish?.milliseconds != refusal.wish { return secret }
    guard let salt = try salt(), fingerprint(secret, salt) == refusal.print else { return secret }
    throw .loginRefused
  }

  /// nil when there is none, or one that was damaged.
  private func salt() throws(SyncFailure) -> Data? {
    let text = try stored { () throws(StoreError) in try store.setting(Self.saltKey) }
    return text.flatMap { Data(base64Encoded: $0) }
  }

  private func freshSalt() throws(SyncFailure) -> Data {
    let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    try stored { () throws(StoreError) in
      try store.setSetting(Self.saltKey, salt.base64EncodedString())
    }
    return salt
  }

  /// Tells whether a secret is the one that was refused, and nothing else about it.
  private func fingerprint(_ secret: String, _ salt: Data) -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Data("\(login.user)\0\(secret)".utf8), using: SymmetricKey(data: salt))
    return code.map { String($0, radix: 16) }.joined(separator: ".")
  }
}
