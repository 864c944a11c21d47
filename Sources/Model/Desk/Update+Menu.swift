import Domain

extension State {
  /// Opens a menu bound to that demande; an empty one would only be closed again.
  mutating func openMenu(_ kind: Menu.Kind, _ choices: [Menu.Choice], _ order: Order?) {
    guard !choices.isEmpty else {
      notice = nil
      say(.unavailable(.chooseState, .notHere))
      return
    }
    layers.append(
      .menu(Menu(kind: kind, choices: choices, order: order?.id, expecting: order?.revision)))
  }

  /// « Qui est là ? »: the people who may act today. A refusal said before stays readable.
  mutating func askWhoActs() -> [Effect] {
    let active = members.filter { $0.isActive(at: now) }
    guard !active.isEmpty else {
      say(.unavailable(.switchMember, .nobodyActs))
      return [.loadMembers]
    }
    let fields = Form.identityFields(asksPIN: asksPIN)
    layers.append(.form(Form(kind: .identify, order: nil, expecting: nil, fields: fields)))
    return []
  }

  /// Moves in the layer on top: lines of a menu or of the palette, yes and no, lines of the help.
  mutating func moveInLayer(_ command: Command) {
    let page = max(1, rows / 2)
    // A text that fills the screen goes on by a screen, with one line to find one's place.
    let full = max(1, rows - 3)
    switch layers.last {
    case .menu(var menu):
      menu.selected = moved(menu.selected, command, count: menu.choices.count, page: page)
      replaceTop(.menu(menu))
    case .palette(var palette):
      let count = paletteChoices.count
      palette.selected = moved(palette.selected, command, count: count, page: page)
      replaceTop(.palette(palette))
    case .confirm(var confirm):
      confirm.isYesSelected.toggle()
      replaceTop(.confirm(confirm))
    case .history(let scroll):
      let lines = Self.historyLines
      replaceTop(.history(scroll: moved(scroll, command, count: lines, page: full)))
    case .help(let scroll):
      // Screens stops at the end of the text; twice the commands is never less than that.
      let lines = Command.allCases.count * 2
      replaceTop(.help(scroll: moved(scroll, command, count: lines, page: full)))
    case .health(let scroll):
      replaceTop(.health(scroll: moved(scroll, command, count: Self.healthLines, page: page)))
    case .handover(var handover):
      let count = handover.sheet?.items.count ?? 0
      handover.selected = moved(handover.selected, command, count: count, page: page)
      replaceTop(.handover(handover))
    case .form, .note, .compose, nil: break
    }
  }

  /// More lines than a history ever has; Screens stops at the end of them.
  private static let historyLines = 20_000

  /// More lines than the health pane ever has; Screens stops at the end of them.
  private static let healthLines = 2_000

  private func moved(_ place: Int, _ command: Command, count: Int, page: Int) -> Int {
    let wanted =
      switch command {
      case .selectPrevious: place - 1
      case .selectFirst: 0
      case .selectLast: count - 1
      case .pageDown: place + page
      case .pageUp: place - page
      default: place + 1
      }
    return min(max(0, wanted), max(0, count - 1))
  }

  /// The choice acts on the demande the menu was opened for, as it was seen then.
  mutating func chooseFromMenu() -> [Effect] {
    guard case .menu(let menu)? = layers.last, menu.choices.indices.contains(menu.selected) else {
      return []
    }
    layers.removeLast()
    let choice = menu.choices[menu.selected]
    switch choice {
    case .bal(let bal): return open(bal)
    case .view(let view, _): return show(view)
    case .customView(let index, _, _): return showCustom(index)
    case .template(let template):
      insert(template)
      return []
    case .absent(let holding):
      askHeir(of: holding)
      return []
    case .heir(let heir, let holding):
      ask(.reassign(holding, to: heir), expecting: nil)
      return []
    case .refused(let demande): return select(demande.id)
    case .team(let choice): return choose(choice, from: menu)
    default: break
    }
    guard let id = menu.order else { return [] }
    if pending[id] != nil {
      say(.unavailable(.chooseState, .stillPending))
      return []
    }
    guard let order = order(id) else {
      say(.vanished)
      return []
    }
    return choose(choice, on: order, expecting: menu.expecting)
  }

