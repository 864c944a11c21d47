/// What a person or the mailbox did to a demande, in the past tense of design 4.
public enum Gesture: Hashable, Sendable, Codable {
  /// First event of every demande: its kind, and markers proposed by rule.
  case opened(kind: Order.Kind, proposed: [Marker])
  case messageArrived(message: Message.ID, patient: Patient?)
  /// `over` names who had it. `seen`: the messages that its author's machine had, said to
  /// machines that may have more; nil without a team log, and before it said so.
  case taken(over: Author?, seen: [Message.ID]? = nil)
  /// The author gave it to a colleague; `over` names who had it, if anybody. `whole`: as one of all
  /// that an absent one has, so that a preparation of theirs, turned down later, comes to the
  /// colleague too; false: only that, because somebody else has it by now; nil elsewhere.
  case assigned(to: Author, over: Author?, whole: Bool? = nil)
  case released
  case moved(to: Order.Status, reason: String?)
  /// « Remise », its three lines in one gesture.
  case handedOver(HandOver)
  /// A pharmacist sent it back: « à reprendre ». `isFree`: whoever prepared it is not there any
  /// more, so that it is to be taken.
  case refused(reason: String, isFree: Bool? = nil)
  case kindChanged(to: Order.Kind)
  case patientNamed(Patient)
  case marked(Marker)
  case unmarked(MarkerName, value: String?)
  /// One line of the list of missing products, under another name, quantity or date.
  case productCorrected(String, to: MissingProduct)
  /// « Pas remise »: the « remise » of that event, pressed by `by` at `at`, did not happen. Anybody
  /// of the team may say so; the demande is what it was before, and the history keeps both.
  case notHandedOver(event: String, by: Author, at: Timestamp)
  /// « Vu, rien à faire »: what came calls for nothing, and the state stays.
  case newsHandled
  case noted(NoteText)
  case printed(printer: String)
  /// Its messages came from another demande, which is closed and points here.
  case attached(from: Order.ID, messages: [Message.ID])
  case mergedInto(Order.ID)
  /// A message left for a new demande of its own.
  case split(message: Message.ID, into: Order.ID)
  /// Same ordonnance, new dispensing.
  case renewed(from: Order.ID)
  /// `seen`: the newest message of the demande that its author had in front of them, empty for
  /// none; nil when the team log was not known yet. `having`: that one and those before it, as
  /// `seen` of a taking: the log may bring them into another order.
  case answerQueued(messageID: String, seen: Message.ID? = nil, having: [Message.ID]? = nil)
  case answered(messageID: String)
  /// The answer of that name reminds the patient that the demande is ready.
  case reminded(messageID: String)
  /// The answer of that name was taken back before it left.
  case answerWithdrawn(messageID: String)
  /// Takes back the gesture of that event.
  case undone(event: String)
  /// Retention: what people wrote on it, and its mail, is gone or about to go on every machine;
  /// `before` says what was old enough.
  case purged(before: Timestamp)
}

/// One line of a demande's history.
public struct OrderEvent: Hashable, Sendable, Codable, Identifiable {
  /// UUID.
  public var id: String
  public var order: Order.ID
  /// 1, 2, 3 … without holes inside a demande: the order everybody folds in.
  public var number: Int
  public var author: Author
  public var at: Timestamp
  /// Revision the author saw; nil for what carries no parent (arrivals, notes, prints).
  public var basedOn: Order.Revision?
  public var gesture: Gesture
  /// nil while the team log is off. Refused and void events are out of the fold, `number` 0.
  public var standing: LogStanding?

  public init(
    id: String, order: Order.ID, number: Int, author: Author, at: Timestamp,
    basedOn: Order.Revision?, gesture: Gesture, standing: LogStanding? = nil
  ) {
    self.id = id
    self.order = order
    self.number = number
    self.author = author
    self.at = at
    self.basedOn = basedOn
    self.gesture = gesture
    self.standing = standing
  }
}

extension Gesture {
  /// Notes, prints and answers never make a colleague's view stale (design 5: no parent).
  public var countsAsRevision: Bool {
    switch self {
    case .noted, .printed, .answerQueued, .answered, .reminded, .answerWithdrawn: false
    default: true
    }
  }

  /// Whether whoever did it has the work from now on, or decided about it: only this handles a
  /// message that came after work was begun or done. A note, a print, a marker, giving it to a
  /// colleague or the server's word that an answer left handles nothing (D14); « préparée »,
  /// « contrôlée » and « à reprendre » tell of the bag, and may be pressed without reading what
  /// came meanwhile.
  public var takesCharge: Bool {
    switch self {
    case .moved(let next, _): next == .partial || next.isFinished
    case .taken, .handedOver, .newsHandled, .answerQueued: true
    case .opened, .messageArrived, .assigned, .released, .kindChanged, .patientNamed, .marked,
      .unmarked,
      .productCorrected, .noted, .printed, .attached, .mergedInto, .split, .renewed, .answered,
      .refused, .notHandedOver, .reminded, .answerWithdrawn, .undone, .purged:
      false
    }
  }

  /// « Contrôlée »
  public var isChecking: Bool {
    if case .moved(.checked, _) = self { return true }
    return false
  }

  /// « Remise », whole or in part.
  public var isHandOver: Bool {
    switch self {
    case .handedOver, .moved(.collected, _), .moved(.partial, _): true
    default: false
    }
  }

  public var isArrival: Bool {
    if case .messageArrived = self { return true }
    return false
  }

  public var isPurge: Bool {
    if case .purged = self { return true }
    return false
  }

  /// As it is said to other machines: with what its author had of a demande's `messages`.
  ///
  /// A taking is accepted whatever came before it, and an answer has no parent: only this tells
  /// what they cannot have looked at.
  public func having(_ messages: [Message.ID]) -> Gesture {
    switch self {
    case .taken(let over, _): return .taken(over: over, seen: messages)
    case .answerQueued(let id, let seen?, _):
      let count = messages.lastIndex(of: seen).map { $0 + 1 } ?? 0
      return .answerQueued(messageID: id, seen: seen, having: Array(messages.prefix(count)))
    default: return self
    }
  }

  /// Whether the event names the one it was built on in the team log (design 5). What the mailbox
  /// says is never stale, and an opening has nothing before it.
  public var hasParent: Bool {
    switch self {
    case .opened, .messageArrived: false
    default: countsAsRevision
    }
  }

  /// What one key can take back. The rest says so beforehand: it left the machine, or it is
  /// history (a note is corrected by another note).
  public var isUndoable: Bool {
    switch self {
    case .taken, .assigned, .released, .moved, .handedOver, .refused, .kindChanged, .patientNamed,
      .marked, .unmarked, .productCorrected, .newsHandled, .notHandedOver:
      true
    case .opened, .messageArrived, .noted, .printed, .attached, .mergedInto, .split, .renewed,
      .answerQueued, .answered, .reminded, .answerWithdrawn, .undone, .purged:
      false
    }
  }
}
