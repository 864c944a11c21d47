import Domain
import Testing

@Suite("Taking a gesture back")
struct UndoTests {
  @Test("undoing restores exactly what was before, news included")
  func restores() throws {
    var history = History.checked()
    history.add(Team.paul, .moved(to: .collected, reason: nil))
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    let before = history.order
    history.add(Team.léa, .taken(over: nil))
    try history.undo(by: Team.léa)
    #expect(history.order.withoutCounter == before.withoutCounter)
    #expect(history.order.hasNews && history.order.revision == before.revision + 2)
  }

  @Test("only one's own last gesture, and only while nobody built on it")
  func overtaken() {
    var history = History.prepared()
    history.add(Team.paul, .marked(.urgent))
    let last = history.events[history.events.count - 1]
    #expect(
      Order.undoable(history.events, by: Team.léa)
        == .failure(.undoOvertaken(by: Team.paul, at: last.at)))
    #expect(Order.undoable(history.events, by: Team.paul) == .success(last))
    let stranger = Author(memberID: "x", name: "X", initials: "XX", poste: "p")
    #expect(Order.undoable(history.events, by: stranger) == .failure(.nothingToUndo))
    #expect(Order.undoable(History().events, by: .mailbox) == .failure(.nothingToUndo))
  }

  @Test("notes, prints and arrivals stand in nobody's way")
  func harmless() throws {
    var history = History()
    history.add(Team.léa, .taken(over: nil))
    history.add(Team.paul, .noted("vu"))
    history.add(Team.léa, .printed(printer: "p"))
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    try history.undo(by: Team.léa)
    #expect(history.order.status == .received && history.order.noteCount == 1)
    #expect(history.order.messages == ["m1", "m2"])
  }

  @Test("undoing goes back one gesture at a time and is never undone itself")
  func stepByStep() throws {
    var history = History()
    history.add(Team.léa, .taken(over: nil))
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    try history.undo(by: Team.léa)
    #expect(history.order.status == .preparing)
    try history.undo(by: Team.léa)
    #expect(history.order.status == .received && history.order.owner == nil)
    #expect(Order.undoable(history.events, by: Team.léa) == .failure(.nothingToUndo))
    // An event that claims to undo an undoing changes nothing.
    let before = history.order
    history.add(Team.léa, .undone(event: history.events[history.events.count - 1].id))
    #expect(history.order.withoutCounter == before.withoutCounter)
  }

  @Test("no event makes an arrival or a colleague's gesture disappear")
  func notOthers() {
    var history = History.prepared()
    let before = history.order
    for event in history.events { history.add(Team.paul, .undone(event: event.id)) }
    history.add(.mailbox, .undone(event: "e2"))
    history.add(Team.léa, .undone(event: "e2"))
    history.add(Team.léa, .undone(event: "never"))
    #expect(history.order.withoutCounter == before.withoutCounter)
  }

  @Test("what cannot be undone says so")
  func notUndoable() {
    var history = History()
    history.add(Team.léa, .attached(from: "d2", messages: ["m2"]))
    #expect(Order.undoable(history.events, by: Team.léa) == .failure(.cannotBeUndone))
  }
}

/// Random histories of two people and a mailbox: only what the rules allow happens.
@Suite("Random histories")
struct RandomHistoryTests {
  @Test("the rules of every moment hold", arguments: 1...60)
  func invariants(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    var history = History(Order.Kind.allCases.randomElement(using: &numbers) ?? .prescription)
    var arrivals = 1
    for step in 0..<60 {
      let before = history.order
      let author = [Team.léa, Team.paul, .mailbox].randomElement(using: &numbers) ?? .mailbox
      if author.memberID == nil {
        arrivals += 1
        let patient = Self.patients.randomElement(using: &numbers) ?? nil
        history.add(.mailbox, .messageArrived(message: "m\(arrivals)", patient: patient))
        check(arrival: history.order, after: before, seed)
      } else if Int.random(in: 0..<5, using: &numbers) == 0 {
        try undo(&history, author, seed)
      } else {
        let gesture = Self.gesture(&numbers, step)
        let refusal = before.refusal(
          of: gesture, by: author, role: Team.role(author), policy: Policy())
        guard refusal == nil else { continue }
        history.add(author, gesture)
        check(gesture, by: author, history.order, after: before, seed)
        let events = history.events
        if gesture.isUndoable {
          #expect(Order.undoable(events, by: author) == .success(events[events.count - 1]))
          var undone = history
          undone.add(author, .undone(event: events[events.count - 1].id))
          #expect(undone.order.withoutCounter == before.withoutCounter, "seed \(seed) \(gesture)")
        }
      }
      check(history.order, after: before, seed)
    }
  }

