public import Domain

extension English {
  public func alarms(_ count: Int) -> String { count == 1 ? "1 alarm" : "\(count) alarms" }

  public func alarm(_ alarm: Alarm) -> String {
    switch alarm {
    case .unclaimed: "not taken"
    case .stalled: "stalled"
    case .waitingCheck: "waits for a check"
    case .promisePassed: "promise passed"
    }
  }

  public func openDays(_ days: Int) -> String { "\(days) d" }
  public func problem(_ problem: QueryProblem) -> String { problem.english }
  public func queryHint(_ key: QueryKey) -> String {
    "\(key.name(french: false)): " + key.values(french: false).joined(separator: ", ")
      + (key == .age ? " (3d: three days or more)" : "")
  }
  public func emptyCustom(_ name: String) -> [String] {
    ["Nothing in “\(name)”.", "This view is a search of the configuration, [[view]]."]
  }

  public func handoverTitle(at moment: Timestamp) -> String {
    "Handover · \(day(moment)), \(CivilTime(moment).hourMinute)"
  }

  public func handover(_ section: HandoverSheet.Section) -> String {
    switch section {
    case .taken: "Taken, not finished"
    case .check: "To check"
    case .missing: "Missing products"
    case .questions: "Unanswered questions"
    case .uncollected: "Ready, not collected"
    case .alarms: "Alarms"
    case .todo: "To take"
    case .held: "Held answers"
    }
  }
  public func handoverNote(_ text: String, by name: String, at moment: String) -> String {
    "note by \(name), \(moment): \u{201C}\(text)\u{201D}"
  }
  public func heldAnswer(by name: String, at moment: String) -> String {
    "answer by \(name), \(moment)"
  }

  public var handoverSending: String { "Sending" }
  public var aPharmacist: String { "a pharmacist" }
  public var missingLabel: String { "missing:" }
  public var nothing: String { "none" }
  public var andMore: String { "… and more: the view shows them all" }
  public func prepared(by name: String, at moment: String) -> String {
    "prepared by \(name) \(moment)"
  }
  public func missing(_ product: MissingProduct, due: String?) -> String {
    let count = product.quantity == 1 ? "" : "\(product.quantity) × "
    return count + product.product + (due.map { " (due \($0))" } ?? "")
  }
  public func ready(_ count: Int, uncollected: Int, moreThan days: Int) -> String {
    if count == 0 { return nothing }
    return uncollected == 0
      ? "\(count)" : "\(count), of which \(uncollected) for more than \(days) days"
  }
  public func sent(waiting: Int, held: Int, trouble: Int) -> String {
    let parts = [
      waiting > 0 ? outboxWaiting(waiting) : nil, held > 0 ? outboxHeld(held) : nil,
      trouble > 0 ? outboxTrouble(trouble) : nil,
    ].compactMap(\.self)
    return parts.isEmpty ? "everything has left" : parts.joined(separator: ", ")
  }
  public func backup(_ moment: String?) -> String {
    moment.map { "backup \($0)" } ?? "no backup known"
  }
}
