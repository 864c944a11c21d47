import Domain
import Glibc
import Platform

extension Configuration {
  /// Where the file is: `--config`, `$MSSTERM_CONFIG`, then the XDG places, then /etc.
  ///
  /// nil when nothing was named and none of the usual places holds one.
  public static func locate(
    option: String?, environment: [String: String], exists: (String) -> Bool
  ) -> String? {
    if let option { return option }
    if let named = environment["MSSTERM_CONFIG"], !named.isEmpty { return named }
    var places: [String] = []
    if let xdg = environment["XDG_CONFIG_HOME"], xdg.hasPrefix("/") {
      places.append(xdg + "/mssterm/config.toml")
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      places.append(home + "/.config/mssterm/config.toml")
    }
    places.append("/etc/mssterm/config.toml")
    return places.first(where: exists)
  }

  /// Reads and checks the whole file.
  public static func load(
    path: String, environment: [String: String]
  ) throws(SettingsError) -> Configuration {
    let (text, mode) = try read(path)
    let file = try TOMLFile(path: path, text: text)
    let configuration = try parse(file, environment: environment)
    let hasSecret = configuration.bals.contains {
      if case .imap(let server) = $0.backend { server.auth.password != nil } else { false }
    }
    if hasSecret && mode & 0o077 != 0 { throw .looseMode(path: path) }
    return configuration
  }

