import Domain
import Logging
import Store

/// One attempt at a pass: every mailbox that is wanted, then what is to be sent.
extension Synchroniser {
  /// An idle session that the server closed meanwhile is no outage: once more, freshly. And once
  /// more whenever the end of a connection taught at which message it ends (`Obstacles`).
  func attempts(_ report: inout SyncReport) throws(SyncFailure) {
    var wasOpen = session != nil
    var lessonsTaken = 0
    var isMistrusted = false
    while true {
      do throws(SyncFailure) {
        return try attempt(&report)
      } catch {
        if lessons.isThereNews(), lessonsTaken < Self.lessonsAtOnce {
          lessonsTaken += 1
        } else if error == .compression, !isMistrusted {
          // The backend opens the next connection without it.
          isMistrusted = true
          log?.warning("what the server compressed could not be trusted")
          try trace("compress", error.code)
        } else {
          guard wasOpen, error == .connectionLost || error == .limit else { throw error }
        }
        wasOpen = false
        drop()
      }
    }
  }

  /// Connections that one pass may lose to find out; the next pass goes on from there.
  private static let lessonsAtOnce = 10

  private func attempt(_ report: inout SyncReport) throws(SyncFailure) {
    // While a round is under way, what it holds is not lost; a round begins with this itself.
    if !outbox.isRunning { try sender.release() }
    if asksAgain {
      try stored { () throws(StoreError) in try store.askAgain() }
      asksAgain = false
    }
    if session == nil {
      try begin()
      session = try connect()
    }
    guard let session else { return }
    try session.endWatch(patience: Self.donePatience)
    let folders = try session.folders()
    try followRenames(folders, session)
    let tally = Tally { [unowned self] (progress) throws(SyncFailure) in try self.tell(progress) }
    var refusal: SyncFailure?
    for folder in wanted(folders, session) {
      refusal = try look(at: folder, session, tally, &report) ?? refusal
    }
    if try send(session, folders, &report) {
      // The copy comes into the store and \Answered goes to the server in the same pass.
      for folder in wanted(try session.folders(), session) {
        refusal = try look(at: folder, session, tally, &report) ?? refusal
      }
    }
    try gatherHealth(folders, session)
    if let refusal { throw refusal }
  }

  /// What the server refuses of one mailbox is told at the end: it keeps neither other mail from
  /// coming nor answers from leaving.
  private func look(
    at folder: Folder, _ session: any MailSession, _ tally: Tally, _ report: inout SyncReport
  ) throws(SyncFailure) -> SyncFailure? {
    var folder = folder
    do throws(SyncFailure) {
      while try receive(folder, session, tally, &report) {
        // Its numbers are old by now.
        folder.status = nil
        try deliver(&report)
      }
      return nil
    } catch {
      guard case .refused = error else { throw error }
      return error
    }
  }

  /// Seconds a server has to confirm the end of IDLE before it counts as gone.
  private static let donePatience: Int64 = 15

  /// INBOX, Sent, and those that the configuration names: their mail is kept and found, and opens
  /// no demande.
  func wanted(_ folders: [Folder], _ session: any MailSession) -> [Folder] {
    let others = folders.filter { $0.role == .other && !isOfTeamLog($0, session.naming) }
    let names = Set(others.map(\.name))
    let kept = Set(
      account.mailboxes.compactMap { session.naming.spellings(of: $0).first(where: names.contains) }
    )
    return folders.filter { $0.role == .inbox } + folders.filter { $0.role == .sent }
      + others.filter { kept.contains($0.name) }
  }

  private func connect() throws(SyncFailure) -> any MailSession {
    do throws(SyncFailure) {
      let session = try backend.connect()
      try trace("login", "OK")
      return session
    } catch {
      if case .store = error { throw error }
      try trace("login", error.code)
      throw error
    }
  }

  /// True when the same mailbox is to be looked at again.
  private func receive(
    _ folder: Folder, _ session: any MailSession, _ tally: Tally, _ report: inout SyncReport
  ) throws(SyncFailure) -> Bool {
    let pass = MailboxPass(
      store: store, session: session,
      reader: MessageReader(account: account, store: store, decoder: decoder), memory: memory,
      now: now, stop: stop, tally: tally, lessons: lessons)
    do throws(SyncFailure) {
      let goesOn = try pass.run(folder, &report)
      refusedMailboxes.remove(folder.name)
      return goesOn
    } catch {
      // One mailbox that the server will not open must not keep the mail of INBOX from coming.
      guard case .refused(let verb) = error, folder.role != .inbox else { throw error }
      // Told once, and shown until it opens again.
      if refusedMailboxes.insert(folder.name).inserted {
        log?.warning("a mailbox was refused: \(verb)")
        try trace("mailbox", error.code)
      }
      return false
    }
  }
}
