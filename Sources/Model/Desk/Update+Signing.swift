import Domain

/// The team changes while screens are open: codes are given, members come and go.
extension State {
  /// Whoever acts goes on with the role they have by now.
  mutating func receive(members: [Member]) -> [Effect] {
    self.members = members
    guard var actor, let current = members.first(where: { $0.id == actor.member.id }),
      current != actor.member
    else { return [] }
    actor.member = current
    self.actor = actor
    return [.act(as: actor)]
  }

  /// The question takes the place of the gesture, with what was typed so far.
  mutating func askControl(
    _ gesture: Gesture, _ id: Order.ID, _ expecting: Order.Revision?, _ members: [Member]
  ) -> [Effect] {
    let effects = receive(members: members)
    settle(id)
    guard !controlFields.isEmpty, let order = order(id) else {
      unsubmitForms(of: id)
      say(.refused(.needsPharmacist))
      return effects + reloads
    }
    if gesture.isChecking {
      openForm(.check, order, expecting: expecting)
      return effects
    }
    for (index, layer) in layers.enumerated() {
      guard case .form(var form) = layer, form.kind == .redoReason, form.order == id else {
        continue
      }
      form.isSubmitted = false
      if !form.isControl { form.fields += controlFields }
      form.focus = form.fields.firstIndex { $0.buffer.text.isEmpty } ?? form.focus
      layers[index] = .form(form)
    }
    return effects
  }
}

extension State {
  /// A check signs for what colleagues wrote too; a note that came since it was opened may be
  /// above or below what is in sight.
  func newNotes(since form: Form) -> FormWarning? {
    guard form.kind == .check, let mark = around.opened, mark.order == form.order,
      let opened = openedSelection, opened.order.id == form.order
    else { return nil }
    let place = opened.events.lastIndex { $0.id == mark.event }
    if place == nil && mark.event != nil { return nil }
    let notes = opened.events[(place.map { $0 + 1 } ?? 0)...].filter {
      guard case .noted = $0.gesture else { return false }
      return $0.author.memberID != actor?.member.id
    }
    return notes.last.map { .newNotes(notes.count, by: $0.author) }
  }
}