  private func undo(_ history: inout History, _ author: Author, _ seed: UInt64) throws {
    guard case .success(let event) = Order.undoable(history.events, by: author) else { return }
    history.add(author, .undone(event: event.id))
    // The same as if it had never happened.
    let expected = Order.fold(
      history.events.filter { $0.id != event.id && $0.gesture != .undone(event: event.id) })
    #expect(history.order.withoutCounter == expected?.withoutCounter, "seed \(seed)")
    #expect(Order.undoable(history.events, by: author) != .success(event))
  }

  private func check(_ order: Order, after before: Order, _ seed: UInt64) {
    #expect(order.revision >= before.revision, "seed \(seed)")
    #expect((order.status == .preparing) ? order.owner != nil : true, "seed \(seed)")
    if order.status == .received || order.status.isFinished { #expect(order.owner == nil) }
    if order.status == .checked {
      #expect(order.checked != nil && order.patient?.isConfirmed == true, "seed \(seed)")
    }
    if order.status == .prepared { #expect(order.prepared != nil && order.checked == nil) }
    if order.kind != .prescription {
      #expect([.received, .preparing, .closed].contains(order.status), "seed \(seed)")
    }
    // Nothing unfinished, and no news, falls between the views where people work.
    let working: [QueueView] = [.todo, .preparing, .check, .ready, .promised]
    let isSeen = working.contains { $0.contains(order, member: nil) }
    #expect(isSeen || (order.status.isFinished && !order.hasNews), "seed \(seed)")
    #expect(Set(order.messages).count == order.messages.count)
  }

  private func check(arrival order: Order, after before: Order, _ seed: UInt64) {
    #expect(order.messages.count == before.messages.count + 1)
    #expect(order.status == before.status && order.owner == before.owner)
    if before.lastGestureAt != nil { #expect(order.hasNews, "seed \(seed)") }
    if before.patient?.source == .person { #expect(order.patient == before.patient) }
    if before.patient?.source == .document { #expect(order.patient == before.patient) }
  }

  private func check(
    _ gesture: Gesture, by author: Author, _ order: Order, after before: Order, _ seed: UInt64
  ) {
    switch gesture {
    // Beside the work: the clock of what stands still goes on.
    case .noted, .printed: #expect(order.lastGestureAt == before.lastGestureAt, "seed \(seed)")
    default: #expect(order.lastGestureAt != nil, "seed \(seed)")
    }
    // Only taking charge handles what came; nothing else makes it look handled (D14).
    let isNameOnly = if case .taken = gesture { order.status != .preparing } else { false }
    if gesture.takesCharge && !isNameOnly {
      #expect(!order.hasNews, "seed \(seed)")
    } else if order.status != .preparing {
      #expect(order.hasNews == before.hasNews, "seed \(seed) \(gesture)")
    }
    #expect(
      order.revision == before.revision + (gesture.countsAsRevision ? 1 : 0), "seed \(seed)")
    if case .patientNamed = gesture, before.status == .checked, order.patient != before.patient {
      #expect(order.status == .prepared, "seed \(seed)")
    }
  }

  static let patients: [Patient?] = [
    nil, Patient(name: "MARTIN Jeanne", source: .sender),
    Patient(name: "MARTIN Odette", source: .document),
    Patient(name: "DURAND Paul", source: .document),
  ]

  static func gesture(_ numbers: inout SeededNumbers, _ step: Int) -> Gesture {
    let status = Order.Status.allCases.randomElement(using: &numbers) ?? .preparing
    let gestures: [Gesture] = [
      .taken(over: nil), .taken(over: Team.léa), .released, .refused(reason: "à revoir"),
      .moved(to: status, reason: "motif"), .moved(to: status, reason: "motif"),
      .moved(to: .prepared, reason: nil), .moved(to: .checked, reason: nil),
      .kindChanged(to: .prescription), .kindChanged(to: .question),
      .patientNamed(Patient(name: step % 2 == 0 ? "MARTIN Odette" : "ROY Paul", source: .person)),
      .marked(.urgent), .marked(.shelf("bac \(step)")), .unmarked(.shelf, value: nil),
      .newsHandled, .noted("vu"), .printed(printer: "comptoir"),
      .answerQueued(messageID: "<a@b.example>"),
    ]
    return gestures.randomElement(using: &numbers) ?? .released
  }
}
