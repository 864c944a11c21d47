/// What the officine decided about its own work (configuration, never a cited rule).
public struct Policy: Hashable, Sendable {
  /// A préparateur's « à contrôler » waits for a pharmacist.
  public var doubleCheck: Bool
  /// Propose « original attendu » on a patient's photos and PDFs.
  public var proposeOriginalAwaited: Bool
  /// Where a pharmacist proves who they are for each « contrôlée ».
  public var checkPIN: CheckPIN

  public enum CheckPIN: String, Hashable, Sendable, CaseIterable {
    /// On postes that several people use.
    case shared
    case always, never
  }

  public init(
    doubleCheck: Bool = true, proposeOriginalAwaited: Bool = true, checkPIN: CheckPIN = .shared
  ) {
    self.doubleCheck = doubleCheck
    self.proposeOriginalAwaited = proposeOriginalAwaited
    self.checkPIN = checkPIN
  }

  /// Whether a pharmacist who acts proves it once more for « contrôlée » and « à reprendre ».
  ///
  /// - Parameter anyPIN: somebody of the team has a code; before that nobody is asked for one.
  public func asksPharmacist(anyPIN: Bool, isPosteShared: Bool) -> Bool {
    guard doubleCheck, anyPIN else { return false }
    switch checkPIN {
    case .never: return false
    case .always: return true
    case .shared: return isPosteShared
    }
  }
}

/// Why a gesture cannot be done now; the strings tables give each its sentence.
public enum Refusal: Hashable, Sendable, Codable, Error {
  /// Somebody changed it since the author looked.
  case stale(by: Author, at: Timestamp, now: Order.Status)
  case alreadyTaken(by: Order.Owner)
  case alreadyYours
  case alreadyDone(Order.Status)
  case notHeld
  case notFromHere(Order.Status)
  /// Prescriptions are prepared and checked; questions and documents are handled.
  case notForThisKind(Order.Kind)
  case needsPharmacist
  /// « Pour qui ? » must be answered before the check.
  case needsPatient
  case needsReason
  /// Products are owed: what is handed over is said line by line.
  case stillOwed
  /// Nothing is owed: it is handed over whole.
  case nothingOwed
  case needsText
  case merged(into: Order.ID)
  case nothingToUndo
  /// Somebody built on it.
  case undoOvertaken(by: Author, at: Timestamp)
  case cannotBeUndone
  /// A new dispensing of the same ordonnance was opened since.
  case renewedSince
  case notItsMessage
  case lastMessage
  case memberInactive
  /// The colleague it would be given to may not act any more.
  case colleagueInactive(name: String)
  /// Nobody would be left who may change the team.
  case lastResponsable
  /// Another member has these initials, accents and case apart.
  case initialsTaken
  /// Another member acts from this operating-system account.
  case accountTaken
  /// Its content went with the retention.
  case purged(at: Timestamp)
  /// The team log did not take its opening: it is no demande any more.
  case withdrawn
  /// It was confirmed, then the log was lost, and another machine's gesture came before it.
  indirect case takenBack(Refusal)
}

extension Refusal {
  /// Whether the demande had been purged.
  public var isPurge: Bool {
    switch self {
    case .purged: true
    case .takenBack(let refusal): refusal.isPurge
    default: false
    }
  }
}

