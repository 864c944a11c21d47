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
      LogClerk(
        account, address: address, store: store,
        backend: try IMAPBackend(
          imap, desk: desk ?? LoginDesk(imap.login, store: store), directory: store.directory,
          stop: stop, life: life),
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
      let clerk = LogClerk(
        account, address: self.account.bal.address, store: store,
        backend: try IMAPBackend(
          imap, desk: desk ?? LoginDesk(imap.login, store: store, stop: stop),
          directory: store.directory, stop: stop, life: life),
        stop: stop, log: log, now: now)
      defer {
        clerk.drop()
        clerk.backend.close()
      }
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
      try stored { () throws(StoreError) in try store.setTeamLogHealth(nil) }
      return nil
    }
    guard case .imap(let imap) = account.backend else {
      LogHealthDesk(store: store, log: log, now: now)
        .fail(.teamLog(.maildir), nextAttempt: nil)
      return nil
    }
    return (team, imap)
  }
}

extension TeamLogHealth.Obstacle {
  var french: String {
    switch self {
    case .key:
      "Journal d’équipe : « team_key_command » ne donne pas de clé ; essayez-la à la main. "
        + "« mssterm team-key » en fait une."
    case .forbidden:
      "Journal d’équipe : le serveur refuse le dossier de « team_log » ; demandez ce droit à "
        + "l’opérateur. Cette machine travaille seule en attendant."
    case .maildir:
      "Journal d’équipe : un Maildir n’en a pas ; videz « team_log », ou prenez un serveur IMAP."
    case .unfinished:
      "Journal d’équipe : une autre machine le renouvelle et n’a pas fini ; nouvel essai bientôt."
    }
  }

  var english: String {
    switch self {
    case .key:
      "Team log: \"team_key_command\" gives no key; try it by hand. \"mssterm team-key\" makes one."
    case .forbidden:
      "Team log: the server refuses the mailbox of \"team_log\"; ask the operator for that right. "
        + "This machine works alone meanwhile."
    case .maildir:
      "Team log: a Maildir has none; empty \"team_log\", or use an IMAP server."
    case .unfinished:
      "Team log: another machine is renewing it and has not finished; it will be tried again soon."
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
