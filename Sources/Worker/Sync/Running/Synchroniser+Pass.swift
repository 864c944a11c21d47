import Domain
import Logging
import Store

/// One attempt at a pass: every mailbox that is wanted, then what is to be sent.
extension Synchroniser {
  /// An idle session that the server closed meanwhile is no outage: once more, freshly. A flood
  /// teaches where it lies (`Giants`): one to notice, one to find, then past it.
  func attempts(_ report: inout SyncReport) throws(SyncFailure) {
    var wasOpen = session != nil
    var floods = 0
    var isMistrusted = false
    while true {
      do throws(SyncFailure) {
        return try attempt(&report)
      } catch {
        if error == .oversized, floods < 2 {
          floods += 1
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

  private func attempt(_ report: inout SyncReport) throws(SyncFailure) {
    try recover()
    if session == nil {
      try begin()
      session = try connect()
    }
    guard let session else { return }
    try session.endWatch(patience: Self.donePatience)
    let folders = try session.folders()
    try followRenames(folders, session)
    let tally = Tally { [unowned self] (progress) throws(SyncFailure) in try self.tell(progress) }
    var outbox = OutboxBetween()
    for folder in wanted(folders, session) {
      var folder = folder
      while try receive(folder, session, tally, &report) {
        // Its numbers are old by now.
        folder.status = nil
        try sendBetween(&outbox, &report)
      }
    }
    try send(session, folders, tally, &report)
    try gatherHealth(folders, session)
  }

  /// Seconds a server has to confirm the end of IDLE before it counts as gone.
  private static let donePatience: Int64 = 15

  /// INBOX, Sent, and those that the configuration names: their mail is kept and found, and opens
  /// no demande.
  func wanted(_ folders: [Folder], _ session: any MailSession) -> [Folder] {
    let others = folders.filter { $0.role == .other }
    let names = Set(others.map(\.name))
    let kept = Set(
      account.mailboxes.compactMap { session.naming.spellings(of: $0).first(where: names.contains) }
    )
    return folders.filter { $0.role == .inbox } + folders.filter { $0.role == .sent }
      + others.filter { kept.contains($0.name) }
  }

  private func recover() throws(SyncFailure) {
    try sender.release()
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
      now: now, stop: stop, tally: tally)
    do throws(SyncFailure) {
      return try pass.run(folder, &report)
    } catch {
      // One mailbox that the server will not open must not keep the mail of INBOX from coming.
      guard case .refused(let verb) = error, folder.role != .inbox else { throw error }
      log?.warning("a mailbox was refused: \(verb)")
      try trace("mailbox", error.code)
      return false
    }
  }

  // MARK: - Sending

  private struct OutboxBetween { var hasFailed = false }

  /// What is due leaves while a large reception is under way; its copy and its flag follow at
  /// the end of the pass, and so does a trouble, which is then met again and told.
  private func sendBetween(
    _ outbox: inout OutboxBetween, _ report: inout SyncReport
  ) throws(SyncFailure) {
    guard !outbox.hasFailed, let due = try nextSending(), due <= now() else { return }
    do throws(SyncFailure) {
      try deliver(&report)
    } catch {
      guard case .store = error else {
        outbox.hasFailed = true
        log?.warning("sending within a reception: \(error.code)")
        return
      }
      throw error
    }
  }

  private var sender: OutboxSender {
    OutboxSender(
      store: store, carrier: backend.carrier, settlements: settlements, now: now, stop: stop)
  }

  private func deliver(_ report: inout SyncReport) throws(SyncFailure) {
    try sender.run(&report)
  }

  private func send(
    _ session: any MailSession, _ folders: [Folder], _ tally: Tally, _ report: inout SyncReport
  ) throws(SyncFailure) {
    let found = folders.first { $0.role == .sent }
    let shelf = SentShelf(
      store: store, session: session, carrier: backend.carrier,
      sent: found ?? Folder(name: "Sent", role: .sent), isThere: found != nil, now: now)
    let before = report
    try shelf.settleUncertain(&report)
    var trouble: SyncFailure?
    do throws(SyncFailure) {
      try deliver(&report)
    } catch {
      if case .store = error { throw error }
      // What was sent before still gets its copy and its flag.
      trouble = error
    }
    let copies = try shelf.storeCopies()
    report.operations += try OperationsRunner(
      store: store, session: session, folders: folders, trash: account.trash, now: now, stop: stop
    ).run()
    if copies > 0 || report.sent > before.sent || report.operations > before.operations {
      // The copy comes into the store and \Answered goes to the server in the same pass.
      for folder in wanted(try session.folders(), session) {
        _ = try receive(folder, session, tally, &report)
      }
    }
    if let trouble { throw trouble }
  }
}
