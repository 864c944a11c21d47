extension Order {
  /// What must not go out of sight when its messages are filed under `target`, as markers that
  /// `target` is to bear: what is owed, promised, asked, urgent or awaited.
  ///
  /// What both owe is one product, the larger quantity of it; the earlier promise stands, and two
  /// places are both said. Nothing of finished work goes
  /// along: it is history.
  public func markers(leavingFor target: Order) -> [Marker] {
    if status.isFinished { return [] }
    let known = target.markers
    var carried = markers.missing.compactMap { owed -> Marker? in
      guard let same = known.missing.first(where: { folded($0.product) == folded(owed.product) })
      else { return .missing(owed) }
      var both = owed
      both.quantity = max(owed.quantity, same.quantity)
      both.due = [owed.due, same.due].compactMap { $0 }.min()
      // The line there says it already.
      return both.quantity == same.quantity && both.due == same.due ? nil : .missing(both)
    }
    if let time = markers.promisedAt, known.promisedAt.map({ time < $0 }) ?? true {
      carried.append(.promised(time))
    }
    if let text = Self.both(markers.questionPrescriber, known.questionPrescriber) {
      carried.append(.questionPrescriber(text))
    }
    if let text = Self.both(markers.questionPatient, known.questionPatient) {
      carried.append(.questionPatient(text))
    }
    if let places = Self.both(markers.shelf, known.shelf) { carried.append(.shelf(places)) }
    if markers.isUrgent && !known.isUrgent { carried.append(.urgent) }
    if markers.isOriginalAwaited && !known.isOriginalAwaited { carried.append(.originalAwaited) }
    return carried
  }

  /// What is owed would be in no view on work that is finished.
  public func refusalOfLeaving(for target: Order) -> Refusal? {
    let isOwed = !status.isFinished && !markers.missing.isEmpty
    return isOwed && target.status.isFinished ? .stillOwed : nil
  }

  /// nil when `known` says it already.
  private static func both(_ text: String?, _ known: String?) -> String? {
    guard let text, text != known else { return nil }
    return [known, text].compactMap { $0 }.joined(separator: " / ")
  }
}
