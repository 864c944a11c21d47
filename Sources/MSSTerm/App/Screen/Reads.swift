import Desk
import Domain
import Store

/// Plain reads of the store for the screen: each takes well under a millisecond.
struct Reads {
  let store: OfficineStore
  /// Those who may act here, asked of the store that keeps them.
  let members: @Sendable () throws(StoreError) -> [Member]
  /// Whose « Les miennes ».
  let member: String?
  let clock: WorkClock
  let views: [CustomView]
  var trust = TrustSpace()

  func answer(_ effect: Effect) throws(StoreError) -> [Event] {
    switch effect {
    case .loadPage(let view, let limit):
      return [.pageLoaded(view, try page(of: view, limit: limit))]
    case .loadQuery(let query, let limit):
      let page = try matching(query, limit: limit)
      return [.queryLoaded(query, page)]
    case .loadHandover: return [.handoverLoaded(try store.handover(clock: clock))]
    case .loadCounts:
      return [.countsLoaded(try counts()), .logNoted(try store.logNotices(of: member))]
    case .loadSync:
      return [.syncChanged(try store.syncStatus()), .healthNoted(try store.health())]
    case .loadHealth: return [.healthLoaded(try sheet())]
    case .loadAwaited: return [.awaitedLoaded(try awaited())]
    case .loadMentions:
      return [
        .mentionsLoaded(
          try member.map { id throws(StoreError) in try store.mentions(of: id) } ?? [])
      ]
    case .loadHeld:
      return [
        .heldLoaded(
          try store.heldAnswers().map {
            HeldBrief(item: $0.item.id, order: $0.order, author: $0.item.author)
          })
      ]
    case .loadLastGestures: return [try lastGestures()]
    case .loadHoldings: return [.holdingsLoaded(try store.holdings())]
    case .loadMembers: return [.membersLoaded(try members())]
    case .loadWaiting: return [.waitingLoaded(try store.waitingSince(limit: Self.waitingLimit))]
    case .loadKeptNotes:
      guard let member else { return [] }
      let notes = try store.keptNotes(of: member).map {
        KeptNote(order: $0.key, author: member, text: $0.value)
      }
      return [.keptNotesLoaded(notes)]
    case .search(let query):
      let page = try matching(query, limit: 200)
      return [.searchAnswered(query: query, rows: page.rows, hasMore: page.hasMore)]
    case .loadNamesakes(let name):
      let query = ViewQuery([ViewQuery.Term(.patient(name))])
      let rows = try store.matching(query, member: member, clock: clock, limit: 50).rows
      return [
        .namesakesLoaded(
          Namesakes(
            name: name,
            people: rows.compactMap { row in
              row.order.patient.map { Namesakes.Person(order: row.id, patient: $0) }
            }))
      ]
    case .loadOrder(let id):
      guard let opened = try self.opened(id) else { return [.orderVanished(id)] }
      return [.orderLoaded(opened)]
    default: preconditionFailure("not a read")
    }
  }

  private func page(of view: QueueView, limit: Int) throws(StoreError) -> QueuePage {
    try store.page(of: view, member: member, clock: clock, after: nil, limit: limit)
  }

  private func counts() throws(StoreError) -> QueueCounts {
    try store.counts(member: member, clock: clock, views: views)
  }

  /// The desk and the configuration have read it before; what cannot be read finds nothing.
  private func matching(_ text: String, limit: Int) throws(StoreError) -> QueuePage {
    guard let query = try? ViewQuery.parse(text, now: clock.now) else { return QueuePage() }
    return try store.matching(query, member: member, clock: clock, limit: limit)
  }

  /// What this person may still take back, here or at another poste, before or after quitting.
  private func lastGestures() throws(StoreError) -> Event {
    let now = Environment.clock()
    let author = Author(memberID: member, name: "", initials: "", poste: "")
    let queued = try store.outbox(states: [.queued])
    let waiting = queued.filter {
      $0.author.isSamePerson(as: author) && $0.notBefore > now && $0.attempts == 0
    }
    let held = waiting.map { item in
      HeldSend(
        item: item.id, order: item.order,
        display: item.to.map { trust.sender($0).display }.joined(separator: ", "),
        until: item.notBefore, queuedAt: item.queuedAt)
    }
    return .lastGesturesLoaded(
      try store.lastGestures(of: author, now: now), held: held,
      queued: Set(queued.map(\.id)))
  }

  private func sheet() throws(StoreError) -> HealthSheet {
    let setAside = try store.messages(
      .quarantine, after: nil, limit: Self.setAsideLimit)
    var sheet = HealthSheet(
      health: try store.health(),
      setAside: setAside.map {
        SetAside(
          id: $0.message.id, receivedAt: $0.message.receivedAt, sender: $0.message.sender.display)
      },
      isServed: (try? Lease.isHeld(directory: store.directory)) == true,
      outbox: try store.outbox(states: [.refused, .uncertain, .held, .queued]).filter {
        $0.state != .queued || $0.results.contains { !$0.isAccepted }
      }.suffix(Self.outboxLimit))
    sheet.withheld = try store.withheld(limit: Self.setAsideLimit).compactMap { mail in
      mail.withheld.map {
        WithheldMail(receivedAt: mail.receivedAt, sender: mail.sender, reason: $0)
      }
    }
    return sheet
  }

  /// Items that the health pane tells of.
  private static let outboxLimit = 20

  private static let setAsideLimit = 50

  /// Demandes whose waiting time is looked at while the screen is locked.
  private static let waitingLimit = 2_000

  private func awaited() throws(StoreError) -> AwaitedMail {
    let rows = try store.announcedRows(limit: Self.awaitedLimit)
    guard !rows.isEmpty else { return AwaitedMail() }
    return AwaitedMail(
      rows: rows.map {
        Awaited(receivedAt: $0.receivedAt, sender: $0.sender, subject: $0.subject)
      }, total: try store.announcedCount())
  }

  /// Rows of mail on its way; the queue shows their number too.
  private static let awaitedLimit = 50

  /// Messages of one demande that the reader shows; older ones are one search away.
  static let messageLimit = 50

  func opened(_ id: Order.ID) throws(StoreError) -> OpenedOrder? {
    guard let order = try store.order(id) else { return nil }
    var opened = OpenedOrder(
      order: order, bodies: try bodies(of: order), events: try store.events(of: id),
      told: try store.history(of: id))
    let others = try samePatient(as: order)
    opened.samePatient = others.first
    opened.alsoSamePatient = Array(others.dropFirst())
    opened.heldAnswer = try store.heldAnswers(of: id).first
    return opened
  }

  /// What came in and what was answered to it, in order of reception.
  private func bodies(of order: Order) throws(StoreError) -> [MessageBody] {
    var bodies: [MessageBody] = []
    for message in order.messages.suffix(Self.messageLimit) {
      if let body = try store.body(message) { bodies.append(body) }
      for reply in try store.replies(to: message) where !order.messages.contains(reply) {
        guard let answer = try store.body(reply), answer.message.isOutgoing else { continue }
        if !bodies.contains(where: { $0.message.id == reply }) { bodies.append(answer) }
      }
    }
    return bodies.sorted { $0.message.receptionKey < $1.message.receptionKey }
  }

  /// The other unfinished demandes of the same matricule.
  private func samePatient(as order: Order) throws(StoreError) -> [QueueRow] {
    guard let matricule = order.patient?.ins?.matricule else { return [] }
    return try store.otherUnfinished(of: matricule, than: order.id)
  }
}
