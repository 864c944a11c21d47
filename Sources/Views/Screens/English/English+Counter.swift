import Desk
public import Domain

/// What the counter asks before a gesture that a message, or a colleague's word, could change.
extension English {
  public var newsStays: String { "new message: still to be dealt with" }

  public func newMessages(_ count: Int, key: String) -> String {
    count == 1
      ? "New message, not dealt with yet: answer it, or \(key) if there is nothing to do"
      : "\(count) new messages, not dealt with yet: answer, or \(key) if there is nothing to do"
  }

  public func homonym(born: String?) -> String {
    born.map { "namesake \($0)" } ?? "namesake"
  }

  public func shortView(_ view: QueueView) -> String {
    switch view {
    case .preparing: "Prep."
    case .check: "Check"
    case .uncollected: "Uncoll."
    case .promised: "Prom."
    case .questions: "Quest."
    case .archive: "Arch."
    case .todo, .mine, .ready, .alarm, .all: self.view(view)
    }
  }

  func notHandedOver(_ handed: Order.Handing, now: Timestamp) -> String {
    "Not handed over (said by \(handed.author.name), \(when(handed.at, now)))"
  }

  func askedAtTheCounter(_ question: Confirm.Question) -> Asked {
    switch question {
    case .notHandedOver(_, let handed):
      let time = CivilTime(handed.at)
      return Asked(
        question: "Not handed over? \(handed.author.name) said it was on \(time.dayMonthYear) "
          + "at \(time.hourMinute), \(handed.author.poste).",
        consequence: "The demande is again what it was before, missing products included. The "
          + "history keeps both gestures and both names. u undoes it.",
        yes: "Not handed over", no: "Change nothing")
    case .unread(let gesture, _, let count):
      let new = count == 1 ? "1 new message" : "\(count) new messages"
      return Asked(
        question: "\(gesture.isChecking ? "Checked" : "Done"), with \(new) that nobody dealt with?",
        consequence: gesture.isChecking
          ? "Read first: it may change the prescription. \"New message\" stays in sight."
          : "Read first: the demande will be finished, message included. u undoes it.",
        yes: gesture.isChecking ? "Checked" : "Done", no: "Read it first")
    case .printHandover(let printer):
      return Asked(
        question: "Print the shift sheet on \(printer)?",
        consequence: "It bears names of patients: fetch it at once. "
          + "A print cannot be undone.",
        yes: "Print", no: "Do nothing")
    default: preconditionFailure("asked elsewhere")
    }
  }
}