extension Order {
  /// nil when `author` with `role` may do `gesture` now; otherwise why not.
  ///
  /// The caller has already compared the revision; this judges the state alone, so the screen can
  /// grey a key and the store can refuse with the same words.
  public func refusal(
    of gesture: Gesture, by author: Author, role: Role, policy: Policy
  ) -> Refusal? {
    if let purgedAt { return .purged(at: purgedAt) }
    if let mergedInto {
      if case .noted(let note) = gesture { return note.isBlank ? .needsText : nil }
      return .merged(into: mergedInto)
    }
    switch gesture {
    case .taken(let over, _): return refusalOfTaking(by: author, over: over)
    case .assigned(let colleague, let over, whole: false):
      if colleague.memberID == nil || isBlank(colleague.name) { return .needsText }
      return over != nil && comesBackTo?.memberID == over?.memberID ? nil : .notHeld
    case .assigned(let colleague, let over, _):
      return refusalOfAssigning(to: colleague, by: author, over: over)
    case .released:
      guard let owner else { return .notHeld }
      return owner.memberID == author.memberID ? nil : .alreadyTaken(by: owner)
    case .moved(let next, let reason):
      return refusalOfMoving(to: next, reason: reason, by: author, role: role, policy: policy)
    case .handedOver(let handing): return refusalOfHanding(handing)
    case .refused(let reason, _):
      if kind != .prescription { return .notForThisKind(kind) }
      guard status == .prepared || status == .checked else { return .notFromHere(status) }
      if policy.doubleCheck && !role.isPharmacist { return .needsPharmacist }
      return isBlank(reason) ? .needsReason : nil
    case .kindChanged(let next): return next == kind ? .alreadyDone(status) : nil
    case .patientNamed(let patient): return isBlank(patient.name) ? .needsText : nil
    case .noted(let note): return note.isBlank ? .needsText : nil
    case .split(let message, _):
      if !messages.contains(message) { return .notItsMessage }
      return messages.count < 2 ? .lastMessage : nil
    case .attached(let from, _): return from == id ? .notItsMessage : nil
    case .mergedInto(let other): return other == id ? .notItsMessage : nil
    case .productCorrected(let product, let corrected):
      if isBlank(corrected.product) { return .needsText }
      let isListed = markers.missing.contains { folded($0.product) == folded(product) }
      return isListed ? nil : .needsText
    case .notHandedOver(let event, _, _):
      return handed?.event == event ? nil : .notFromHere(status)
    case .newsHandled: return hasNews ? nil : .alreadyDone(status)
    case .renewed:
      // Before that the one there is is still to be dispensed: two bags would be made.
      if kind != .prescription { return .notForThisKind(kind) }
      return status == .partial || status.isFinished ? nil : .notFromHere(status)
    case .marked(.missing(let missing)):
      if isBlank(missing.product) { return .needsText }
      // On a « remise » it becomes « partielle » (`Order.fold`); elsewhere no view would show it.
      return status == .closed ? .notFromHere(status) : nil
    // Nobody hurries for what is over: what comes then is a new demande, or news.
    case .marked(.urgent), .marked(.promised), .marked(.questionPrescriber),
      .marked(.questionPatient):
      return status.isFinished ? .notFromHere(status) : nil
    case .marked(.shelf(let place)): return isBlank(place) ? .needsText : nil
    case .opened, .messageArrived, .marked, .unmarked, .printed, .answerQueued,
      .answered, .reminded, .answerWithdrawn, .undone, .purged:
      return nil
    }
  }

  /// Taking over names whom one believes to hold it: somebody else by now is not taken from
  /// unawares, and nobody by now makes it a plain taking.
  private func refusalOfTaking(by author: Author, over: Author?) -> Refusal? {
    if status.isFinished && !hasNews { return .notFromHere(status) }
    guard let owner else { return nil }
    if owner.memberID == author.memberID { return .alreadyYours }
    return over?.memberID == owner.memberID ? nil : .alreadyTaken(by: owner)
  }

  /// Whoever has it may give it away, and so may a colleague who names whom it is taken from.
  private func refusalOfAssigning(to colleague: Author, by author: Author, over: Author?)
    -> Refusal?
  {
    if status.isFinished && !hasNews { return .notFromHere(status) }
    if colleague.memberID == nil || isBlank(colleague.name) { return .needsText }
    guard let owner else { return nil }
    if owner.memberID == colleague.memberID {
      return colleague.isSamePerson(as: author) ? .alreadyYours : .alreadyTaken(by: owner)
    }
    let isNamed = owner.memberID == author.memberID || owner.memberID == over?.memberID
    return isNamed ? nil : .alreadyTaken(by: owner)
  }

  /// What is owed may be handed over in several goes.
  private func refusalOfHanding(_ handing: HandOver) -> Refusal? {
    if kind != .prescription { return .notForThisKind(kind) }
    if handing.owed.contains(where: { isBlank($0.product) }) { return .needsText }
    if status == .partial, handing.status == .partial {
      return handing.owed == markers.missing ? .alreadyDone(status) : nil
    }
    if handing.status == status { return .alreadyDone(status) }
    return Self.sources(of: handing.status).contains(status) ? nil : .notFromHere(status)
  }

