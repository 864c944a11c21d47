import Documents
import Domain
import Store

/// Reads documents that are stored and not yet readable: text for the reader and the search, and
/// the patient that a structured document names.
struct DocumentsPass {
  let store: OfficineStore
  let decoder: DecoderClient
  let now: @Sendable () -> Timestamp
  let stop: Stop

  /// Every state a document ends in is stored, so that none is tried for ever. True when more wait.
  func run(atMost limit: Int, _ report: inout SyncReport) throws(SyncFailure) -> Bool {
    var left = limit
    while left > 0 {
      let portion = min(left, SyncLimits.documents)
      let pending = try stored { () throws(StoreError) in
        try store.documentsToRead(limit: portion)
      }
      for document in pending {
        try stop.check()
        try read(document)
        report.documents += 1
      }
      guard pending.count == portion else { return false }
      left -= portion
    }
    return true
  }

  private func read(_ pending: PendingDocument) throws(SyncFailure) {
    let raw = try stored { () throws(StoreError) in try store.raw(pending.message) } ?? []
    let reading: DocumentReading
    do throws(DecoderError) {
      reading = try decoder.read(pending.attachment, of: raw)
    } catch {
      if case .cannotStart = error { throw .decoder }
      let document = ReadableDocument(
        attachment: pending.attachment, kind: pending.kind, state: .failed,
        defects: [Defect(code: "decoder.\(error.code)", text: "The decoder did not read it.")])
      return try keep(document, nil, pending)
    }
    try keep(reading.document, reading.patient, pending)
  }

  private func keep(
    _ document: ReadableDocument, _ patient: Patient?, _ pending: PendingDocument
  ) throws(SyncFailure) {
    var document = document
    // `pending` again would be read again, for ever.
    if document.state == .pending { document.state = .failed }
    document.attachment = pending.attachment
    try stored { () throws(StoreError) in
      try store.storeDocument(document, of: pending.message, patient: patient, now: now())
    }
  }
}
