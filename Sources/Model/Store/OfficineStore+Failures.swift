public import Domain

extension OfficineStore {
  /// A gesture that failed before the store was asked for it leaves its line too.
  ///
  /// - Parameters:
  ///   - request: a printer's name, a revision; never content.
  ///   - answer: a stable word.
  public func traceFailure(
    of gesture: Gesture, on id: Order.ID, request: String = "", answer: String,
    by author: Author, now: Timestamp
  ) throws(StoreError) {
    try trace(
      TraceEntry(
        author: author, action: gesture.action, order: id, request: request, answer: answer),
      now: now)
  }
}
