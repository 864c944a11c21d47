public import Desk
public import Domain
public import Keys

/// A state, the events it was sent and the effects it asked for; on failure print `report`.
///
/// Effects are never performed: a test answers them itself by sending what the store would.
public struct DeskTrace {
  public private(set) var state: State
  /// Every effect so far, in order.
  public private(set) var effects: [Effect] = []
  /// The effects of the last `send`.
  public private(set) var last: [Effect] = []
  private var events: [Event] = []

  public init(_ state: State) { self.state = state }

  @discardableResult
  public mutating func send(_ event: Event) -> [Effect] {
    events.append(event)
    if events.count > 20 { events.removeFirst() }
    last = state.apply(event)
    effects += last
    return last
  }

  /// Presses keys one after the other; the answer is all their effects.
  @discardableResult
  public mutating func press(_ keys: Key...) -> [Effect] {
    let all = keys.flatMap { send(.keyPressed($0)) }
    last = all
    return all
  }

  /// Types a text character by character, Enter for a newline.
  @discardableResult
  public mutating func type(_ text: String) -> [Effect] {
    let all = text.flatMap { send(.keyPressed($0 == "\n" ? .enter : .character($0))) }
    last = all
    return all
  }

  /// The answer that believes `member`; asks first, as a person does, where nobody was asked.
  public mutating func proof(of member: Member) -> Event {
    if state.identityAttempt == nil {
      if !state.isLocked { send(.commanded(.switchMember)) }
      press(.control("u"))
      let asksPIN = state.members.contains(where: \.hasPIN)
      type(member.initials.lowercased() + (asksPIN ? "0000" : "") + "\n")
    }
    return .identified(Officine.actor(member), attempt: attempt)
  }

  /// The question of who somebody is that waits for its answer; 0 when none does.
  public var attempt: Int { state.identityAttempt ?? 0 }

  /// Lets time pass.
  @discardableResult
  public mutating func wait(seconds: Int64) -> [Effect] {
    send(.ticked(state.now.adding(seconds: seconds)))
  }

  /// Prepares a situation no event leads to shortly.
  public mutating func arrange(_ change: (inout State) -> Void) { change(&state) }

  /// The last events, newest last, and the effects of the last one, for a failing test.
  public var report: String {
    (["events:"] + events.map { "  \($0)" } + ["last effects:"] + last.map { "  \($0)" })
      .joined(separator: "\n")
  }
}
