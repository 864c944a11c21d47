import Domain

extension State {
  /// Opens a form bound to that demande, filled with what is known.
  mutating func openForm(_ kind: Form.Kind, _ order: Order, expecting: Order.Revision? = nil) {
    let fields: [Form.Field] =
      switch kind {
      case .patient:
        [
          Form.Field(.name, order.patient?.name ?? ""),
          Form.Field(.birthDate, order.patient?.birthDate?.french ?? ""),
        ]
      case .redoReason: [Form.Field(.reason)] + controlFields
      case .closeReason: [Form.Field(.reason)]
      case .collect:
        [
          Form.Field(.originalSeen),
          Form.Field(.missing, MissingList.text(order.markers.missing)),
          Form.Field(.givenTo),
        ]
      case .missing: [Form.Field(.product), Form.Field(.quantity, "1"), Form.Field(.due)]
      case .promised: [Form.Field(.time)]
      case .shelf: [Form.Field(.place)]
      case .questionPrescriber, .questionPatient: [Form.Field(.text)]
      case .identify: Form.identityFields(asksPIN: asksPIN)
      case .check: controlFields
      case .choosePIN, .team: []
      }
    var form = Form(
      kind: kind, order: order.id, expecting: expecting ?? order.revision, fields: fields)
    if kind == .check, form.text(of: .initials)?.isEmpty == false { form.move(by: 1) }
    layers.append(.form(form))
  }

  /// Tab and Shift-Tab, in a form and in a mail.
  mutating func moveField(by step: Int) {
    switch layers.last {
    case .form(var form):
      form.move(by: step)
      replaceTop(.form(form))
    case .compose: moveComposeField(by: step)
    default: break
    }
  }

  /// Enter: the next line, and after the last one the gesture.
  mutating func enterInForm() -> [Effect] {
    guard case .form(var form)? = layers.last, !form.isSubmitted else { return [] }
    if form.focus < form.fields.count - 1 {
      form.turn(to: form.focus + 1)
      replaceTop(.form(form))
      return []
    }
    if form.kind == .identify || form.kind == .choosePIN { return submitIdentity(form) }
    if case .team(let kind) = form.kind { return submitTeam(form, kind) }
    guard let id = form.order, let order = order(id) else {
      // The text stays on screen until the person closes the form.
      say(.vanished)
      return []
    }
    if pending[id] != nil {
      say(.unavailable(.chooseState, .stillPending))
      return []
    }
    let gestures: [Gesture]
    do {
      gestures = try form.gestures(on: order, now: now)
    } catch {
      form.problem = error.problem
      form.focus = error.field
      replaceTop(.form(form))
      return []
    }
    if gestures.isEmpty {
      layers.removeLast()
      return []
    }
    if form.isControl { return submitControl(form, gestures, on: order) }
    form.isSubmitted = true
    replaceTop(.form(form))
    let expecting = form.expecting ?? order.revision
    return perform(gestures, on: id, expecting: expecting, as: form.command)
  }

  // MARK: Answers

  /// The gesture is in the store: its form closes, whatever lies over it.
  mutating func closeSubmittedForm(of id: Order.ID) {
    layers.removeAll {
      guard case .form(let form) = $0 else { return false }
      return form.isSubmitted && form.order == id
    }
  }

  /// The answer was no: the text is still there, and Enter tries again on what is true now.
  mutating func unsubmitForms(of id: Order.ID) {
    for (index, layer) in layers.enumerated() {
      guard case .form(var form) = layer, form.order == id, form.isSubmitted else { continue }
      form.isSubmitted = false
      form.expecting = nil
      layers[index] = .form(form)
    }
  }

}
