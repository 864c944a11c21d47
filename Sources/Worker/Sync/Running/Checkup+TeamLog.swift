import Domain
import Store
import TeamLog

/// What the doctor says of the exchange between the officine's machines.
extension Checkup {
  /// Nothing is made here: the service makes the mailbox when it first needs it.
  func teamLog(_ session: any MailSession) throws(SyncFailure) -> [Finding] {
    guard let team = account.teamLog else { return [noTeamLog] }
    let health = (try? store.teamLogHealth()) ?? nil
    if let here = health?.address, let there = health?.otherAddress {
      typealias Words = TeamLogHealth.Obstacle
      return [
        key(team),
        said("log", false, Words.french(here, there), Words.english(here, there)),
      ]
    }
    if let obstacle = health?.obstacle, obstacle != .key {
      return [key(team), said("log", false, obstacle.french, obstacle.english)]
    }
    if let refusal = refusal(health) { return [key(team), refusal] }
    let shown = printable(team.mailbox)
    let base = session.naming.made(team.mailbox) + String(session.naming.delimiter ?? "/")
    guard try session.folders().contains(where: { $0.name.hasPrefix(base) }) else {
      return [
        key(team),
        said(
          "log", true, "\(shown) n’existe pas encore : le premier passage le crée",
          "\(shown) does not exist yet: the first pass makes it"),
      ]
    }
    guard let state = (try? store.teamLog()) ?? nil else {
      return [key(team), said("log", true, "\(shown) existe", "\(shown) exists")]
    }
    return [
      key(team),
      said(
        "log", true,
        "\(shown) : époque \(state.epoch), "
          + Counted.french(state.messages, "message lu", "messages lus") + ", "
          + Counted.french(state.pending, "geste en attente", "gestes en attente"),
        "\(shown): epoch \(state.epoch), \(Counted.english(state.messages, "message")) read, "
          + "\(Counted.english(state.pending, "gesture")) pending"),
    ] + ignored(state)
  }

  /// What the server refused the last time, though the log is on.
  private func refusal(_ health: TeamLogHealth?) -> Finding? {
    let start = "server.refused."
    guard let code = health?.status.failure, code.hasPrefix(start) else { return nil }
    let verb = code.dropFirst(start.count)
    return said(
      "log", false,
      "le serveur a refusé \(verb) dans le journal d’équipe (quota plein ?) : ce qui est fait ici "
        + "attend ; libérez de la place ou demandez à l’opérateur",
      "the server refused \(verb) in the team log (quota full?): what is done here waits; free "
        + "some space or ask the operator")
  }

  private var noTeamLog: Finding {
    said(
      "log", true, "pas de journal d’équipe : une seule machine, rien à faire",
      "no team log: one machine, nothing to do")
  }

  /// A Maildir knows no order that two machines could share.
  func teamLogOfMaildir() -> [Finding] {
    guard account.teamLog != nil else { return [] }
    let obstacle = TeamLogHealth.Obstacle.maildir
    return [said("log", false, obstacle.french, obstacle.english)]
  }

  private func ignored(_ state: TeamLogState) -> [Finding] {
    guard state.ignored > 0 else { return [] }
    return [
      said(
        "log", false, required: false,
        Counted.french(
          state.ignored, "message du journal ignoré", "messages du journal ignorés")
          + " : sans preuve, ou d’une autre version ; "
          + "vérifier que chaque machine a la même clé et la même version",
        "\(Counted.english(state.ignored, "message")) of the log ignored: without proof, or of "
          + "another version; check "
          + "that each machine has the same key and the same version")
    ]
  }

  private func key(_ team: TeamLogAccount) -> Finding {
    let line = try? Secrets.firstLine(of: team.keyCommand)
    let obstacle = TeamLogHealth.Obstacle.key
    // One that is well made may still be another one than the others'.
    let health = (try? store.teamLogHealth()) ?? nil
    let isKey = line.flatMap { LogKey($0) } != nil && health?.obstacle != obstacle
    return said(
      "log", isKey, isKey ? "la clé de l’équipe est là" : obstacle.french,
      isKey ? "the team's key is there" : obstacle.english)
  }
}
