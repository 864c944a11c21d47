public import Domain

/// The locked screen: the lines that open it again, and where its member was. It names no patient.
public struct Lock: Equatable, Sendable {
  /// « Initiales », « Code »; then the new code twice, where a responsable gave a provisional one.
  public var form: Form
  /// F1: what to type.
  public var showsHelp: Bool
  /// When each demande that nobody took was opened; a number of them is all that is shown.
  public var waiting: [Timestamp]
  var former: Former

  init(form: Form, former: Former) {
    self.form = form
    self.former = former
    showsHelp = false
    waiting = []
  }
}

/// Whose screen it was and what they looked at: identifiers, no words.
struct Former: Equatable, Sendable {
  var member: String?
  var view: QueueView
  var customView: Int?
  var selection: Order.ID?
  var focus: Pane
  /// The mail that was being written.
  var draft: AwaitedDraft?
}

/// A note half written on a demande, for the next `n` of its author.
public struct KeptNote: Hashable, Sendable {
  public var order: Order.ID
  /// The member.
  public var author: String
  /// Empty: nothing is kept any more.
  public var text: NoteText
  public init(order: Order.ID, author: String, text: NoteText) {
    self.order = order
    self.author = author
    self.text = text
  }
}

/// What somebody gives to say who they are. Never written anywhere.
public struct Credentials: Equatable, Sendable {
  public enum Purpose: Equatable, Sendable {
    /// F2: who acts at this poste from now on.
    case acting
    /// Opening a locked screen; another member may be sent to the officine's own BAL.
    case unlocking
  }
  /// Initials, or a name that only one member has.
  public var name: String
  /// nil when none was asked for: the officine has set no code.
  public var pin: String?
  /// The member's own choice after a provisional code.
  public var newPIN: String?
  public var purpose: Purpose
  /// Counts the questions of one screen: only the form that asked believes the answer.
  public var attempt: Int
  public init(
    name: String, pin: String?, newPIN: String? = nil, purpose: Purpose = .acting, attempt: Int = 1
  ) {
    self.name = name
    self.pin = pin
    self.newPIN = newPIN
    self.purpose = purpose
    self.attempt = attempt
  }
}

/// Why somebody was not believed, or not yet.
public enum IdentityProblem: Equatable, Sendable {
  case unknownMember
  /// Disabled, or past the last day.
  case inactive
  /// Others have a code and this member has none.
  case noPIN
  case needsPIN
  case wrongPIN
  /// Wrong ones in a row: nothing is looked at before that moment (P02).
  case tooSoon(until: Timestamp)
  /// Right, but given by a responsable: the member chooses their own now.
  case provisional
  case pinLength
  case pinsDiffer
  /// The same as the provisional one.
  case pinUnchanged
  case notPharmacist
  /// A nominative BAL of somebody else.
  case notHere
  case failed(Failure)
}

/// What was asked to be kept and could not be: asked again until the store takes it.
struct LaterSaves: Equatable, Sendable {
  var effects: [Effect] = []
  var at: Timestamp?
  static let pause: Int64 = 2

  /// Instead of an older text of the same thing.
  mutating func add(_ effect: Effect, now: Timestamp) {
    effects.removeAll { $0.keeps == effect.keeps }
    effects.append(effect)
    at = now.adding(seconds: Self.pause)
  }

  mutating func due(_ now: Timestamp) -> [Effect] {
    guard let moment = at, moment <= now || moment > now.adding(seconds: 60) else { return [] }
    defer { self = LaterSaves() }
    return effects
  }
}

extension Effect {
  /// Which text it keeps; nil for everything else.
  fileprivate var keeps: [String]? {
    switch self {
    case .saveDraft(let draft): ["draft", draft.id]
    case .keepNote(let note): ["note", note.order, note.author]
    default: nil
    }
  }
}

extension State {
  /// Something written is not in the store yet, and waits here for it.
  public var isKeepingText: Bool { !laterSaves.effects.isEmpty }
}
