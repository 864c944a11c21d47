/// What several machines on one BAL have in common.
extension Configuration {
  /// The log's mailbox, empty for none, and what prints its key.
  static func readTeam(
    _ reader: inout TableReader
  ) throws(SettingsError) -> (log: String, keyCommand: [String]) {
    let log = try reader.string("team_log") ?? ""
    let command = try reader.strings("team_key_command") ?? []
    guard !log.isEmpty else { return ("", command) }
    guard isMailboxPath(log) else {
      throw reader.wrong("team_log", "\"MSSTerm/Journal\" (« / » ; ni/not INBOX, \" \\ * %)")
    }
    // Without a key nobody could tell a colleague's gesture from anybody's mail.
    guard command.first?.isEmpty == false else {
      throw .missing(
        path: reader.file.path, line: reader.line("team_log"),
        key: "team_key_command = [\"…\"]")
    }
    return (log, command)
  }

  /// Levels between `/`, none empty, nothing that means several mailboxes or cannot be quoted, and
  /// not the patients' own mail.
  private static func isMailboxPath(_ text: String) -> Bool {
    let levels = text.split(separator: "/", omittingEmptySubsequences: false)
    let isClean = text.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x7F && !"*%\"\\".unicodeScalars.contains($0)
    }
    return isClean && text.utf8.count <= 200 && !levels.contains("")
      && text.uppercased() != "INBOX"
  }
}