  private static func read(_ path: String) throws(SettingsError) -> (String, mode_t) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .noFile(path: path) : .unreadable(path: path)
    }
    defer { Glibc.close(descriptor) }
    guard let facts = FileFacts(descriptor: descriptor), facts.isFile else {
      throw .unreadable(path: path)
    }
    guard facts.size <= TOMLFile.sizeLimit else { throw .tooLarge(path: path) }
    var bytes = [UInt8](repeating: 0, count: facts.size)
    var filled = 0
    while filled < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled)
      }
      guard got > 0 else { throw .unreadable(path: path) }
      filled += got
    }
    return (String(decoding: bytes, as: UTF8.self), facts.mode)
  }

  /// The pure half of `load`: no file is touched.
  public static func parse(
    _ file: TOMLFile, environment: [String: String]
  ) throws(SettingsError) -> Configuration {
    var root = TableReader(file, path: "", table: file.root)
    var warnings: [SettingsWarning] = []
    let officine = try readOfficine(&root, &warnings)
    let postes = try readPostes(&root, &warnings)
    let sending = try readSending(&root, &warnings, officine: officine.name)
    let screen = try readScreen(&root, &warnings)
    let trust = try readTrust(&root, &warnings)
    var templates: [TemplateText] = []
    for var reader in try root.children("template") {
      templates.append(
        TemplateText(name: try reader.required("name"), body: try reader.required("body")))
      warnings += reader.leftovers()
    }
    let hours = try readHours(&root, &warnings)
    let alarms = try readAlarms(&root, &warnings)
    let views = try readViews(&root, &warnings)
    var keymap: [String: [String: String]] = [:]
    if var reader = try root.child("keymap") {
      for context in reader.table.keys { keymap[context] = try reader.stringMap(context) }
    }
    let paths = PathExpansion(file: file.path, home: environment["HOME"] ?? "/")
    let vault = try readVault(&root, &warnings, paths: paths, environment: environment)
    var bals: [BALSettings] = []
    for var reader in try root.children("bal") {
      bals.append(try readBAL(&reader, &warnings, paths: paths))
      warnings += reader.leftovers()
    }
    warnings += root.leftovers()
    return Configuration(
      path: file.path, officine: officine, postes: postes, bals: bals, sending: sending,
      screen: screen, trust: trust, templates: templates, keymap: keymap, warnings: warnings,
      hours: hours, alarms: alarms, views: views, vault: vault)
  }

  private static func readOfficine(
    _ root: inout TableReader, _ warnings: inout [SettingsWarning]
  ) throws(SettingsError) -> Officine {
    guard var reader = try root.child("officine") else {
      return Officine(name: "", policy: Policy())
    }
    let name = try reader.string("name") ?? ""
    let policy = Policy(
      doubleCheck: try reader.boolean("double_check") ?? true,
      proposeOriginalAwaited: try reader.boolean("original_awaited") ?? true,
      checkPIN: try reader.choice("check_pin", Policy.CheckPIN.self) ?? .shared)
    let timezone = try reader.string("timezone")
    if let timezone, !Timezone.isKnown(timezone) {
      throw reader.wrong("timezone", "\"Europe/Paris\"")
    }
    warnings += reader.leftovers()
    return Officine(name: name, policy: policy, timezone: timezone)
  }

  /// Seconds without a key before a screen locks: long enough to work, short enough for a counter.
  private static let lockRange = 60...1800

  private static func readPostes(
    _ root: inout TableReader, _ warnings: inout [SettingsWarning]
  ) throws(SettingsError) -> Postes {
    let fallback = Poste(name: "")
    guard var reader = try root.child("poste") else {
      return Postes(standard: fallback, byAddress: [:], named: [:])
    }
    let standard = Poste(
      name: try reader.string("name") ?? "", printer: try reader.string("printer"),
      lockAfter: try reader.clampedDuration("lock_after", to: lockRange, &warnings)
        ?? fallback.lockAfter,
      isShared: try reader.boolean("shared") ?? fallback.isShared)
    let byAddress = try reader.stringMap("by_address")
    var named: [String: Poste] = [:]
    let own: Set<String> = ["name", "printer", "lock_after", "shared", "by_address"]
    for name in reader.table.keys where !own.contains(name) {
      // A plain value here is a misspelt setting, a table is a poste.
      guard case .table? = reader.table[name], var inner = try reader.child(name) else { continue }
      named[name] = Poste(
        name: name, printer: try inner.string("printer") ?? standard.printer,
        lockAfter: try inner.clampedDuration("lock_after", to: lockRange, &warnings)
          ?? standard.lockAfter,
        isShared: try inner.boolean("shared") ?? standard.isShared)
      warnings += inner.leftovers()
    }
    warnings += reader.leftovers()
    return Postes(standard: standard, byAddress: byAddress, named: named)
  }

  private static func readSending(
    _ root: inout TableReader, _ warnings: inout [SettingsWarning], officine: String
  ) throws(SettingsError) -> Sending {
    guard var reader = try root.child("sending") else {
      return Sending(productReference: "", displayName: officine, finess: "", undoDelay: 12)
    }
    let sending = Sending(
      productReference: try reader.string("nil") ?? "",
      displayName: try reader.string("display_name") ?? officine,
      finess: try reader.string("finess") ?? "",
      undoDelay: try reader.duration("undo_delay", in: 0...60) ?? 12)
    warnings += reader.leftovers()
    return sending
  }

  private static func readScreen(
    _ root: inout TableReader, _ warnings: inout [SettingsWarning]
  ) throws(SettingsError) -> Screen {
    guard var reader = try root.child("screen") else {
      return Screen(language: nil, theme: "default", mouse: false, color: .auto)
    }
    let screen = Screen(
      language: try reader.choice("language", Screen.Language.self),
      theme: try reader.string("theme") ?? "default",
      mouse: try reader.boolean("mouse") ?? false,
      color: try reader.choice("color", Screen.Color.self) ?? .auto)
    warnings += reader.leftovers()
    return screen
  }

  private static func readTrust(
    _ root: inout TableReader, _ warnings: inout [SettingsWarning]
  ) throws(SettingsError) -> TrustSpace {
    var trust = TrustSpace()
    guard var reader = try root.child("trust_space") else { return trust }
    if let domains = try reader.strings("domains") { trust.suffixes = Set(domains) }
    if let domains = try reader.strings("patient_domains") { trust.patientDomains = Set(domains) }
    if let words = try reader.strings("organisation_words") {
      trust.organisationWords = Set(words)
    }
    if let words = try reader.strings("application_words") { trust.applicationWords = Set(words) }
    warnings += reader.leftovers()
    return trust
  }
}
