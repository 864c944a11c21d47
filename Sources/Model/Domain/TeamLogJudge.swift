/// Judges what the machines say, in the order of the log: the same answer on every machine.
///
/// Pure: no clock, no policy, no role. Whoever uses it tells first what was accepted before
/// (`know`), for every demande and message that is named from then on.
public struct TeamLogJudge: Sendable {
  public enum Verdict: Hashable, Sendable {
    case accepted
    /// An opening's message is in that demande already: this one is only a pointer to it.
    case elsewhere(Order.ID)
    case refused(Refusal)
    /// An arrival that places nothing: its message is elsewhere, or its demande is not open.
    case void
  }

  /// One event with its name.
  public struct Said: Hashable, Sendable {
    public var id: String
    public var event: LoggedEvent

    public init(id: String, event: LoggedEvent) {
      self.id = id
      self.event = event
    }
  }

  /// A demande as the accepted events make it.
  fileprivate struct File {
    var events: [OrderEvent] = []
    var isOpen = false
    var head: OrderEvent?
    var mergedInto: Order.ID?
    var purgedAt: Timestamp?
    var view: String?
    /// As `view`, of every accepted event: a purge takes notes and answers away too.
    var whole: String?

    /// Folded only when the answer depends on it.
    var order: Order? { Order.fold(events) }
  }

  private var files: [Order.ID: File] = [:]
  /// Where each message was ever placed, oldest first: its first place decides.
  private var homes: [Message.ID: [Order.ID]] = [:]

  public init() {}

  /// What was accepted for a demande, in order; `gesture` of an arrival that was `elsewhere`
  /// is `mergedInto`.
  public mutating func know(_ id: Order.ID, _ events: [OrderEvent]) {
    var file = File()
    for event in events { file.add(event) }
    files[id] = file
  }

  /// What somebody has seen who saw `view` and then the event of that name: FNV-1a, 64 bits in
  /// hexadecimal. It tells views apart; the parcel's signature is what is trusted.
  public static func view(_ view: String?, adding id: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in [Array((view ?? "").utf8), [0x2F], Array(id.utf8)].joined() {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  public func knows(_ id: Order.ID) -> Bool { files[id] != nil }

  /// Where a message was placed, oldest first.
  public mutating func know(message: Message.ID, homes: [Order.ID]) {
    self.homes[message] = homes
  }

  /// The last accepted event of a demande that counts.
  public func head(of id: Order.ID) -> String? { files[id]?.head?.id }

  /// What somebody has seen who saw everything of it that counts.
  public func view(of id: Order.ID) -> String? { files[id]?.view }

  /// What has been accepted for a demande so far; empty while it is not open.
  public func events(of id: Order.ID) -> [OrderEvent] { files[id]?.events ?? [] }

  public func homes(of message: Message.ID) -> [Order.ID] { homes[message] ?? [] }

  /// One group: all of it is accepted, or none.
  public mutating func judge(_ group: [Said]) -> [Verdict] {
    let before = group.count > 1 ? self : nil
    var verdicts: [Verdict] = []
    for said in group {
      let verdict = judge(said)
      verdicts.append(verdict)
      if let before, case .refused = verdict {
        self = before
        return group.map { _ in verdict }
      }
    }
    return verdicts
  }

  private mutating func judge(_ said: Said) -> Verdict {
    let event = said.event
    let verdict = verdict(said)
    switch verdict {
    case .accepted: accept(said, event.gesture)
    case .elsewhere(let home): accept(said, .mergedInto(home))
    case .refused, .void: break
    }
    return verdict
  }

  /// A checkpoint says what was accepted already: it is taken as it is.
  public mutating func carry(_ said: Said) -> Verdict {
    guard let home = said.event.elsewhere else {
      accept(said, said.event.gesture)
      return .accepted
    }
    accept(said, .mergedInto(home))
    return .elsewhere(home)
  }

  private func verdict(_ said: Said) -> Verdict {
    let event = said.event
    let file = files[event.order] ?? File()
    switch event.gesture {
    case .opened: return file.isOpen ? .void : .accepted
    case .messageArrived(let message, _): return verdict(said, arrivalOf: message, file)
    default: break
    }
    guard file.isOpen, let head = file.head else {
      return .refused(.stale(by: .mailbox, at: event.at, now: .received))
    }
    if let purgedAt = file.purgedAt {
      // Two machines wished it; what the mailbox says of it is for nobody to read any more.
      if case .purged = event.gesture { return .void }
      return event.author.memberID == nil ? .void : .refused(.purged(at: purgedAt))
    }
    guard event.gesture.countsAsRevision else { return .accepted }
    if case .purged = event.gesture, event.view == file.whole { return .accepted }
    if let other = file.mergedInto { return .refused(.merged(into: other)) }
    if case .taken = event.gesture {
      // Who has it decides, not what was seen: exactly one wins.
      let refusal = file.order?.refusal(
        of: event.gesture, by: event.author, role: .autre, policy: Policy())
      return refusal.map(Verdict.refused) ?? .accepted
    }
    if event.parent == head.id && event.view == file.view { return .accepted }
    return stale(head, file)
  }

  private func stale(_ head: OrderEvent, _ file: File) -> Verdict {
    let status = file.order?.status ?? .received
    return .refused(.stale(by: head.author, at: head.at, now: status))
  }

  /// The first place of a message decides its demande. Splitting and renewing place it by hand.
  private func verdict(_ said: Said, arrivalOf message: Message.ID, _ file: File) -> Verdict {
    let id = said.event.order
    guard file.isOpen else { return .void }
    if said.isOfMailbox, let home = homes[message]?.last, homes[message]?.contains(id) != true {
      let isItsOpening = id == Order.ID(forFirstMessage: message) && file.isEmpty
      return isItsOpening ? .elsewhere(home) : .void
    }
    // Nobody would see it there: whoever has the message places it where the demande went.
    return file.mergedInto == nil && file.purgedAt == nil ? .accepted : .void
  }

  private mutating func accept(_ said: Said, _ gesture: Gesture) {
    let event = said.event
    files[event.order, default: File()].add(
      OrderEvent(
        id: said.id, order: event.order, number: 0, author: event.author, at: event.at,
        basedOn: nil, gesture: gesture))
    switch gesture {
    case .messageArrived(let message, _): place(message, in: event.order)
    case .attached(_, let messages): for message in messages { place(message, in: event.order) }
    default: break
    }
  }

  private mutating func place(_ message: Message.ID, in id: Order.ID) {
    if homes[message]?.contains(id) != true { homes[message, default: []].append(id) }
  }
}

extension TeamLogJudge.File {
  /// Nothing has happened since it was opened.
  fileprivate var isEmpty: Bool {
    !events.contains { $0.gesture.countsAsRevision && !$0.isOpening }
  }

  fileprivate mutating func add(_ event: OrderEvent) {
    if event.isOpening {
      isOpen = true
    }
    events.append(event)
    if event.gesture.countsAsRevision {
      head = event
      view = TeamLogJudge.view(view, adding: event.id)
    }
    whole = TeamLogJudge.view(whole, adding: event.id)
    if case .mergedInto(let other) = event.gesture { mergedInto = other }
    if case .purged = event.gesture { purgedAt = purgedAt ?? event.at }
  }
}

extension TeamLogJudge.Said {
  /// The mailbox names its arrivals after message and demande; those of a person have other names.
  fileprivate var isOfMailbox: Bool { id.hasPrefix("arrived:") || id.hasPrefix("document:") }
}

extension OrderEvent {
  fileprivate var isOpening: Bool {
    if case .opened = gesture { return true }
    return false
  }
}
