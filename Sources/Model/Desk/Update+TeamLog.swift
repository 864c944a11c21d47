import Domain

/// What the team log did to this person's gestures.
extension State {
  /// A gesture that was done here and another machine was first: said at once, and marked on its
  /// row until it was opened.
  mutating func receive(_ notices: LogNotices) -> [Effect] {
    let known = Set(log.refused.map(\.id))
    let fresh = notices.told.last { !known.contains($0.id) }
    log = notices
    guard let fresh, case .refused(let refusal)? = fresh.standing else { return [] }
    say(.refusedByLog(fresh.gesture, refusal))
    // What hung on a demande that is gone cannot be opened: it is said, and that is all.
    let gone = notices.refused.filter { notices.gone.contains($0.order) }.map(\.id)
    return (gone.isEmpty ? [] : [.acknowledgeRefusals(gone)]) + acknowledgeShown()
  }

  /// The refused gestures of the demande that the reader shows, with their other halves.
  mutating func acknowledgeShown() -> [Effect] {
    guard showsReader, let id = openedSelection?.order.id else { return [] }
    let moments = Set(log.refused.filter { $0.order == id }.map(\.at))
    let read = log.refused.filter { moments.contains($0.at) }.map(\.id)
    return read.isEmpty ? [] : [.acknowledgeRefusals(read)]
  }
}
