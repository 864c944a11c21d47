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
    let trash = try reader.string("trash")
    let osUser = try reader.string("os_user")
    let member = try reader.string("member")
    let retention = try readRetention(&reader)
    let isOnServer = try reader.boolean("retention_server") ?? false
    let exportTo = try reader.string("export_to").map(paths.absolute)
    let team = try readTeam(&reader)
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
      bal: bal, store: store, isGroupStore: isGroup, backend: backend, teamLog: team.log,
      teamKeyCommand: team.keyCommand, isPushed: isPushed, mailboxes: mailboxes, trash: trash,
      osUser: osUser, member: member,
      exportTo: exportTo, retention: retention, isRetentionOnServer: isOnServer)
  }

  /// `off` until somebody chooses.
  private static func readRetention(_ reader: inout TableReader) throws(SettingsError) -> Int64? {
    if try reader.string("retention") == "off" { return nil }
    return try reader.period("retention", atLeast: 86_400, "off, 3 months, 1 year…")
  }

  private static func readIMAP(
    _ reader: inout TableReader, _ warnings: inout [SettingsWarning], paths: PathExpansion,
    address: String
  ) throws(SettingsError) -> IMAPSettings {
    let imap = try readServer("imap", &reader, &warnings, ports: (143, 993))
    let smtp = try readServer("smtp", &reader, &warnings, ports: (587, 465))
    let asksDomain = try reader.boolean("autoconfig") ?? (imap == nil)
    guard imap != nil || asksDomain else {
      throw .missing(
        path: reader.file.path, line: reader.line("imap"), key: "imap = { host, port, tls }")
    }
    let trust = try reader.strings("trust") ?? []
    let settings = IMAPSettings(
      imap: imap, smtp: smtp,
      trust: trust.map { $0 == "system" ? $0 : paths.absolute($0) },
      auth: try readAuth(&reader, &warnings, paths: paths, address: address),
      crl: try readLists(reader.line("crl"), &reader, paths),
      isCRLRequired: try reader.boolean("crl_required") ?? true,
      tokenHosts: try reader.strings("token_hosts") ?? [],
      isCompressed: try reader.boolean("compress") ?? false, asksDomain: asksDomain,
      allowsLoopback: try reader.boolean("loopback_autoconfig") ?? false,
      nameserver: try readNameserver(&reader))
    try checkTokenHosts(settings, reader)
    return settings
  }

  private static func readNameserver(_ reader: inout TableReader) throws(SettingsError) -> String? {
    guard let text = try reader.string("nameserver") else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let bytes = parts.first.map { $0.split(separator: ".").map { UInt8($0) } } ?? []
    let hasPort = parts.count == 2 && (UInt16(parts[1]) ?? 0) > 0
    guard bytes.count == 4, !bytes.contains(nil), parts.count == 1 || hasPort else {
      throw reader.wrong("nameserver", "\"192.0.2.1\" | \"192.0.2.1:53\"")
    }
    return text
  }

  /// Whether an entry of `crl` lies on the web; any other is a file.
  public static func isURL(_ text: String) -> Bool {
    text.hasPrefix("https://") || text.hasPrefix("http://")
  }

  /// Files, `file:` URLs, which are files too, and web addresses. LDAP, as certificates often name
  /// it for their lists, is spoken by nobody here.
  private static func readLists(
    _ line: Int, _ reader: inout TableReader, _ paths: PathExpansion
  ) throws(SettingsError) -> [String] {
    var lists: [String] = []
    for text in try reader.strings("crl") ?? [] {
      let scheme = text.prefix { $0 != ":" }.lowercased()
      let rest = text.dropFirst(scheme.count + 1)
      switch scheme {
      case "http" where rest.hasPrefix("//"), "https" where rest.hasPrefix("//"):
        lists.append("\(scheme):\(rest)")
      case "file" where rest.hasPrefix("///"): lists.append(String(rest.dropFirst(2)))
      case "file", "ldap", "ldaps", "ftp":
        throw .listAddress(path: reader.file.path, line: line, address: text)
      default: lists.append(paths.absolute(text))
      }
    }
    return lists
  }

  /// A token would be refused to them anyway, at the last moment; here it is said beforehand.
  private static func checkTokenHosts(
    _ settings: IMAPSettings, _ reader: TableReader
  ) throws(SettingsError) {
    guard settings.auth.method == .xoauth2 || settings.auth.method == .oauthbearer else { return }
    for (key, server) in [("imap", settings.imap), ("smtp", settings.smtp)] {
      guard let server else { continue }
      let host = server.host.lowercased()
      let isTrusted =
        host == "mssante.fr" || host.hasSuffix(".mssante.fr")
        || settings.tokenHosts.contains { $0.lowercased() == host }
      if !isTrusted {
        throw .foreignTokenHost(
          path: reader.file.path, line: reader.line(key), host: server.host)
      }
    }
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
    var settings = AuthSettings(
      method: try auth.choice("method", AuthSettings.Method.self) ?? .password,
      user: try auth.string("user") ?? address,
      password: try auth.string("password"),
      passwordCommand: try auth.strings("password_command") ?? outer ?? [],
      tokenCommand: try auth.strings("token_command") ?? [])
    settings.tokenFrom =
      try auth.choice("token_from", AuthSettings.TokenSource.self) ?? .worker
    try readCertificate(&settings, &auth, paths: paths)
    if let key = missing(settings) {
      throw .missing(path: reader.file.path, line: line, key: "auth.\(key)")
    }
    warnings += auth.leftovers()
    return settings
  }

  /// Two PEM files, one PKCS#12 file, or a card: one of them.
  private static func readCertificate(
    _ settings: inout AuthSettings, _ auth: inout TableReader, paths: PathExpansion
  ) throws(SettingsError) {
    settings.certificate = try auth.string("certificate").map(paths.absolute)
    settings.key = try auth.string("key").map(paths.absolute)
    settings.keyPasswordCommand = try auth.strings("key_password_command") ?? []
    if let bundle = try auth.string("pkcs12") {
      guard settings.certificate == nil, settings.key == nil else {
        throw auth.wrong("pkcs12", "pkcs12 | certificate + key")
      }
      settings.certificate = paths.absolute(bundle)
    }
    settings.pkcs11 = try auth.string("pkcs11")
    settings.pkcs11Module = try auth.string("pkcs11_module").map(paths.absolute)
    settings.pinCommand = try auth.strings("pin_command") ?? []
    if let card = settings.pkcs11, !card.hasPrefix("pkcs11:") {
      throw auth.wrong("pkcs11", "\"pkcs11:token=…;object=…\"")
    }
  }

  /// What the method cannot do without; nil when nothing is missing.
  private static func missing(_ auth: AuthSettings) -> String? {
    if auth.pkcs11 != nil, auth.pkcs11Module == nil { return "pkcs11_module" }
    switch auth.method {
    case .certificate where auth.certificate == nil && auth.pkcs11 == nil: return "certificate"
    case .password where auth.password == nil && auth.passwordCommand.isEmpty,
      .scram where auth.password == nil && auth.passwordCommand.isEmpty:
      return "password_command"
    case .xoauth2 where auth.tokenCommand.isEmpty, .oauthbearer where auth.tokenCommand.isEmpty:
      return "token_command"
    default: return nil
    }
  }
}
