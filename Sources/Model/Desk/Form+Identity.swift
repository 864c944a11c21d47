import Domain
import Keys

/// Lines in which somebody says who they are: on the locked screen, for F2 and for a control.
extension Form {
  /// Bytes of initials, a name or a code.
  static let identityLimit = 256

  static func unlocking(asksPIN: Bool) -> Form {
    Form(kind: .identify, order: nil, expecting: nil, fields: identityFields(asksPIN: asksPIN))
  }

  static func identityFields(asksPIN: Bool, initials: String = "") -> [Field] {
    [Field(.initials, initials)] + (asksPIN ? [Field(.pin)] : [])
  }

  public func text(of name: Field.Name) -> String? {
    fields.first { $0.name == name }?.buffer.text
  }

  /// Nobody has a code any more: none can be asked for.
  mutating func forgetPIN() {
    guard kind == .identify, let place = place(of: .pin) else { return }
    fields.remove(at: place)
    focus = 0
  }

  func place(of name: Field.Name) -> Int? { fields.firstIndex { $0.name == name } }

  mutating func move(by step: Int) { turn(to: (focus + step + fields.count) % fields.count) }

  /// A remaining wait stays readable while the code is typed.
  mutating func clearProblem(now: Timestamp) {
    if case .identity(.tooSoon(let until))? = problem, until > now { return }
    problem = nil
  }

  /// Enter: the next line, or what the lines say; nil while something is missing.
  mutating func enterIdentity(in state: State, purpose: Credentials.Purpose) -> Credentials? {
    if case .identity(.tooSoon(let until))? = problem, until > state.now { return nil }
    if kind == .choosePIN { return enterNewPIN(purpose, state) }
    guard let place = place(of: .initials) else { return nil }
    let name = trimmed(fields[place].buffer.text)
    if name.isEmpty && !(purpose == .unlocking && state.members.isEmpty) {
      focus = place
      problem = .empty(.initials)
      return nil
    }
    let pin = text(of: .pin)
    if let pin, pin.isEmpty {
      problem = fields[focus].name == .pin ? .empty(.pin) : nil
      focus = self.place(of: .pin) ?? focus
      return nil
    }
    return ask(Credentials(name: name, pin: pin, purpose: purpose), state)
  }

  private mutating func ask(_ credentials: Credentials, _ state: State) -> Credentials {
    var credentials = credentials
    credentials.attempt = state.identityAttempts + 1
    attempt = credentials.attempt
    isSubmitted = true
    return credentials
  }

  /// It waits for that answer, and for no other.
  func awaits(_ attempt: Int) -> Bool { isSubmitted && self.attempt == attempt }

  private mutating func enterNewPIN(
    _ purpose: Credentials.Purpose, _ state: State
  ) -> Credentials? {
    if focus < fields.count - 1 {
      focus += 1
      return nil
    }
    let chosen = text(of: .newPIN) ?? ""
    if !(4...64).contains(chosen.count) {
      refuse(.pinLength)
      return nil
    }
    if chosen != text(of: .newPINAgain) {
      refuse(.pinsDiffer)
      clearSecondPIN()
      return nil
    }
    if chosen == provisional?.pin {
      refuse(.pinUnchanged)
      return nil
    }
    let name = provisional?.name ?? ""
    return ask(
      Credentials(name: name, pin: provisional?.pin, newPIN: chosen, purpose: purpose), state)
  }

  /// The answer was no, or « choose your own first ».
  mutating func refuse(_ problem: IdentityProblem, in state: State) {
    isSubmitted = false
    if problem == .provisional, kind == .identify {
      let given = Provisional(name: text(of: .initials) ?? "", pin: text(of: .pin) ?? "")
      self = Form(
        kind: .choosePIN, order: order, expecting: nil,
        fields: [Field(.newPIN), Field(.newPINAgain)])
      provisional = given
      return
    }
    refuse(problem)
    if case .tooSoon(let until) = problem, until <= state.now { self.problem = nil }
  }

  /// What was typed blind is typed again, not mended.
  mutating func clearSecondPIN() {
    for place in fields.indices {
      switch fields[place].name {
      case .newPINAgain, .team(.newPINAgain): fields[place].buffer = TextBuffer()
      default: break
      }
    }
  }

  private mutating func refuse(_ problem: IdentityProblem) {
    self.problem = .identity(problem)
    // The first code of the officine was set meanwhile.
    if problem == .needsPIN, place(of: .pin) == nil { fields.append(Field(.pin)) }
    for place in fields.indices where fields[place].name.isSecret { fields[place].buffer.clear() }
    switch problem {
    case .unknownMember, .inactive, .noPIN, .notHere, .notPharmacist:
      focus = place(of: .initials) ?? focus
    default: focus = place(of: .pin) ?? place(of: .newPIN) ?? focus
    }
  }

  /// « LP4817 » in one go: what can only be a code goes to its line by itself.
  func jumps(to key: Key, members: [Member]) -> Bool {
    guard fields[focus].name == .initials, focus + 1 < fields.count,
      fields[focus + 1].name == .pin, let character = key.text, !character.isLetter,
      !character.isWhitespace, character != "-", character != "'"
    else { return false }
    let typed = folded(trimmed(fields[focus].buffer.text))
    let longer = typed + folded(String(character))
    return members.contains { folded($0.initials) == typed }
      && !members.contains { folded($0.initials).hasPrefix(longer) }
  }

  private func trimmed(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension Form.Field.Name {
  /// Drawn as dots, and emptied after a refusal.
  public var isSecret: Bool {
    switch self {
    case .pin, .newPIN, .newPINAgain, .team(.newPIN), .team(.newPINAgain), .team(.ownPIN): true
    default: false
    }
  }
}

/// What was typed before the member's own code is asked for.
struct Provisional: Equatable, Sendable {
  var name: String
  var pin: String
}
