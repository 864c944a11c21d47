public import Domain

extension English {
  public func teamLog(_ health: TeamLogHealth, now: Timestamp) -> String {
    var parts: [String] = []
    switch health.obstacle {
    case .key: parts.append("no key, or another one")
    case .address: parts.append("another address on another machine")
    case .forbidden: parts.append("refused by the server")
    case .maildir: parts.append("not possible with a Maildir")
    case .abandoned: parts.append("has waited long for another machine")
    case .unfinished: parts.append("waits for another machine")
    case nil: parts.append(sync(health.status, now: now))
    }
    if health.pending > 0 { parts.append("\(health.pending) pending") }
    if health.ignored > 0 { parts.append("\(health.ignored) ignored") }
    return "team log: " + parts.joined(separator: ", ")
  }

  public func teamLogAdvice(_ health: TeamLogHealth) -> String? {
    switch health.obstacle {
    case .key:
      "\"team_key_command\" does not give the other machines' key. Try it by hand (\"mssterm "
        + "team-key\" makes one), then Enter. Gestures stay here meanwhile."
    case .address:
      "Another machine writes the BAL's address \"\(health.otherAddress ?? "?")\", this one "
        + "\"\(health.address ?? "?")\": put the same everywhere (address, in [[bal]]). Gestures "
        + "stay here meanwhile."
    case .forbidden:
      "The server refuses the mailbox of \"team_log\": ask the operator for that right, or empty "
        + "\"team_log\". This machine works alone meanwhile."
    case .maildir:
      "Several machines cannot share a BAL through a Maildir: empty \"team_log\", or use "
        + "backend = \"imap\"."
    case .unfinished:
      "Another machine is renewing the log: turn it on again if this lasts."
    case .abandoned:
      "The machine that renewed the log did not finish: switch it on. If there is none left, "
        + "\"mssterm team-log begin\" begins here, without what only that one knew."
    case nil:
      health.ignored > 0
        ? "Some messages of the log are not this pharmacy's, or of another version; check that "
          + "each machine has the same key and the same version."
        : nil
    }
  }
}
