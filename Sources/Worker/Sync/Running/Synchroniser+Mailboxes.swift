import Domain
import Store

/// Mailboxes that were renamed or taken away at the server.
extension Synchroniser {
  /// A mailbox that is new here and holds, under the numbers of one that is missing, the very
  /// same mails is that one under another name.
  func followRenames(
    _ folders: [Folder], _ session: any MailSession
  ) throws(SyncFailure) {
    let missing = try stored { () throws(StoreError) in
      try store.noteListed(Set(folders.map(\.name)), now: now())
    }
    guard !missing.isEmpty else { return }
    for folder in wanted(folders, session) where folder.role != .inbox {
      let known = try stored { () throws(StoreError) in try store.cursor(of: folder.name) }
      guard known == nil, let opened = try openedQuietly(folder, session) else { continue }
      for old in missing where old.uidValidity == opened.uidValidity {
        guard try holdsSameMail(old, session) else { continue }
        try stored { () throws(StoreError) in
          try store.renameMailbox(old.name, to: folder.name, now: now())
        }
        memory.forget(old.name)
        memory.forget(folder.name)
        break
      }
    }
  }

  /// One that the server will not open is told about by its own pass.
  private func openedQuietly(
    _ folder: Folder, _ session: any MailSession
  ) throws(SyncFailure) -> OpenedFolder? {
    do throws(SyncFailure) {
      return try session.open(folder)
    } catch {
      guard case .refused = error else { throw error }
      return nil
    }
  }

  /// Two mailboxes of one second may have one UIDVALIDITY: mails are compared, the newest of ours.
  private func holdsSameMail(
    _ old: MailboxCursor, _ session: any MailSession
  ) throws(SyncFailure) -> Bool {
    let uids = try stored { () throws(StoreError) in
      try store.knownUIDs(in: old.name, uidValidity: old.uidValidity)
    }.suffix(Self.comparedMails)
    var same = 0
    for uid in uids {
      let raw = try stored { () throws(StoreError) in
        try store.raw(at: uid, in: old.name, uidValidity: old.uidValidity)
      }
      // Removed there meanwhile says nothing; another mail under its number says no.
      guard let raw, let there = try session.identity(uid) else { continue }
      guard there.header == MailIdentity(raw: raw).header else { return false }
      same += 1
    }
    return same > 0
  }

  private static let comparedMails = 10

  /// What is configured, or was Sent, and is not there: a calm word for the health pane.
  func missingMailboxes(
    _ folders: [Folder], _ session: any MailSession
  ) throws(SyncFailure) -> [String] {
    let names = Set(folders.map(\.name))
    var missing = account.mailboxes.filter {
      names.isDisjoint(with: session.naming.spellings(of: $0))
    }
    if !folders.contains(where: { $0.role == .sent }) {
      missing += try stored { () throws(StoreError) in
        try store.noteListed(names, now: now())
      }.filter { $0.specialUse == "\\Sent" }.map(\.name)
    }
    return Set(missing).sorted()
  }
}
