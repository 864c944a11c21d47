import Domain

extension State {
  // MARK: Giving to a colleague

  /// Who may be given it: everybody who may act, but oneself and whoever has it.
  func colleagues(for order: Order) -> [Member] {
    members.filter {
      $0.isActive(at: now) && $0.id != actor?.member.id && $0.id != order.owner?.memberID
    }
  }

  mutating func askColleague(_ order: Order) {
    openMenu(.colleagues, colleagues(for: order).map { .colleague($0) }, order)
  }

  /// What a third person has changes hands only after a question that names that person.
  mutating func assign(
    _ order: Order, to colleague: Member, expecting: Order.Revision?
  ) -> [Effect] {
    if let owner = order.owner, owner.memberID != actor?.member.id {
      ask(.assign(order.id, to: colleague, from: owner), expecting: expecting)
      return []
    }
    return perform(
      .assigned(to: Author(colleague), over: order.owner.map { Author($0) }), on: order.id,
      expecting: expecting, as: .assign)
  }

  // MARK: Everything an absent person has

  /// On a line of the relève the person is known already.
  mutating func askAbsent() -> [Effect] {
    awaitsHoldings = true
    let line = context == .handover ? handover?.selectedItem : nil
    awaitedHolder = line?.section == .taken ? line?.row.order.owner?.memberID : nil
    return [.loadHoldings]
  }

  mutating func receive(_ holdings: [Holding]) {
    guard awaitsHoldings else { return }
    awaitsHoldings = false
    guard !holdings.isEmpty else {
      say(.unavailable(.reassign, .nobodyHolds))
      return
    }
    if let holding = holdings.first(where: { $0.owner.memberID == awaitedHolder }) {
      askHeir(of: holding)
      return
    }
    openMenu(.absent, holdings.map { .absent($0) }, nil)
  }

  mutating func askHeir(of holding: Holding) {
    let heirs = members.filter { $0.isActive(at: now) && $0.id != holding.owner.memberID }
    guard !heirs.isEmpty else {
      say(.unavailable(.reassign, .noColleague))
      return
    }
    openMenu(.heirs(holding), heirs.map { .heir($0, of: holding) }, nil)
  }

  /// Each refusal is a line to read, and to open.
  mutating func receive(_ demandes: [HeldDemande], givenTo colleague: Member) -> [Effect] {
    justDone = nil
    let refused = demandes.filter { $0.refusal != nil }
    let count = demandes.count - refused.count
    say(.reassigned(to: colleague, count: count, refused: refused.count))
    if !refused.isEmpty { openMenu(.refusals, refused.map { .refused($0) }, nil) }
    return reloads
  }

  // MARK: Reminding the patient

  /// The last mail of a patient: a reminder never goes to the prescriber who wrote after it.
  var messageToRemind: Message? {
    openedSelection?.bodies.last {
      !$0.message.isOutgoing && $0.message.sender.kind == .patient
    }?.message
  }

  func remindUnavailability(_ order: Order) -> Unavailability? {
    guard order.status == .checked || order.status == .partial else { return .notReady }
    // « Prête et vous attend » must be true of all of it.
    guard order.markers.missing.isEmpty else { return .stillMissing }
    guard openedSelection != nil else { return .stillPending }
    if messageToRemind == nil { return .noPatientToRemind }
    return reminder == nil ? .noTemplates : nil
  }

  mutating func remind(_ order: Order) -> [Effect] {
    if let reminder = order.reminder {
      ask(.remindAgain(order.id, reminder), expecting: order.revision)
      return []
    }
    return openReminder(order.id)
  }

  mutating func openReminder(_ id: Order.ID) -> [Effect] {
    guard id == selection, let message = messageToRemind, let template = reminder else {
      return []
    }
    awaitedDraft = AwaitedDraft(replyingTo: message.id, order: id)
    return [.openReminder(replyingTo: message.id, order: id, template: template)]
  }

  // MARK: What is missing

  mutating func openMissing(_ order: Order) {
    let lines = order.markers.missing.flatMap {
      [Menu.Choice.product($0), .productArrived($0)]
    }
    openMenu(.missing, lines + [.addProduct], order)
  }

  mutating func correct(
    _ product: MissingProduct, on order: Order, expecting: Order.Revision?
  ) {
    let fields = [
      Form.Field(.product, product.product), Form.Field(.quantity, String(product.quantity)),
      Form.Field(.due, product.due.map { CivilTime($0).dayMonthYear } ?? ""),
    ]
    var form = Form(
      kind: .missing, order: order.id, expecting: expecting ?? order.revision, fields: fields)
    form.replaces = product
    layers.append(.form(form))
  }

  // MARK: Attaching

  /// Without building the list: asked at every key.
  func hasOtherDemandes(than order: Order) -> Bool {
    openedSelection?.samePatient != nil || selectableCount > (showsUnderway ? 2 : 1)
  }

  /// The other demandes of the same patient first, listed here or not, then what is listed.
  mutating func askAttach(_ order: Order) {
    var rows = openedSelection?.samePatient.map { [$0] } ?? []
    rows += openedSelection?.alsoSamePatient ?? []
    for index in 0..<selectableCount where rows.count < Self.longestMenu {
      guard case .row(let row)? = listItem(at: index), row.id != order.id,
        row.order.mergedInto == nil, !rows.contains(where: { $0.id == row.id })
      else { continue }
      rows.append(row)
    }
    openMenu(.demandes, rows.map { .demande($0) }, order)
  }

  /// More is found by searching first: the menu lists what is on screen.
  private static let longestMenu = 50
}
