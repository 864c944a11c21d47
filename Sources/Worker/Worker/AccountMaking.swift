import Settings
import Sync

extension Account {
  /// What the configuration says, in the words of the Sync room.
  init(_ configuration: Configuration, _ settings: BALSettings) {
    let backend: Account.Backend
    switch settings.backend {
    case .imap(let imap):
      backend = .imap(
        IMAPAccount(
          imap: Server(imap.imap), smtp: imap.smtp.map { Server($0) }, anchors: imap.trust,
          login: Login(imap.auth)))
    case .maildir(let maildir):
      backend = .maildir(
        MaildirAccount(
          path: maildir.path, sendmail: maildir.sendmail, outbox: maildir.outbox))
    }
    self.init(
      bal: settings.bal, trust: configuration.trust, policy: configuration.officine.policy,
      backend: backend)
  }
}

extension Server {
  fileprivate init(_ settings: ServerSettings) {
    let security: Security =
      switch settings.tls {
      case .starttls: .startTLS
      case .implicit: .implicit
      case .none: .none
      }
    self.init(host: settings.host, port: settings.port, security: security)
  }
}

extension Login {
  fileprivate init(_ auth: AuthSettings) {
    let method: Method =
      switch auth.method {
      case .xoauth2: .xoauth2(auth.tokenCommand)
      case .oauthbearer: .oauthBearer(auth.tokenCommand)
      case .password:
        if let password = auth.password {
          .password(password)
        } else {
          .passwordCommand(auth.passwordCommand)
        }
      }
    self.init(user: auth.user, method: method)
  }
}
