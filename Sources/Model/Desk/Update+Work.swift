public import Domain

extension State {
  /// The counter's commands, on the selected demande; `unavailability` has judged them.
  mutating func work(_ command: Command) -> [Effect] {
    if command == .undo { return undo() }
    guard let order = selectedOrder else { return [] }
    let seen = order.revision
    switch command {
    // Judged on the state found: whoever asks first has it.
    case .take where ownerToReplace != nil: return askTakeOver(order)
    case .take: return perform(.taken(over: nil), on: order.id, expecting: nil, as: .take)
    case .takeOver: return askTakeOver(order)
    case .assign: askColleague(order)
    case .remind: return remind(order)
    case .release: return perform(.released, on: order.id, expecting: seen, as: .release)
    case .markPrepared:
      return perform(
        .moved(to: .prepared, reason: nil), on: order.id, expecting: seen, as: .markPrepared)
    case .check: return check(order, expecting: seen)
    case .toggleUrgent:
      let gesture: Gesture =
        order.markers.isUrgent ? .unmarked(.urgent, value: nil) : .marked(.urgent)
      return perform(gesture, on: order.id, expecting: seen, as: .toggleUrgent)
    case .handleNews:
      return handleNews(order, expecting: seen, as: .handleNews)
    case .close: return close(order, expecting: seen)
    case .refusePreparation: openForm(.redoReason, order)
    case .collect: openForm(.collect(partial: false), order)
    case .collectPartly: openForm(.collect(partial: true), order)
    case .namePatient:
      openForm(.patient, order)
      return askNamesakes()
    case .note: openNote(order)
    case .chooseState: openMenu(.states, statesMenu(order), order)
    case .chooseMarker: openMenu(.markers, markersMenu(order), order)
    case .changeKind: openMenu(.kinds, kindsMenu(order), order)
    case .split: openMenu(.messages, order.messages.map { .message($0) }, order)
    case .attach: askAttach(order)
    case .renew: ask(.renew(order.id), expecting: order.revision, isYesSelected: true)
    case .print: print(order)
    default: break
    }
    return []
  }

  /// Asks the store for one gesture and remembers that its answer is awaited.
  mutating func perform(
    _ gesture: Gesture, on id: Order.ID, expecting: Order.Revision?, as command: Command
  ) -> [Effect] {
    markPending(id, command)
    return [.perform(gesture, on: id, expecting: expecting)]
  }

  /// Several gestures one after the other: each waits for the answer to the one before, so that
  /// a colleague's gesture between two of them stops the rest.
  mutating func perform(
    _ gestures: [Gesture], on id: Order.ID, expecting: Order.Revision?, as command: Command
  ) -> [Effect] {
    guard let first = gestures.first else { return [] }
    chains[id] = gestures.count > 1 ? gestures : nil
    return perform(first, on: id, expecting: expecting, as: command)
  }

  mutating func markPending(_ id: Order.ID, _ command: Command) {
    pending[id] = command
    pendingSince[id] = now
  }

  /// The answer came, or never will.
  mutating func settle(_ id: Order.ID) {
    pending[id] = nil
    pendingSince[id] = nil
    chains[id] = nil
  }

  /// The colleague whom taking the selected demande would replace.
  public var ownerToReplace: Order.Owner? {
    selectedOrder?.owner.flatMap { $0.memberID == actor?.member.id ? nil : $0 }
  }

  mutating func askTakeOver(_ order: Order) -> [Effect] {
    guard let owner = order.owner else {
      return perform(.taken(over: nil), on: order.id, expecting: nil, as: .take)
    }
    ask(.takeOver(order.id, from: owner), expecting: order.revision)
    return []
  }

  /// Paper cannot be taken back, and the question says so: Enter alone prints nothing.
  private mutating func print(_ order: Order) {
    guard let printer = poste.printer else { return }
    ask(.print(order.id, printer: printer), expecting: order.revision)
  }

  mutating func ask(
    _ question: Confirm.Question, expecting: Order.Revision?, isYesSelected: Bool = false
  ) {
    layers.append(
      .confirm(Confirm(question, expecting: expecting, isYesSelected: isYesSelected)))
  }

  // MARK: What a menu offers

  private func statesMenu(_ order: Order) -> [Menu.Choice] {
    guard let actor else { return [] }
    func isLegal(_ gesture: Gesture) -> Bool {
      let role = role(for: gesture, of: actor)
      return order.refusal(of: gesture, by: actor.author, role: role, policy: policy) == nil
    }
    let checking = Gesture.moved(to: .checked, reason: nil)
    let moves = order.moves(
      by: actor.author, role: role(for: checking, of: actor), policy: policy)
    var choices = moves.filter { $0 != .closed }.map { Menu.Choice.status($0) }
    if isLegal(.newsHandled) { choices.append(.newsHandled) }
    if isLegal(.refused(reason: "x")) { choices.append(.refuse) }
    if let handed = order.handed, isLegal(handed.correction) {
      choices.append(.notHandedOver(handed))
    }
    if let owner = order.owner, isLegal(.taken(over: Author(owner))) {
      choices.append(.takeOver(owner))
    }
    if isLegal(.released) { choices.append(.release) }
    if isLegal(.renewed(from: order.id)) { choices.append(.renew) }
    // One that cannot be closed yet says why.
    if moves.contains(.closed) || !order.status.isFinished {
      choices.append(.status(.closed))
    }
    return choices
  }

  private func markersMenu(_ order: Order) -> [Menu.Choice] {
    MarkerName.allCases.map { .marker($0, isSet: order.markers.has($0)) }
  }

  private func kindsMenu(_ order: Order) -> [Menu.Choice] {
    Order.Kind.allCases.filter { $0 != order.kind }.map { .kind($0) }
  }
}
