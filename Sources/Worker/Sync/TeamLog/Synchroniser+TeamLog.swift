import Domain
import Store

extension Synchroniser {
  /// Keeps the team log beside the mail from now on, where there is one.
  func beginTeamLog() throws(SyncFailure) {
    guard logThread == nil, let (account, imap) = try team() else { return }
    let (store, desk, log, now, life) = (store, desk, log, now, LifeSign())
    let address = self.account.bal.address
    logThread = LogThread(
      store: store, rhythm: rhythm, isPushed: self.account.isPushed, log: log, now: now
    ) { stop in
      let backend = try IMAPBackend(
        imap, desk: desk ?? LoginDesk(imap.login, store: store), directory: store.directory,
        stop: stop, life: life)
      return LogClerk(
        account, address: address, store: store, operator: LogOperator(backend, account),
        stop: stop, log: log, now: now)
    }
  }

  /// One whole pass of the team log on this thread: what the others said, what we have to say, and
  /// the proof that it was heard. Its own troubles stand in the store and are thrown.
  ///
  /// - Returns: false when this BAL has no team log.
  @discardableResult
  public func logPass() throws(SyncFailure) -> Bool {
    guard let (account, imap) = try team() else { return false }
    let health = LogHealthDesk(store: store, log: log, now: now)
    do throws(SyncFailure) {
      let backend = try IMAPBackend(
        imap, desk: desk ?? LoginDesk(imap.login, store: store, stop: stop),
        directory: store.directory, stop: stop, life: life)
      let clerk = LogClerk(
        account, address: self.account.bal.address, store: store,
        operator: LogOperator(backend, account), stop: stop, log: log, now: now)
      defer { clerk.close() }
      var looks = 0
      while try clerk.pass(), looks < Self.looksAtOnce { looks += 1 }
      health.confirm(isPushed: false)
      return true
    } catch {
      health.fail(error, nextAttempt: nil)
      throw error
    }
  }

  /// Looks for what was said and not seen, each a round trip.
  private static let looksAtOnce = 20

  /// nil without a log; says why where there can be none.
  private func team() throws(SyncFailure) -> (TeamLogAccount, IMAPAccount)? {
    guard let team = account.teamLog else {
      try workAlone()
      return nil
    }
    guard case .imap(let imap) = account.backend else {
      // The same trouble keeps its « since ».
      try workAlone(tells: true)
      LogHealthDesk(store: store, log: log, now: now)
        .fail(.teamLog(.maildir), nextAttempt: nil)
      return nil
    }
    return (team, imap)
  }

  /// The setting was emptied, or the mailbox is none that machines can share: nothing waits for
  /// other machines any more, purges neither.
  private func workAlone(tells: Bool = false) throws(SyncFailure) {
    let moment = now()
    try stored { () throws(StoreError) in
      try store.turnOffTeamLog(by: .mailbox, now: moment)
      if !tells { try store.setTeamLogHealth(nil) }
    }
  }
}

extension TeamLogHealth.Obstacle {
  /// Of ``address``: how this machine and another one write it.
  static func french(_ here: String, _ there: String) -> String {
    "Journal d’équipe : une autre machine écrit l’adresse de la BAL « \(printable(there)) », "
      + "celle-ci « \(printable(here)) » ; mettez la même partout (address, dans [[bal]])."
  }

  static func english(_ here: String, _ there: String) -> String {
    "Team log: another machine writes the BAL's address \"\(printable(there))\", this one "
      + "\"\(printable(here))\"; put the same everywhere (address, in [[bal]])."
  }

  var french: String {
    switch self {
    case .key:
      "Journal d’équipe : « team_key_command » ne donne pas la clé des autres machines ; "
        + "essayez-la à la main. « mssterm team-key » en fait une pour toutes."
    case .address: Self.french("?", "?")
    case .forbidden:
      "Journal d’équipe : le serveur refuse le dossier de « team_log » ; demandez ce droit à "
        + "l’opérateur. Cette machine travaille seule en attendant."
    case .maildir:
      "Journal d’équipe : un Maildir n’en a pas ; videz « team_log », ou prenez un serveur IMAP."
    case .unfinished:
      "Journal d’équipe : une autre machine le renouvelle et n’a pas fini ; nouvel essai bientôt."
    case .abandoned:
      "Journal d’équipe : la machine qui le renouvelait n’a pas fini ; rallumez-la. S’il n’y en a "
        + "plus aucune, « mssterm team-log begin » commence ici, sans ce qu’elle seule savait."
    }
  }

  var english: String {
    switch self {
    case .key:
      "Team log: \"team_key_command\" does not give the other machines' key; try it by hand. "
        + "\"mssterm team-key\" makes one for all of them."
    case .address: Self.english("?", "?")
    case .forbidden:
      "Team log: the server refuses the mailbox of \"team_log\"; ask the operator for that right. "
        + "This machine works alone meanwhile."
    case .maildir:
      "Team log: a Maildir has none; empty \"team_log\", or use an IMAP server."
    case .unfinished:
      "Team log: another machine is renewing it and has not finished; it will be tried again soon."
    case .abandoned:
      "Team log: the machine that renewed it did not finish; switch it on. If there is none left, "
        + "\"mssterm team-log begin\" begins here, without what only that one knew."
    }
  }
}

extension Synchroniser {
  /// What machines say to one another is never shown as mail, even where somebody names it among
  /// the mailboxes to keep.
  func isOfTeamLog(_ folder: Folder, _ naming: Naming) -> Bool {
    guard let team = account.teamLog else { return false }
    return naming.spellings(of: naming.made(team.mailbox)).contains {
      folder.name == $0 || folder.name.hasPrefix($0 + String(naming.delimiter ?? "/"))
    }
  }
}
