extension Order {
  /// Grows when the same events give another state: stores fold their demandes anew then.
  public static let foldVersion = 11

  /// The state of a demande: a pure fold over its events, undone ones left out.
  ///
  /// `events` in ascending `number`, the first one `opened`; nil when it is not.
  /// - Parameter refolds: by how much the revision is ahead of the events, because the team log
  ///   brought them into another order than was shown once.
  public static func fold(_ events: [OrderEvent], refolds: Int = 0) -> Order? {
    guard let first = events.first, case .opened(let kind, let proposed) = first.gesture else {
      return nil
    }
    var folding = Folding(order: Order(id: first.order, kind: kind, openedAt: first.at))
    for marker in proposed { folding.order.markers.set(marker) }
    let undone = undoneIDs(events)
    folding.unanswering = unansweringAnswers(events)
    for event in events where !undone.contains(event.id) { folding.absorb(event) }
    // Undone gestures and their undoing stay part of the count: a revision never goes back.
    folding.order.revision = events.count { $0.gesture.countsAsRevision } + refolds
    return folding.order
  }

  /// Answers that answer nothing: what was taken back before it left, and reminders, which say
  /// that it is ready and are written without looking at what came.
  private static func unansweringAnswers(_ events: [OrderEvent]) -> Set<String> {
    var unanswering: Set<String> = []
    for event in events {
      switch event.gesture {
      case .answerWithdrawn(let id), .reminded(let id): unanswering.insert(id)
      default: break
      }
    }
    return unanswering
  }

  /// Events that a later `undone` of the same person took back, and each « remise » that somebody
  /// of the team said did not happen.
  ///
  /// An `undone` that names an arrival, an undoing or a colleague's gesture takes back nothing:
  /// no event of another machine can make a message disappear.
  public static func undoneIDs(_ events: [OrderEvent]) -> Set<String> {
    var earlier: [String: OrderEvent] = [:]
    var undone: Set<String> = []
    for event in events {
      switch event.gesture {
      case .undone(let id):
        guard let target = earlier[id], target.author.isSamePerson(as: event.author) else {
          continue
        }
        undone.insert(id)
        // The correction is taken back: the « remise » stands again.
        if case .notHandedOver(let handing, _, _) = target.gesture { undone.remove(handing) }
      case .notHandedOver(let id, _, _):
        guard let target = earlier[id], target.gesture.isHandOver, !undone.contains(id) else {
          continue
        }
        undone.insert(id)
        earlier[event.id] = event
      default: if event.gesture.isUndoable { earlier[event.id] = event }
      }
    }
    return undone
  }
}

/// A demande while its events are read, and what only the reading needs to remember.
private struct Folding {
  var order: Order
  /// Messages that went to another demande: a late reading of one must not bring it back here.
  private var departed: Set<Message.ID> = []
  private var claims = PatientClaims()
  /// Messages that an attaching brought.
  private var brought: Set<Message.ID> = []
  private var reminders: [Order.Reminder] = []
  /// Every message that ever came, in that order: where « seen so far » ends.
  private var arrivals: [Message.ID] = []
  /// Messages that nobody has taken charge of since they came.
  private var news: Set<Message.ID> = []
  /// Messages that no answer was written to since they came.
  private var unanswered: Set<Message.ID> = []
  /// Of those that came by themselves.
  private var cameAt: [Message.ID: Timestamp] = [:]
  /// Answers written here; one of another program has no such event.
  private var queued: Set<String> = []
  var unanswering: Set<String> = []

  init(order: Order) { self.order = order }

  mutating func absorb(_ event: OrderEvent) {
    switch event.gesture {
    case .undone, .notHandedOver:
      // What is left after an undoing is exactly what was before the gesture, news included.
      return
    case .opened: return
    case .messageArrived(let message, let patient):
      receive(message, patient: patient, at: event.at)
    case .patientNamed(let patient): name(patient)
    case .attached(_, let messages): attach(messages, by: event.author, at: event.at)
    case .split(let message, _): leave([message])
    case .reminded, .answered, .answerWithdrawn, .moved(.checked, _):
      remind(event)
      order.absorb(event.gesture, Order.Signature(author: event.author, at: event.at))
    case .purged:
      order.purge(at: event.at)
      news = []
    case .mergedInto(let other):
      leave(order.messages)
      order.mergedInto = other
      order.status = .closed
      order.owner = nil
    default: order.absorb(event.gesture, Order.Signature(author: event.author, at: event.at))
    }
    handOver(event)
    noteProducts(event)
    if isByPerson(event) { sign(event) }
    order.hasNews = !news.isEmpty
    order.newMessages = news.isEmpty ? nil : order.messages.filter(news.contains)
    order.isAnswered = unanswered.isEmpty ? true : nil
    // Work that nobody holds is work to take: it never falls between two views.
    if order.status == .preparing && order.owner == nil { order.status = .received }
  }

  /// What stands now can be said not to have happened; anything that moved it on cannot.
  private mutating func handOver(_ event: OrderEvent) {
    if event.gesture.isHandOver {
      order.handed = Order.Handing(event: event.id, author: event.author, at: event.at)
    } else if order.status != .partial && order.status != .collected {
      order.handed = nil
    }
  }

  /// What was owed is here: from now on the patient can fetch it, whatever else is done with it.
  private mutating func noteProducts(_ event: OrderEvent) {
    guard order.status == .partial, order.markers.missing.isEmpty else {
      order.completeSince = nil
      return
    }
    order.completeSince = order.completeSince ?? event.at
    // What was reminded before belongs to the part that was fetched.
    if event.gesture.isHandOver { clearReminders() }
  }

  private mutating func clearReminders() {
    reminders = []
    order.reminder = nil
  }

