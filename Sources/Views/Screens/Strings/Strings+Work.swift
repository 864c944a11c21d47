public import Domain

/// What waits, what is looked for, and the relève.
public protocol WorkStrings {
  /// For the top rule of every poste.
  func alarms(_ count: Int) -> String
  /// In a row: what the `!` means.
  func alarm(_ alarm: Alarm) -> String
  /// Who signs a check that somebody else asks for.
  var aPharmacist: String { get }
  /// Before the products that are missing.
  var missingLabel: String { get }
  /// Another demande in sight bears the name and may be somebody else's; nil: birth not known.
  func homonym(born: String?) -> String
  /// The view in few columns.
  func shortView(_ view: QueueView) -> String
  /// `3 j`
  func openDays(_ days: Int) -> String
  func problem(_ problem: QueryProblem) -> String
  /// What may follow `état:` while it is typed.
  func queryHint(_ key: QueryKey) -> String
  func emptyCustom(_ name: String) -> [String]
  func handoverTitle(at moment: Timestamp) -> String
  func handover(_ section: HandoverSheet.Section) -> String
  var handoverSending: String { get }
  var nothing: String { get }
  /// A section holds more than the sheet lists.
  var andMore: String { get }
  func prepared(by name: String, at moment: String) -> String
  func missing(_ product: MissingProduct, due: String?) -> String
  func ready(_ count: Int, uncollected: Int, moreThan days: Int) -> String
  func sent(waiting: Int, held: Int, trouble: Int) -> String
  /// An answer that was stopped and waits for a decision.
  /// A note of the team, read with its demande.
  func handoverNote(_ text: String, by name: String, at moment: String) -> String
  func heldAnswer(by name: String, at moment: String) -> String
  /// nil: none is known.
  func backup(_ moment: String?) -> String
}
