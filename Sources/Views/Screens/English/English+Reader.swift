public import Domain

extension English {
  public var nothingOpened: [String] {
    ["No demande selected.", "The arrows select, Enter opens the demande here."]
  }
  public var from: String { "From" }
  public var to: String { "To" }
  public func toConfirm(key: String) -> String { "to be confirmed (key \(key))" }
  public var confirmedByPerson: String { "confirmed by the team" }
  public var confirmedByDocument: String { "confirmed by the document" }
  public var forWhom: String { "For whom?" }
  public var masked: String { "INS" }
  public var noLongerInView: String { "This demande is no longer in this view." }
  public var outOfView: String { "Not in this view" }
  public var birthMismatch: String {
    "The birth date does not go with the INS: check the identity."
  }
  public var original: String { "Original awaited: to be seen when it is collected." }
  public var machineRead: String { "Text read by a machine: check it on the picture." }
  public var fromHTML: String { "Text made from an HTML page." }
  public var noText: String { "(no text)" }
  public var historyTitle: String { "History" }
  public var messageTitle: String { "Message" }
  public var sentByUs: String { "Our answer" }
  public var signedAnother: String { "Real address" }
  public var goneFromServer: String { "Removed from the server; kept here." }
  public func hold(_ name: String, since: String) -> String { "held by \(name) \(since)" }
  public func received(from name: String) -> String { "message received from \(name)" }
  public func samePatient(_ who: String, age: String, key: String) -> String {
    "Same patient: another demande under way (\(who), \(age)): key \(key)"
  }
  public func redo(_ reason: String) -> String { "Sent back: \(reason)" }
  public func closed(_ reason: String) -> String { "Reason: \(reason)" }
  public func merged(_ id: Order.ID) -> String { "Attached to demande \(id)." }

  public func documentState(
    _ state: ReadableDocument.State, _ kind: AttachmentKind
  ) -> String? {
    switch state {
    case .done: nil
    case .pending: "The document is being read; it will show here."
    case .failed: "A machine cannot read this document: print or open it to see it."
    case .toolMissing:
      switch kind {
      case .image: "Photo: no machine reading at this poste. Print it to see it."
      case .message, .other: "This kind of file is not read here; it is kept as it is."
      case .pdf, .xdm, .cda, .text, .html:
        "The tool that reads this document is missing: “mssterm doctor” names it."
      }
    case .tooLarge: "Document too large to be read here: print or export it."
    }
  }

  public func unfold(_ key: String) -> String { "\(key) Unfold" }
  public func lines(_ count: Int) -> String { count == 1 ? "1 line" : "\(count) lines" }
}