  private func refusalOfMoving(
    to next: Status, reason: String?, by author: Author, role: Role, policy: Policy
  ) -> Refusal? {
    if next == status { return .alreadyDone(status) }
    if let owner, owner.memberID != author.memberID, next == .preparing || next == .prepared {
      return .alreadyTaken(by: owner)
    }
    if next == .closed {
      // Only handing over, or taking it off the list, says that it is not owed any more.
      if !markers.missing.isEmpty { return .stillOwed }
      // Whoever works on it loses it only after a taking over that names them.
      if let owner = worker(besides: author) { return .alreadyTaken(by: owner) }
      // « Sans suite » wants its reason; « traitée » of a question is its normal end.
      return kind == .prescription && isBlank(reason ?? "") ? .needsReason : nil
    }
    if next == .received { return .notFromHere(status) }
    if next != .preparing && kind != .prescription { return .notForThisKind(kind) }
    guard Self.sources(of: next).contains(status) else { return .notFromHere(status) }
    // Only handing over says what stays owed; otherwise it would be in no view any more.
    if next == .collected && !markers.missing.isEmpty { return .stillOwed }
    if next == .partial && markers.missing.isEmpty { return .nothingOwed }
    if next == .checked {
      if policy.doubleCheck && !role.isPharmacist { return .needsPharmacist }
      if patient?.isConfirmed != true || !otherPatients.isEmpty { return .needsPatient }
    }
    return nil
  }

  /// To whom a preparation comes back when the check turns it down.
  public var comesBackTo: Author? {
    status == .prepared || status == .checked ? redoer ?? prepared?.author : nil
  }

  /// `gesture` as the history tells it: nothing was taken from whom no longer held it.
  public func asTold(_ gesture: Gesture) -> Gesture {
    switch gesture {
    case .taken(over: .some, let seen) where owner == nil: .taken(over: nil, seen: seen)
    case .assigned(let colleague, _, let whole) where whole != false:
      .assigned(to: colleague, over: owner.map { Author($0) }, whole: whole)
    default: gesture
    }
  }

  /// From which states each state can be reached by hand.
  static func sources(of next: Status) -> Set<Status> {
    switch next {
    case .received: []
    // Also « pas encore préparée » and reopening.
    case .preparing: [.received, .prepared, .checked, .closed]
    case .prepared: [.received, .preparing]
    case .checked: [.prepared]
    case .partial: [.checked]
    case .collected: [.checked, .partial]
    case .closed: Set(Status.allCases)
    }
  }

  /// The states a person may choose now, in the order of the work; closing is always last.
  public func moves(by author: Author, role: Role, policy: Policy) -> [Status] {
    [Status.preparing, .prepared, .checked, .partial, .collected, .closed].filter {
      let gesture: Gesture =
        switch $0 {
        case .partial: .handedOver(HandOver(owed: [MissingProduct(product: "x")]))
        case .collected: .handedOver(HandOver())
        default: .moved(to: $0, reason: "x")
        }
      return $0 != status
        && refusal(of: gesture, by: author, role: role, policy: policy) == nil
    }
  }

  /// The event that `author` would take back now, or why there is none.
  ///
  /// Only one's own last gesture, and only while nobody else built on it.
  public static func undoable(
    _ events: [OrderEvent], by author: Author
  ) -> Result<OrderEvent, Refusal> {
    for event in events {
      if case .purged = event.gesture { return .failure(.purged(at: event.at)) }
    }
    let undone = undoneIDs(events)
    var overtaking: OrderEvent?
    for event in events.reversed() where !undone.contains(event.id) {
      if case .undone = event.gesture { continue }
      guard event.author.memberID != nil, event.gesture.countsAsRevision else { continue }
      if !event.author.isSamePerson(as: author) {
        overtaking = overtaking ?? event
        continue
      }
      if let overtaking {
        return .failure(.undoOvertaken(by: overtaking.author, at: overtaking.at))
      }
      return event.gesture.isUndoable ? .success(event) : .failure(.cannotBeUndone)
    }
    return .failure(.nothingToUndo)
  }
}

private func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
