import Documents
import Domain
import Exports
import Logging
import Store

/// Hands each message that arrives in an applicative BAL to the directory that another program
/// watches: once, under a name that follows from the message.
struct Exporter {
  let account: Account
  let store: OfficineStore
  let decoder: DecoderClient
  let now: @Sendable () -> Timestamp
  let stop: Stop

  struct Outcome {
    var done = 0
    /// What stood in the way last; everything that waits is tried again.
    var problem: ExportError?
    /// More wait, and nothing stands in their way.
    var hasMore = false
  }

  /// At most `limit` messages, oldest first.
  func run(into directory: String, atMost limit: Int) throws(SyncFailure) -> Outcome {
    var outcome = Outcome()
    let owed = try stored { () throws(StoreError) in try store.owedExports(limit: limit) }
    for export in owed {
      try stop.check()
      guard let problem = try hand(export, to: directory) else {
        outcome.done += 1
        continue
      }
      outcome.problem = problem
      // A trouble of this one alone does not hold back the others.
      guard case .failed = problem else { break }
    }
    outcome.hasMore = owed.count == limit && outcome.problem == nil
    return outcome
  }

  /// nil when it is where it belongs.
  private func hand(
    _ export: OwedExport, to directory: String
  ) throws(SyncFailure) -> ExportError? {
    let folder = ExportFolder(in: directory, named: export.message)
    // First: a disk that is not there must not pass for a folder that was taken away.
    if let problem = trouble({ () throws(ExportError) in try folder.checkDirectory() }) {
      return problem
    }
    if let place = export.begunIn {
      // It lost its hidden name, so it got its own, and may have been taken away since.
      if place == directory, !folder.isBegun { return try end(folder, "resumed") }
      try withdraw(folder)
    }
    if folder.isPlaced { return try end(folder, "present") }
    let sheet = try sheet(of: export.message)
    if let problem = trouble({ () throws(ExportError) in try folder.fill(sheet.files) }) {
      return problem
    }
    try stored { () throws(StoreError) in
      try store.beginExport(of: folder.name, in: directory, now: now())
    }
    if let problem = trouble({ () throws(ExportError) in try folder.place() }) {
      try withdraw(folder)
      folder.discard()
      return problem
    }
    return try end(folder, "files=\(sheet.files.count - 1)")
  }

  private func trouble(_ body: () throws(ExportError) -> Void) -> ExportError? {
    do throws(ExportError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  private func withdraw(_ folder: ExportFolder) throws(SyncFailure) {
    try stored { () throws(StoreError) in try store.withdrawExport(of: folder.name) }
  }

  private func end(_ folder: ExportFolder, _ answer: String) throws(SyncFailure) -> ExportError? {
    try stored { () throws(StoreError) in
      try store.endExport(of: folder.name, in: folder.directory, answer: answer, now: now())
    }
    return nil
  }

  // MARK: - What it holds

  /// Text, attachments, and the mail itself: a machine may want what no decoder understands.
  private func sheet(of id: Message.ID) throws(SyncFailure) -> ExportSheet {
    let (body, raw, order) = try stored { () throws(StoreError) in
      guard let body = try store.body(id), let raw = try store.raw(id) else {
        throw StoreError.notFound
      }
      return (body, raw, try store.order(ofMessage: id))
    }
    let events = try stored { () throws(StoreError) in
      try order.map { order throws(StoreError) in try store.events(of: order.id) } ?? []
    }
    var documents = ExportSheet.Document(textOf: body).map { [$0] } ?? []
    for attachment in body.message.attachments {
      do throws(DecoderError) {
        let bytes = try decoder.attachment(attachment.n, of: raw)
        documents.append(ExportSheet.Document(attachment, of: id, bytes: bytes))
      } catch {
        // It is in the mail all the same.
        if case .cannotStart = error { throw .decoder }
      }
    }
    documents.append(ExportSheet.Document(mail: raw, of: id))
    return ExportSheet(
      body.message, order: order, events: events, bal: account.bal.address, documents: documents)
  }
}

extension Synchroniser {
  /// Hands over what arrived and says whether more waits; false for a BAL that people read. Needs
  /// no server. What stands in the way stands in the health pane, and false says: later.
  public func exportArrivals(
    atMost limit: Int, _ report: inout SyncReport
  ) throws(SyncFailure) -> Bool {
    guard let directory = account.exportTo else { return false }
    let outcome = try Exporter(
      account: account, store: store, decoder: decoder, now: now, stop: stop
    ).run(into: directory, atMost: limit)
    report.exported += outcome.done
    try tell(outcome.problem)
    return outcome.hasMore
  }

  /// Whether something that arrived could not be handed over.
  public var hasHeldExports: Bool { health.heldExports != nil }

  private func tell(_ problem: ExportError?) throws(SyncFailure) {
    guard let problem else {
      guard health.heldExports != nil else { return }
      health.heldExports = nil
      return try keepHealth()
    }
    let waiting = try stored { () throws(StoreError) in try store.owedExportCount() }
    let known = health.heldExports
    let isSame = known?.code == problem.code
    if !isSame { log?.warning("export held up: \(problem.code)") }
    health.heldExports = .init(
      code: problem.code, waiting: waiting, since: isSame ? known?.since ?? now() : now())
    try keepHealth()
  }
}
