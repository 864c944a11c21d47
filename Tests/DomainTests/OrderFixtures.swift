import Domain

/// The invented team, and short ways to write a demande's history.
enum Team {
  static let léa = Author(memberID: "lea", name: "Léa", initials: "LP", poste: "comptoir 1")
  static let paul = Author(memberID: "paul", name: "Paul", initials: "PR", poste: "comptoir 2")

  static func role(_ author: Author) -> Role {
    author.memberID == "paul" ? .pharmacien : .preparateur
  }
}

/// A history that grows one event at a time, numbered and dated as the store would.
struct History {
  private(set) var events: [OrderEvent] = []

  init(
    _ kind: Order.Kind = .prescription, proposed: [Marker] = [], sender: Patient? = Self.sender
  ) {
    add(.mailbox, .opened(kind: kind, proposed: proposed))
    add(.mailbox, .messageArrived(message: "m1", patient: sender))
  }

  static let sender = Patient(name: "MARTIN Jeanne", source: .sender)
  static let mother = Patient(name: "MARTIN Odette", source: .person)

  mutating func add(_ author: Author, _ gesture: Gesture) {
    let number = events.count + 1
    events.append(
      OrderEvent(
        id: "e\(number)", order: "d1", number: number, author: author,
        at: Timestamp(seconds: Int64(number) * 60), basedOn: nil, gesture: gesture))
  }

  mutating func undo(by author: Author) throws {
    add(author, .undone(event: try Order.undoable(events, by: author).get().id))
  }

  var order: Order {
    guard let order = Order.fold(events) else { preconditionFailure("no opened event") }
    return order
  }

  /// Prepared by Léa, for a person named at the counter.
  static func prepared() -> History {
    var history = History()
    history.add(Team.léa, .taken(over: nil))
    history.add(Team.léa, .patientNamed(mother))
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    return history
  }

  static func checked() -> History {
    var history = prepared()
    history.add(Team.paul, .moved(to: .checked, reason: nil))
    return history
  }
}

extension Order {
  /// What an undoing must restore: all but the counter.
  var withoutCounter: Order {
    var copy = self
    copy.revision = 0
    return copy
  }
}
