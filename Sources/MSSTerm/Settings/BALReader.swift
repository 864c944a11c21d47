import Domain

/// Makes paths of the file absolute: `~/…` from HOME, the rest from the file's own directory.
struct PathExpansion {
  let file: String
  let home: String

  func absolute(_ path: String) -> String {
    if path.hasPrefix("~/") { return home + path.dropFirst(1) }
    if path.hasPrefix("/") { return path }
    guard let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }
}

extension Configuration {
  private enum BackendName: String, CaseIterable { case imap, maildir }

  static func readBAL(
    _ reader: inout TableReader, _ warnings: inout [SettingsWarning], paths: PathExpansion
  ) throws(SettingsError) -> BALSettings {
    let bal = BAL(
      name: try reader.required("name"), address: try reader.required("address"),
      kind: try reader.choice("kind", BAL.Kind.self) ?? .organisationnelle)
    let store = paths.absolute(try reader.required("store"))
    let isGroup = try reader.boolean("group") ?? false
    let isPushed = try reader.boolean("idle") ?? true
    let mailboxes = try reader.strings("mailboxes") ?? []
    let osUser = try reader.string("os_user")
    let member = try reader.string("member")
    let exportTo = try reader.string("export_to").map(paths.absolute)
    let teamLog = try reader.string("team_log") ?? ""
    _ = try reader.strings("team_key_command")
    let backend: BALSettings.Backend
    switch try reader.choice("backend", BackendName.self) ?? .imap {
    case .imap:
      backend = .imap(try readIMAP(&reader, &warnings, paths: paths, address: bal.address))
    case .maildir:
      backend = .maildir(
        MaildirSettings(
          path: paths.absolute(try reader.required("maildir")),
          sendmail: try reader.strings("sendmail") ?? [],
          outbox: try reader.string("outbox").map(paths.absolute)))
    }
    return BALSettings(
      bal: bal, store: store, isGroupStore: isGroup, backend: backend, teamLog: teamLog,
      isPushed: isPushed, mailboxes: mailboxes, osUser: osUser, member: member,
      exportTo: exportTo)
  }

  private static func readIMAP(
    _ reader: inout TableReader, _ warnings: inout [SettingsWarning], paths: PathExpansion,
    address: String
  ) throws(SettingsError) -> IMAPSettings {
    guard let imap = try readServer("imap", &reader, &warnings, ports: (143, 993)) else {
      // Autoconfiguration will fill this in; until then the host must be named.
      throw .missing(
        path: reader.file.path, line: reader.line("imap"), key: "imap = { host, port, tls }")
    }
    let smtp = try readServer("smtp", &reader, &warnings, ports: (587, 465))
    let trust = try reader.strings("trust") ?? []
    return IMAPSettings(
      imap: imap, smtp: smtp,
      trust: trust.map { $0 == "system" ? $0 : paths.absolute($0) },
      auth: try readAuth(&reader, &warnings, paths: paths, address: address),
      crl: (try reader.strings("crl") ?? []).map(paths.absolute),
      tokenHosts: try reader.strings("token_hosts") ?? [])
  }

  private static func readServer(
    _ key: String, _ reader: inout TableReader, _ warnings: inout [SettingsWarning],
    ports: (starttls: Int, implicit: Int)
  ) throws(SettingsError) -> ServerSettings? {
    let line = reader.line(key)
    guard var server = try reader.child(key) else { return nil }
    let host = try server.required("host")
    let tls = try server.choice("tls", ServerSettings.TLS.self) ?? .starttls
    let standard = tls == .implicit ? ports.implicit : ports.starttls
    let port = try server.integer("port", in: 1...65535) ?? standard
    if tls == .none && !["127.0.0.1", "::1", "localhost"].contains(host) {
      throw .plainTextServer(path: reader.file.path, line: line, host: host)
    }
    warnings += server.leftovers()
    return ServerSettings(host: host, port: port, tls: tls)
  }

  private static func readAuth(
    _ reader: inout TableReader, _ warnings: inout [SettingsWarning],
    paths: PathExpansion, address: String
  ) throws(SettingsError) -> AuthSettings {
    let line = reader.line("auth")
    guard var auth = try reader.child("auth") else {
      throw .missing(path: reader.file.path, line: line, key: "auth = { method, user, … }")
    }
    // `password_command` may also stand beside `auth`, as in the short form of cli.md.
    let outer = try reader.strings("password_command")
    let settings = AuthSettings(
      method: try auth.choice("method", AuthSettings.Method.self) ?? .password,
      user: try auth.string("user") ?? address,
      password: try auth.string("password"),
      passwordCommand: try auth.strings("password_command") ?? outer ?? [],
      tokenCommand: try auth.strings("token_command") ?? [],
      certificate: try auth.string("certificate").map(paths.absolute),
      key: try auth.string("key").map(paths.absolute),
      keyPasswordCommand: try auth.strings("key_password_command") ?? [])
    switch settings.method {
    case .certificate where settings.certificate == nil:
      throw .missing(path: reader.file.path, line: line, key: "auth.certificate")
    case .password where settings.password == nil && settings.passwordCommand.isEmpty,
      .scram where settings.password == nil && settings.passwordCommand.isEmpty:
      throw .missing(path: reader.file.path, line: line, key: "auth.password_command")
    case .xoauth2 where settings.tokenCommand.isEmpty,
      .oauthbearer where settings.tokenCommand.isEmpty:
      throw .missing(path: reader.file.path, line: line, key: "auth.token_command")
    default: break
    }
    warnings += auth.leftovers()
    return settings
  }
}
