public import Domain

extension State {
  /// Milliseconds a selection rests before it counts as reading: passing by is not.
  static let restTime: Int64 = 1_000
  /// Seconds without a key after which somebody is there and does nothing.
  static let idleTime: Int64 = 120

  /// What this screen tells the others of itself; nil: nobody acts, or the screen is covered.
  public var attendance: Presence? {
    guard let member = actor?.member, !isCurtained else { return nil }
    let isIdle = now.secondsSince(lastInputAt) >= Self.idleTime
    func presence(_ order: Order.ID, _ doing: Presence.Doing) -> Presence {
      Presence(
        member: member.id, name: member.shortName, poste: poste.name, order: order, doing: doing,
        isIdle: isIdle)
    }
    if let order = compose?.draft.order { return presence(order, .answering) }
    guard showsReader, let order = openedSelection?.order.id else { return nil }
    // A clock set back does not undo the rest.
    let rested = around.selectedAt.map { abs(now.milliseconds - $0.milliseconds) }
    return rested ?? Self.restTime >= Self.restTime ? presence(order, .reading) : nil
  }

  /// When what this screen tells changes without a key.
  var attendanceDue: [Timestamp] {
    guard actor != nil, !isCurtained else { return [] }
    let rests = around.selectedAt.map { Timestamp(milliseconds: $0.milliseconds + Self.restTime) }
    return [rests, lastInputAt.adding(seconds: Self.idleTime)].compactMap { $0 }.filter { $0 > now }
  }

  /// Colleagues who have that demande in front of them, whoever answers first; never this screen.
  public func colleagues(on id: Order.ID?) -> [Presence] {
    guard let id else { return [] }
    let here = around.presences.filter { $0.order == id }
    return here.filter { $0.doing == .answering } + here.filter { $0.doing == .reading }
  }

  mutating func receive(presences: [Presence]) {
    // The same person at the same poste is this person, on another terminal.
    around.presences = presences.filter { presence in
      presence.member != actor?.member.id || presence.poste != poste.name
    }
  }
}
