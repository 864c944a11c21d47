/// What a person or the mailbox did to a demande, in the past tense of design 4.
public enum Gesture: Hashable, Sendable, Codable {
  /// First event of every demande: its kind, and markers proposed by rule.
  case opened(kind: Order.Kind, proposed: [Marker])
  case messageArrived(message: Message.ID, patient: Patient?)
  /// `over` names who had it.
  case taken(over: Author?)
  case released
  case moved(to: Order.Status, reason: String?)
  /// A pharmacist sent it back: « à reprendre ».
  case refused(reason: String)
  case kindChanged(to: Order.Kind)
  case patientNamed(Patient)
  case marked(Marker)
  case unmarked(MarkerName, value: String?)
  case noted(String)
  case printed(printer: String)
  /// Its messages came from another demande, which is closed and points here.
  case attached(from: Order.ID, messages: [Message.ID])
  case mergedInto(Order.ID)
  /// A message left for a new demande of its own.
  case split(message: Message.ID, into: Order.ID)
  /// Same ordonnance, new dispensing.
  case renewed(from: Order.ID)
  case answerQueued(messageID: String)
  case answered(messageID: String)
  /// Takes back the gesture of that event.
  case undone(event: String)
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

  public init(
    id: String, order: Order.ID, number: Int, author: Author, at: Timestamp,
    basedOn: Order.Revision?, gesture: Gesture
  ) {
    self.id = id
    self.order = order
    self.number = number
    self.author = author
    self.at = at
    self.basedOn = basedOn
    self.gesture = gesture
  }
}

extension Gesture {
  /// Notes, prints and answers never make a colleague's view stale (design 5: no parent).
  public var countsAsRevision: Bool {
    switch self {
    case .noted, .printed, .answerQueued, .answered: false
    default: true
    }
  }

  /// What one key can take back. The rest says so beforehand: it left the machine, or it is
  /// history (a note is corrected by another note).
  public var isUndoable: Bool {
    switch self {
    case .taken, .released, .moved, .refused, .kindChanged, .patientNamed, .marked, .unmarked:
      true
    case .opened, .messageArrived, .noted, .printed, .attached, .mergedInto, .split, .renewed,
      .answerQueued, .answered, .undone:
      false
    }
  }
}

extension Order {
  /// The state of a demande: a pure fold over its events, undone ones left out.
  ///
  /// `events` in ascending `number`, the first one `opened`; nil when it is not.
  public static func fold(_ events: [OrderEvent]) -> Order? {
    guard let first = events.first, case .opened(let kind, let proposed) = first.gesture else {
      return nil
    }
    var order = Order(id: first.order, kind: kind, openedAt: first.at)
    for marker in proposed { order.markers.set(marker) }
    let undone = undoneIDs(events)
    for event in events where !undone.contains(event.id) { order.absorb(event) }
    // Undone gestures and their undoing stay part of the count: a revision never goes back.
    order.revision = events.count { $0.gesture.countsAsRevision }
    return order
  }

  static func undoneIDs(_ events: [OrderEvent]) -> Set<String> {
    Set(
      events.compactMap {
        if case .undone(let event) = $0.gesture { event } else { nil }
      })
  }

  private mutating func absorb(_ event: OrderEvent) {
    let signature = Signature(author: event.author, at: event.at)
    if event.author.memberID != nil {
      lastGestureAt = event.at
      hasNews = false
    }
    switch event.gesture {
    case .opened, .undone: break
    case .messageArrived(let message, let patient):
      receive(message, patient: patient, at: event.at)
    case .taken:
      owner = Owner(event.author, since: event.at)
      if status == .received { status = .preparing }
    case .released:
      owner = nil
      if status == .preparing { status = .received }
    case .moved(let status, let reason): move(to: status, reason: reason, by: signature)
    case .refused(let reason):
      status = .preparing
      redoReason = reason
      if let preparer = prepared { owner = Owner(preparer.author, since: event.at) }
      checked = nil
    case .kindChanged(let kind): change(to: kind)
    case .patientNamed(let patient):
      self.patient = patient
      // Another name on a checked bag: it must be looked at again.
      if status == .checked {
        status = .prepared
        checked = nil
      }
    case .marked(let marker): markers.set(marker)
    case .unmarked(let name, let value): markers.clear(name, value: value)
    case .noted: noteCount += 1
    case .printed: printed = signature
    case .attached(_, let messages):
      self.messages += messages.filter { !self.messages.contains($0) }
    case .mergedInto(let other):
      mergedInto = other
      status = .closed
      owner = nil
      messages = []
    case .split(let message, _): messages.removeAll { $0 == message }
    case .renewed: break
    case .answerQueued: break
    case .answered: answered = signature
    }
  }

  private mutating func receive(_ message: Message.ID, patient: Patient?, at: Timestamp) {
    if !messages.contains(message) { messages.append(message) }
    lastMessageAt = max(lastMessageAt, at)
    hasNews = status.isFinished || lastGestureAt != nil
    // What a person said stands; a document outweighs a sender.
    let isBetter =
      self.patient == nil || (self.patient?.source == .sender && patient?.source == .document)
    if isBetter, let patient { self.patient = patient }
  }

  private mutating func move(to next: Status, reason: String?, by signature: Signature) {
    if next == .preparing || next == .prepared, owner == nil {
      owner = Owner(signature.author, since: signature.at)
    }
    switch next {
    case .received: owner = nil
    case .preparing:
      prepared = nil
      checked = nil
      closedReason = nil
    case .prepared:
      prepared = signature
      redoReason = nil
      checked = nil
    case .checked: checked = signature
    case .partial: break
    case .collected: owner = nil
    case .closed:
      owner = nil
      closedReason = reason
    }
    status = next
  }

  private mutating func change(to next: Kind) {
    guard next != kind else { return }
    kind = next
    guard next != .prescription else { return }
    switch status {
    case .prepared, .checked: status = .preparing
    case .partial, .collected: status = .closed
    case .received, .preparing, .closed: break
    }
  }
}

extension Order.Owner {
  init?(_ author: Author, since: Timestamp) {
    guard let member = author.memberID else { return nil }
    self.init(
      memberID: member, name: author.name, initials: author.initials, poste: author.poste,
      since: since)
  }
}
