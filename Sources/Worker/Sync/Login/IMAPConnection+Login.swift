import IMAP
import SASL

extension IMAPConnection {
  /// One attempt with these credentials (T08); a token may be refused because it is too old, so a
  /// fresh one is tried once. Fetches the secret, uses it, forgets it.
  func logIn(_ desk: LoginDesk, server: Server) throws(SyncFailure) {
    if try capabilities == nil { _ = try require(.capability) }
    var tries = desk.isToken ? 2 : 1
    while true {
      tries -= 1
      let secret = try desk.secret(for: server)
      let answer = try run(try command(desk.login, secret, server))
      if answer.completion.isOK { break }
      switch answer.completion.code {
      case .limit, .unavailable, .inUse: throw .limit
      default: break
      }
      try desk.refused(secret)
      guard tries > 0 else { throw desk.isToken ? .sessionClosed : .loginRefused }
    }
    try desk.accepted()
    if try capabilities == nil { _ = try require(.capability) }
  }

  private func command(
    _ login: Login, _ secret: String, _ server: Server
  ) throws(SyncFailure) -> Command {
    let offered = try capabilities
    switch login.method {
    case .password, .passwordCommand:
      // Under verified TLS the simplest is the surest: an operator may announce SCRAM for
      // accounts that have no key for it, and a second attempt is one too many.
      if offered?.has("AUTH=PLAIN") == true {
        return .authenticate(.plain(user: login.user, password: secret))
      }
      if offered?.has("AUTH=SCRAM-SHA-256") == true { return try scram(login, secret) }
      return .login(user: login.user, password: secret)
    case .scram, .scramCommand:
      return try scram(login, secret)
    case .certificate:
      return .authenticate(.exchange(try Exchanges.external(login.user)))
    case .xoauth2:
      return .authenticate(.xoauth2(user: login.user, token: secret))
    case .oauthBearer:
      return .authenticate(
        .oauthBearer(
          user: login.user, host: server.host, port: UInt16(clamping: server.port), token: secret))
    }
  }

  private func scram(_ login: Login, _ secret: String) throws(SyncFailure) -> Command {
    .authenticate(.exchange(try Exchanges.scram(login.user, secret)))
  }
}

/// SASL exchanges in the words of this room.
enum Exchanges {
  static func scram(_ user: String, _ password: String) throws(SyncFailure) -> Exchange {
    do throws(SASLFailure) {
      return try .scramSHA256(user: user, password: password, nonce: nonce())
    } catch {
      throw .secret
    }
  }

  static func external(_ user: String) throws(SyncFailure) -> Exchange {
    do throws(SASLFailure) { return try .external(user: user) } catch { throw .secret }
  }

  static func bearer(
    _ user: String, _ server: Server, _ token: String
  ) throws(SyncFailure) -> Exchange {
    do throws(SASLFailure) {
      return try .oauthBearer(user: user, host: server.host, port: server.port, token: token)
    } catch {
      throw .secret
    }
  }

  private static func nonce() -> String {
    var generator = SystemRandomNumberGenerator()
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    return String((0..<32).map { _ in letters[Int.random(in: 0..<62, using: &generator)] })
  }
}
