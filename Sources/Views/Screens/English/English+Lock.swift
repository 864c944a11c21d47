public import Desk
public import Domain

extension English {
  public var locked: String { "screen locked" }
  public func lockAdvice(asksPIN: Bool) -> String {
    asksPIN
      ? "Your initials, Enter, your code, Enter. Code forgotten: a responsable of the BAL gives a "
        + "provisional one (mssterm members reset-pin)."
      : "Your initials, then Enter. The pharmacy has set no codes: the identity is declared."
  }
  public var lockHint: String { "Enter open   F1 help" }
  public var chooseOwnPIN: String {
    "This code is provisional: choose your own, 4 to 64 characters, twice."
  }
  public var keepingText: String { "A text is not saved yet: is the disk full?" }

  public func problem(_ problem: IdentityProblem, now: Timestamp) -> String {
    switch problem {
    case .unknownMember: "Nobody has these initials."
    case .inactive: "This account is closed: see a responsable of the BAL."
    case .noPIN: "No code yet: a responsable of the BAL gives one."
    case .needsPIN: "The code is wanted too."
    case .wrongPIN: "Wrong code: try again."
    case .tooSoon(let until):
      until <= now
        ? "You may try again."
        : "Wrong codes in a row: try again in \(max(1, until.secondsSince(now))) s."
    case .provisional: chooseOwnPIN
    case .pinLength: "A code has 4 to 64 characters."
    case .pinsDiffer: "The two codes differ: start again."
    case .pinUnchanged: "That is the provisional code: choose another one."
    case .notPharmacist: "A pharmacist is needed."
    case .notHere: "This mailbox is nominative: only its owner acts in it."
    case .failed(let failure): self.failure(failure)
    }
  }

  public func revealed(seconds: Int64, key: String?) -> String {
    "Numbers in clear for \(seconds) s more, traced" + (key.map { " · \($0) hides them" } ?? "")
  }
}
