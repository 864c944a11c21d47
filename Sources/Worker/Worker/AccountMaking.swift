import Discovery
import Domain
import Settings
import Sync

extension Account {
  /// What the configuration says, in the words of the Sync room.
  ///
  /// - Parameters:
  ///   - servers: what autoconfiguration found, for those that are not configured. Without any IMAP
  ///     server the account is one that never leaves this machine (an import).
  ///   - tray: where a screen lays tokens, for `token_from = "screen"`.
  init(
    _ configuration: Configuration, _ settings: BALSettings, servers: FoundServers? = nil,
    tray: TokenTray = TokenTray()
  ) {
    let backend: Account.Backend
    switch settings.backend {
    case .imap(let imap):
      if let server = imap.imap.map({ Server($0) }) ?? servers.map({ Server($0.imap) }) {
        var account = IMAPAccount(
          imap: server, smtp: imap.smtp.map { Server($0) } ?? servers?.smtp.map { Server($0) },
          anchors: imap.trust, revocationLists: imap.crl.filter { !Configuration.isURL($0) },
          identity: Identity(imap.auth),
          login: Login(imap.auth, tokenHosts: imap.tokenHosts, tray: tray))
        account.isCompressed = imap.isCompressed
        account.webLists = WebLists(imap)
        account.mayLackList = !imap.isCRLRequired
        backend = .imap(account)
      } else {
        backend = .maildir(MaildirAccount(path: ""))
      }
    case .maildir(let maildir):
      backend = .maildir(
        MaildirAccount(
          path: maildir.path, sendmail: maildir.sendmail, outbox: maildir.outbox))
    }
    self.init(
      bal: settings.bal, trust: configuration.trust, policy: configuration.officine.policy,
      backend: backend, isPushed: settings.isPushed, mailboxes: settings.mailboxes,
      exportTo: settings.bal.kind == .applicative ? settings.exportTo : nil,
      trash: settings.trash)
    if !settings.teamLog.isEmpty {
      teamLog = TeamLogAccount(mailbox: settings.teamLog, keyCommand: settings.teamKeyCommand)
    }
  }
}

extension WebLists {
  fileprivate init?(_ imap: IMAPSettings) {
    let urls = imap.crl.filter { Configuration.isURL($0) }
    guard !urls.isEmpty else { return nil }
    let fetcher = ListFetcher(
      anchors: imap.trust, allowsLoopback: imap.allowsLoopback,
      nameserver: imap.nameserver.flatMap { NameServer($0) })
    // Whatever was in the way, there is no list.
    self.init(urls: urls) { try? fetcher.fetch($0) }
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

  fileprivate init(_ found: FoundServer) {
    self.init(
      host: found.host, port: found.port,
      security: found.security == .implicit ? .implicit : .startTLS)
  }
}

extension Identity {
  fileprivate init?(_ auth: AuthSettings) {
    if let card = auth.pkcs11, let module = auth.pkcs11Module {
      self.init(
        source: .pkcs11(module: module, address: card), passphraseCommand: auth.pinCommand)
      return
    }
    guard let certificate = auth.certificate else { return nil }
    let source: Source =
      auth.key.map { .pem(certificate: certificate, key: $0) } ?? .pkcs12(certificate)
    self.init(source: source, passphraseCommand: auth.keyPasswordCommand)
  }
}

extension Login {
  fileprivate init(_ auth: AuthSettings, tokenHosts: [String], tray: TokenTray) {
    let method: Method =
      switch auth.method {
      case .xoauth2: .xoauth2(auth.tokenCommand)
      case .oauthbearer: .oauthBearer(auth.tokenCommand)
      case .certificate: .certificate
      case .password:
        auth.password.map { .password($0) } ?? .passwordCommand(auth.passwordCommand)
      case .scram: auth.password.map { .scram($0) } ?? .scramCommand(auth.passwordCommand)
      }
    self.init(
      user: auth.user, method: method, tokenHosts: tokenHosts,
      tray: auth.tokenFrom == .screen ? tray : nil)
  }
}