  /// The server's word bears the name of whoever wrote the answer, who may be gone by then.
  private func isByPerson(_ event: OrderEvent) -> Bool {
    if case .answered = event.gesture { return false }
    return event.author.memberID != nil
  }

  private mutating func sign(_ event: OrderEvent) {
    if movesWork(event) { order.lastGestureAt = event.at }
    handleNews(event)
    // Whoever was given it has seen it.
    if case .assigned = event.gesture {
    } else if order.owner?.memberID == event.author.memberID {
      order.owner?.givenBy = nil
    }
  }

  /// « À l'arrêt » counts from here: what the state became, or what whoever has it did. A note, a
  /// print or a colleague's marker beside prepares nothing, and what is ready is no readier by an
  /// answer or a reminder.
  private func movesWork(_ event: OrderEvent) -> Bool {
    let isOwn = order.owner == nil || order.owner?.memberID == event.author.memberID
    switch event.gesture {
    case .noted, .printed, .assigned(_, _, whole: false): return false
    case .taken, .assigned, .released, .moved, .handedOver, .refused, .kindChanged: return true
    case .answerQueued, .reminded, .answerWithdrawn:
      return (order.status == .received || order.status == .preparing) && isOwn
    default:
      guard order.status == .received || order.status == .preparing else { return true }
      return isOwn
    }
  }

  /// Whether anybody did anything with it yet.
  private var isTouched: Bool {
    order.lastGestureAt != nil || order.noteCount > 0 || order.printed != nil
  }

  /// Whoever takes charge has looked at what came; nobody else makes it look handled.
  private mutating func handleNews(_ event: OrderEvent) {
    switch event.gesture {
    case .answerQueued(let id, let seen, let having):
      queued.insert(id)
      return handleNews(answering: id, seen: seen, having: having)
    // Whoever gives it away has not looked for the one who gets it.
    case .attached, .assigned: return
    // Being named on a bag that stays as it is decides nothing about what came.
    case .taken where order.status != .preparing: return
    // What another machine had and theirs had not is new to whoever prepares it.
    case .taken(_, let seen?):
      news = Set(order.messages).subtracting(seen)
      return
    default: break
    }
    if event.gesture.takesCharge { news = [] }
  }

  /// Written on another machine it may come behind a message that its author never saw.
  private mutating func handleNews(
    answering id: String, seen: Message.ID?, having: [Message.ID]?
  ) {
    guard !unanswering.contains(id) else { return }
    guard let seen else {
      news = []
      unanswered = []
      return
    }
    let count = arrivals.lastIndex(of: seen).map { $0 + 1 } ?? 0
    let read = having ?? Array(arrivals.prefix(count))
    news.subtract(read)
    unanswered.subtract(read)
  }

  /// What was reminded before it was checked again says nothing about what is ready now.
  private mutating func remind(_ event: OrderEvent) {
    switch event.gesture {
    case .reminded(let id):
      let queued = Order.Signature(author: event.author, at: event.at)
      reminders.append(Order.Reminder(messageID: id, queued: queued))
    case .answered(let id):
      // Another program's answer: what came after it was written is still to be answered.
      if !queued.contains(id) {
        unanswered = unanswered.filter { cameAt[$0].map { $0 > event.at } ?? false }
      }
      for place in reminders.indices where reminders[place].messageID == id {
        reminders[place].sentAt = event.at
      }
    case .answerWithdrawn(let id): reminders.removeAll { $0.messageID == id }
    default: reminders = []
    }
    order.reminder = reminders.last
  }

  private mutating func receive(_ message: Message.ID, patient: Patient?, at: Timestamp) {
    guard !departed.contains(message) else { return }
    if let patient {
      claims.add(patient, from: message, isBrought: brought.contains(message))
    }
    // A second arrival of the same message is a document that was read late, not news.
    if !order.messages.contains(message) {
      order.messages.append(message)
      arrivals.append(message)
      unanswered.insert(message)
      cameAt[message] = at
      order.lastMessageAt = max(order.lastMessageAt, at)
      if order.status.isFinished || isTouched { news.insert(message) }
    }
    applyClaims()
  }

  /// Filing messages under work that is already done, or that a colleague prepares, handles
  /// nothing yet.
  private mutating func attach(_ messages: [Message.ID], by author: Author, at: Timestamp) {
    let new = messages.filter { !order.messages.contains($0) }
    order.messages += new
    brought.formUnion(new)
    arrivals += new
    unanswered.formUnion(new)
    // When each of them came is not in the event: they wait here since they were brought.
    if !new.isEmpty { order.lastMessageAt = max(order.lastMessageAt, at) }
    departed.subtract(messages)
    let isOwnWork = order.owner == nil || order.owner?.memberID == author.memberID
    let isOpen = order.status == .received || order.status == .preparing
    if !(isOpen && isOwnWork) { news.formUnion(new) }
  }

  private mutating func leave(_ messages: [Message.ID]) {
    departed.formUnion(messages)
    order.messages.removeAll { departed.contains($0) }
    news.subtract(departed)
    unanswered.subtract(departed)
    claims.forget(departed)
    applyClaims()
  }

  private mutating func name(_ patient: Patient) {
    let before = order.patient
    var named = patient
    named.source = .person
    claims.settle(named)
    applyClaims()
    let isSame =
      before?.name == named.name && before?.birthDate == named.birthDate
      && before?.ins == named.ins
    // Another name on a checked bag, or on what is still owed: it must be looked at again.
    if !isSame && (order.status == .checked || order.status == .partial) {
      order.status = .prepared
      order.checked = nil
    }
  }

  private mutating func applyClaims() {
    order.patient = claims.best
    order.otherPatients = claims.contradictions
    order.writers = claims.writers.isEmpty ? nil : claims.writers
  }
}
