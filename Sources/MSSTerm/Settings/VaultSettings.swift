import Domain

/// `[journal]` and `[backup]`: how long traces are kept, where their anchors lie, and where copies
/// of the stores go.
public struct VaultSettings: Equatable, Sendable {
  public struct Backup: Equatable, Sendable {
    /// Keys of age, `age1…` or an ssh public key.
    public var recipients: [String] = []
    /// A file with such keys, one a line; absolute.
    public var recipientsFile: String?
    /// Where the service puts copies by itself; absolute. nil: it makes none.
    public var directory: String?
    /// Seconds between two of them.
    public var every: Int64 = 86_400
    /// How many stay.
    public var keep = 14

    public var hasRecipients: Bool { !recipients.isEmpty || recipientsFile != nil }
    public var isAutomatic: Bool { directory != nil && hasRecipients }
  }

  /// The directory of the anchors; absolute. nil: the usual place.
  public var anchors: String?
  /// The account's own place for what a program remembers (XDG).
  public var stateHome = "/var/lib"
  /// Seconds.
  public var keepTraces: Int64 = 372 * 86_400
  public var backup = Backup()
}

extension Configuration {
  /// The file with the anchors of a BAL's journal: outside its store, one a store.
  ///
  /// The store of a group has them beside it, for every account that works there; another one
  /// below `$XDG_STATE_HOME`.
  public func anchorFile(of settings: BALSettings) -> String {
    // Two configurations may call a BAL the same: a sign of the store's place tells them apart.
    let sign = settings.store.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    let bal = String(settings.bal.name.map { $0 == "/" ? "_" : $0 })
    let name = "\(bal)-\(String(sign, radix: 16)).log"
    if let directory = vault.anchors { return "\(directory)/\(name)" }
    guard settings.isGroupStore else { return "\(vault.stateHome)/mssterm/anchors/\(name)" }
    let parent = settings.store.lastIndex(of: "/").map { settings.store[..<$0] } ?? ""
    return "\(parent)/anchors/\(name)"
  }

  static func readVault(
    _ root: inout TableReader, _ warnings: inout [SettingsWarning], paths: PathExpansion,
    environment: [String: String]
  ) throws(SettingsError) -> VaultSettings {
    var vault = VaultSettings()
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      vault.stateHome = state
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      vault.stateHome = home + "/.local/state"
    }
    if var reader = try root.child("journal") {
      vault.anchors = try reader.string("anchor").map(paths.absolute)
      let keep = try reader.period("keep", atLeast: TableReader.sixMonths, "6 months, 12 months…")
      vault.keepTraces = keep ?? vault.keepTraces
      warnings += reader.leftovers()
    }
    guard var reader = try root.child("backup") else { return vault }
    let keys = try reader.strings("recipients") ?? []
    for key in keys where !key.hasPrefix("age1") && !key.hasPrefix("ssh-") {
      throw reader.wrong("recipients", "[\"age1…\"]")
    }
    vault.backup = VaultSettings.Backup(
      recipients: keys, recipientsFile: try reader.string("recipients_file").map(paths.absolute),
      directory: try reader.string("directory").map(paths.absolute),
      every: try reader.period("every", atLeast: 3600, "1 hour, 1 day, 1 week…") ?? 86_400,
      keep: try reader.integer("keep", in: 1...10_000) ?? 14)
    if vault.backup.directory != nil, !vault.backup.hasRecipients {
      throw .missing(
        path: reader.file.path, line: reader.line("directory"), key: "backup.recipients")
    }
    warnings += reader.leftovers()
    return vault
  }
}

extension TableReader {
  static let sixMonths: Int64 = 184 * 86_400

  /// Seconds from `"12 months"`, `"90 days"`, `"1 day"`, in English or French. A month has 31 days
  /// and a year 366: rather a day too long than too short.
  mutating func period(
    _ key: String, atLeast least: Int64, _ allowed: String
  ) throws(SettingsError) -> Int64? {
    guard let text = try string(key) else { return nil }
    let words = text.split(separator: " ")
    guard words.count == 2, let number = Int64(words[0]), (1...10_000).contains(number),
      let unit = Self.periods[String(words[1])], number * unit >= least
    else { throw wrong(key, allowed) }
    return number * unit
  }

  private static let periods: [String: Int64] = {
    let day: Int64 = 86_400
    var units: [String: Int64] = [:]
    for (names, seconds) in [
      (["hour", "hours", "h", "heure", "heures"], 3600), (["day", "days", "jour", "jours"], day),
      (["week", "weeks", "semaine", "semaines"], 7 * day), (["month", "months", "mois"], 31 * day),
      (["year", "years", "an", "ans"], 366 * day),
    ] {
      for name in names { units[name] = seconds }
    }
    return units
  }()
}