  private mutating func choose(
    _ choice: Menu.Choice, on order: Order, expecting: Order.Revision?
  ) -> [Effect] {
    switch choice {
    case .status(let status): return move(order, to: status, expecting: expecting)
    case .newsHandled:
      return handleNews(order, expecting: expecting, as: .chooseState)
    case .refuse: openForm(.redoReason, order, expecting: expecting)
    case .notHandedOver(let handed):
      ask(.notHandedOver(order.id, handed), expecting: expecting ?? order.revision)
    case .takeOver: return askTakeOver(order)
    case .release: return perform(.released, on: order.id, expecting: expecting, as: .release)
    case .renew: ask(.renew(order.id), expecting: expecting, isYesSelected: true)
    case .colleague(let colleague):
      return assign(order, to: colleague, expecting: expecting)
    case .product(let product): correct(product, on: order, expecting: expecting)
    case .productArrived(let product):
      return perform(
        .unmarked(.missing, value: product.product), on: order.id, expecting: expecting,
        as: .chooseMarker)
    case .addProduct: openForm(.missing, order, expecting: expecting)
    case .demande(let row):
      ask(.attach(attaching(order, to: row)), expecting: nil)
    case .kind(let kind):
      return perform(
        .kindChanged(to: kind), on: order.id, expecting: expecting, as: .changeKind)
    case .marker(let name, let isSet):
      return mark(order, name, isSet: isSet, expecting: expecting)
    case .message(let message):
      ask(
        .split(message, from: row(of: order), over: colleague(on: order)),
        expecting: expecting ?? order.revision)
    case .member, .bal, .template, .view, .customView, .absent, .heir, .refused, .team: break
    }
    return []
  }

  private mutating func move(
    _ order: Order, to status: Order.Status, expecting: Order.Revision?
  ) -> [Effect] {
    switch status {
    case .collected: openForm(.collect(partial: false), order, expecting: expecting)
    case .partial: openForm(.collect(partial: true), order, expecting: expecting)
    case .closed: return close(order, expecting: expecting)
    case .checked: return check(order, expecting: expecting)
    case .received, .preparing, .prepared:
      return perform(
        .moved(to: status, reason: nil), on: order.id, expecting: expecting, as: .chooseState)
    }
    return []
  }

  private mutating func mark(
    _ order: Order, _ name: MarkerName, isSet: Bool, expecting: Order.Revision?
  ) -> [Effect] {
    func send(_ desk: inout State, _ gesture: Gesture) -> [Effect] {
      desk.perform(gesture, on: order.id, expecting: expecting, as: .chooseMarker)
    }
    if isSet && name == .missing {
      openMissing(order)
      return []
    }
    if isSet { return send(&self, .unmarked(name, value: nil)) }
    switch name {
    case .urgent: return send(&self, .marked(.urgent))
    case .originalAwaited: return send(&self, .marked(.originalAwaited))
    case .missing: openForm(.missing, order, expecting: expecting)
    case .questionPrescriber: openForm(.questionPrescriber, order, expecting: expecting)
    case .questionPatient: openForm(.questionPatient, order, expecting: expecting)
    case .promised: openForm(.promised, order, expecting: expecting)
    case .shelf: openForm(.shelf, order, expecting: expecting)
    }
    return []
  }

  // MARK: Questions

  mutating func answerConfirm() -> [Effect] {
    guard case .confirm(let confirm)? = layers.popLast() else { return [] }
    guard confirm.isYesSelected else {
      guard case .unread(_, let id, _) = confirm.question, id == selection else { return [] }
      return showNews()
    }
    switch confirm.question {
    case .takeOver(let id, let owner):
      if pending[id] != nil { return [] }
      return perform(
        .taken(over: Author(owner)), on: id, expecting: confirm.expecting, as: .takeOver)
    case .quit, .quitBeforeSend:
      isQuitting = true
      return savesBeforeExit() + [.quit]
    case .discardDraft: return discard()
    case .print(let id, let printer): return [.print(id, printer: printer)]
    case .attach, .split, .closeOver: return regroup(confirm)
    case .assign(let id, let colleague, let owner):
      if pending[id] != nil { return [] }
      return perform(
        .assigned(to: Author(colleague), over: Author(owner)), on: id,
        expecting: confirm.expecting, as: .assign)
    case .reassign(let holding, let heir):
      return [.reassign(holding.demandes, from: holding.owner.memberID, to: heir)]
    case .undo(let last), .undoOlder(let last, _):
      return takeBack(on: last.order.id, event: last.event.id)
    case .cancelSend(let held):
      if held.until > now { return cancel(held) }
      say(.cancelTooLate(display: held.display))
    case .remindAgain(let id, _): return openReminder(id)
    case .setDisabled(let member, let isDisabled):
      return setDisabled(member, isDisabled)
    case .renew(let id):
      if pending[id] != nil { return [] }
      markPending(id, .renew)
      return [.renew(id, expecting: confirm.expecting)]
    case .unread(let gesture, let id, _):
      if pending[id] != nil { return [] }
      let command: Command = gesture.isChecking ? .check : .close
      return perform(gesture, on: id, expecting: confirm.expecting, as: command)
    case .notHandedOver(let id, let handed):
      if pending[id] != nil { return [] }
      return perform(
        handed.correction, on: id, expecting: confirm.expecting, as: .chooseState)
    case .printHandover(let printer): return [.printHandover(printer: printer)]
    }
    return []
  }
}
