import Desk
public import Domain

extension English {
  public var heldTitle: String { "Answer held: nothing has left" }
  public func heldSince(_ name: String, at moment: String) -> String {
    "Since \(name)'s answer (\(moment)):"
  }
  public func outboxHeld(_ count: Int) -> String {
    count == 1 ? "1 answer held" : "\(count) answers held"
  }
  public var heldMark: String { "answer held" }
  public var heldBack: String { "Your answer is held, the request moved: r to decide" }
  public var heldGone: String { "Somebody has decided about this answer already." }
  public var answerReturned: String {
    "Your answer did not leave: it is among your drafts (r)"
  }
  public var answerDiscarded: String { "Answer discarded, nothing has left" }

  public var noteTitle: String { "Internal note, never sent" }
  public var noteExplanation: String {
    "For the team only: it stays in the demande's history."
  }
  public var noteHint: String { "Enter Note it   Ctrl-N Line   Tab @colleague   Esc Keep" }
  public func mentionHint(_ names: [String]) -> String {
    "Tab @\(names[0])"
      + (names.count > 1 ? " (\(names.dropFirst().prefix(3).joined(separator: ", ")))" : "")
      + "   Enter Note it   Esc Keep"
  }
  public func mentions(_ count: Int) -> String {
    count == 1 ? "1 note for you" : "\(count) notes for you"
  }
  public func noted(calls names: [String]) -> String {
    names.isEmpty ? "Note kept" : "Note kept, shown to \(names.listed(and: "and"))"
  }
  public func nobodyCalled(_ name: String) -> String {
    "Nobody is called @\(name): correct it, or Enter to keep it so."
  }
  public func mentioned(by name: String, at moment: String) -> String {
    "\(name) writes to you (\(moment)):"
  }

  public func presence(_ presence: Presence) -> String {
    switch presence.doing {
    case .reading:
      "\(presence.name) is looking at this request" + (presence.isIdle ? " (idle)" : "")
    case .answering: "\(presence.name) is answering" + (presence.isIdle ? " (idle)" : "")
    }
  }
  public func presenceShort(_ presence: Presence) -> String {
    let doing = presence.doing == .reading ? "reads" : "answers"
    return "\(presence.name) \(doing)" + (presence.isIdle ? " (idle)" : "")
  }
  public func alsoAnswering(_ presence: Presence) -> String {
    presence.doing == .answering
      ? "\(presence.name) is answering too (\(presence.poste))"
      : "\(presence.name) is reading too (\(presence.poste))"
  }

  /// Of the commands of this table; empty for the others.
  func talkTitle(_ command: Command) -> String {
    switch command {
    case .editAnswer: "Edit"
    case .openHeld: "Held answer"
    case .nextMention: "Next mention"
    case .completeMention: "Complete the name"
    case .newLine: "New line"
    default: ""
    }
  }

  /// As `talkTitle`.
  func talkHelp(_ command: Command) -> String {
    switch command {
    case .editAnswer: "Takes the answer back to write on."
    case .openHeld: "Goes to the answer that is held: send, edit or discard."
    case .nextMention: "Goes to the next note in which a colleague names you (@)."
    case .completeMention: "Writes the colleague's name after @."
    case .newLine: "Starts a new line in the note."
    default: ""
    }
  }
}
