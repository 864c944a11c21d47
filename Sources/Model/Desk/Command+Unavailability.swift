public import Domain

extension Command {
  /// nil when the command acts now; otherwise why not, for the status line and the greyed key.
  public func unavailability(in state: State) -> Unavailability? {
    unavailability(in: state, context: state.context)
  }

  func unavailability(in state: State, context: Context) -> Unavailability? {
    guard contexts.contains(context) else { return .notHere }
    switch self {
    case .selectNext, .selectPrevious, .selectFirst, .selectLast, .pageDown, .pageUp, .nextView,
      .previousView, .nextField, .previousField, .search, .help, .palette, .curtain, .lock, .redraw,
      .suspend, .quit, .switchMember, .review, .showHealth, .handover, .chooseView:
      return nil
    case .print where context == .handover:
      return state.poste.printer == nil ? .noPrinter : nil
    case .note where context == .handover:
      return state.handover?.selectedItem == nil
        ? .nothingSelected : state.actingUnavailability
    case .open where context == .handover:
      return state.handover?.selectedItem == nil ? .nothingSelected : nil
    case .members: return state.teamUnavailability
    case .reconnect: return state.isDemo ? .notHere : nil
    case .switchBAL: return state.bals.count < 2 ? .onlyOneBAL : nil
    case .open:
      return context == .queue && state.selection == nil ? .nothingSelected : nil
    case .switchPane: return state.selection == nil ? .nothingSelected : nil
    case .unfoldDocument: return state.documents.isEmpty ? .nothingAttached : nil
    case .reveal:
      guard state.selection != nil else { return .nothingSelected }
      return state.actingUnavailability ?? (state.openedSelection == nil ? .stillPending : nil)
    case .openSamePatient:
      return state.openedSelection?.samePatient == nil ? .noOtherDemande : nil
    case .back where context == .queue: return state.search == nil ? .nothingToClose : nil
    case .endExchange where state.compose?.held != nil: return .notHere
    case .completeMention, .newLine: return nil
    case .nextMention:
      return state.around.mentions.isEmpty ? .noMention : state.actingUnavailability
    case .openHeld: return state.around.held.isEmpty ? .nothingHeld : state.actingUnavailability
    case .back, .endExchange, .keepDraft, .discardDraft, .editAnswer:
      return state.compose?.phase == .sending && context == .review ? .stillPending : nil
    case .send: return state.compose?.phase == .sending ? .stillPending : nil
    case .chooseTemplate: return state.templates.isEmpty ? .noTemplates : nil
    case .writeNew, .reassign: return state.actingUnavailability
    case .undo: return state.judgedUndo().reason
    case .showHistory: return state.selection == nil ? .nothingSelected : nil
    case .reply: return replyUnavailability(in: state)
    case .take, .takeOver, .assign, .release, .markPrepared, .check, .refusePreparation,
      .collect, .collectPartly, .close, .chooseState, .namePatient, .chooseMarker, .toggleUrgent,
      .changeKind, .attach, .split, .renew, .note, .print, .remind, .handleNews:
      return workUnavailability(in: state)
    }
  }

  private func workUnavailability(in state: State) -> Unavailability? {
    guard let id = state.selection else { return .nothingSelected }
    if let reason = state.actingUnavailability { return reason }
    guard let order = state.selectedOrder, let actor = state.actor else { return .stillPending }
    if let at = order.purgedAt { return .refused(.purged(at: at)) }
    let waits = self != .note && self != .print
    if waits && state.pending[id] != nil { return .stillPending }
    switch self {
    case .print: return state.poste.printer == nil ? .noPrinter : nil
    case .attach where !state.hasOtherDemandes(than: order): return .noOtherDemande
    case .assign where state.colleagues(for: order).isEmpty: return .noColleague
    case .takeOver where order.owner == nil: return .refused(.notHeld)
    case .handleNews where !order.hasNews && order.mergedInto == nil: return .nothingNew
    case .remind: return state.remindUnavailability(order)
    case .split:
      guard let opened = state.openedSelection else { return .stillPending }
      return opened.order.messages.count < 2 ? .refused(.lastMessage) : nil
    default: break
    }
    guard let gesture = gesture(on: order, in: state) else { return nil }
    let role = state.role(for: gesture, of: actor)
    let refusal = order.refusal(
      of: gesture, by: actor.author, role: role, policy: state.policy)
    // A question names the colleague first.
    if self == .close, case .alreadyTaken? = refusal { return nil }
    return refusal.map { .refused($0) }
  }

  /// What the command would do, with words put in where a form will ask for them; nil for a
  /// command that a menu makes precise.
  private func gesture(on order: Order, in state: State) -> Gesture? {
    switch self {
    case .take: .taken(over: state.ownerToReplace.map { Author($0) })
    case .takeOver: .taken(over: order.owner.map { Author($0) })
    case .assign:
      .assigned(
        to: Author(memberID: "?", name: "?", initials: "", poste: ""),
        over: order.owner.map { Author($0) })
    case .release: .released
    case .markPrepared: .moved(to: .prepared, reason: nil)
    case .check: .moved(to: .checked, reason: nil)
    case .refusePreparation: .refused(reason: "x")
    case .collect: .handedOver(HandOver())
    case .collectPartly: .handedOver(HandOver(owed: [MissingProduct(product: "x")]))
    case .close: .moved(to: .closed, reason: "x")
    case .namePatient: .patientNamed(Patient(name: "x", source: .person))
    case .note: .noted("x")
    // A demande merged into another takes no marker: any gesture of that sort says so.
    case .chooseState, .chooseMarker, .changeKind, .attach: .marked(.shelf("x"))
    case .toggleUrgent:
      order.markers.isUrgent ? .unmarked(.urgent, value: nil) : .marked(.urgent)
    case .renew: .renewed(from: order.id)
    case .handleNews: .newsHandled
    default: nil
    }
  }

  private func replyUnavailability(in state: State) -> Unavailability? {
    guard state.selection != nil else { return .nothingSelected }
    if let reason = state.actingUnavailability { return reason }
    guard let opened = state.openedSelection else { return .stillPending }
    if let at = opened.order.purgedAt { return .refused(.purged(at: at)) }
    if state.openedSelection?.heldAnswer != nil { return nil }
    return state.messageToAnswer == nil ? .nothingToAnswer : nil
  }
}

extension State {
  var actingUnavailability: Unavailability? {
    guard let actor else { return .nobodyActs }
    return actor.member.isActive(at: now) ? nil : .memberMayNot
  }

  /// The answer that `undo` takes back first: of this demande, or of none.
  public var heldToCancel: HeldSend? {
    held.last { $0.order == nil || $0.order == selection || selection == nil }
  }

  /// The last mail of the selected demande that came from outside.
  public var messageToAnswer: Message? {
    openedSelection?.bodies.last { !$0.message.isOutgoing }?.message
  }

  /// The document cards of the opened demande, in the order of the reader.
  public var documents: [DocumentRef] {
    guard let openedSelection else { return [] }
    return openedSelection.bodies.flatMap { body in
      body.message.attachments.map { DocumentRef(message: body.message.id, attachment: $0.n) }
    }
  }

  /// The mail being written, when it is on top.
  public var compose: Compose? {
    for layer in layers.reversed() {
      if case .compose(let compose) = layer { return compose }
    }
    return nil
  }
}
