extension Order {
  /// Every gesture that needs no memory beyond the demande itself.
  mutating func absorb(_ gesture: Gesture, _ signature: Signature) {
    switch gesture {
    case .taken:
      // Taking finished work again is starting it again: its check no longer holds.
      if status == .received || status.isFinished { move(to: .preparing, by: signature) }
      owner = Owner(signature.author, since: signature.at)
    case .assigned(let colleague, _, whole: false): redoer = colleague
    case .assigned(let colleague, _, let whole):
      if whole == true { redo(by: colleague) }
      if status == .received || status.isFinished { move(to: .preparing, by: signature) }
      owner = Owner(colleague, since: signature.at)
      owner?.givenBy = colleague.isSamePerson(as: signature.author) ? nil : signature.author.name
    case .released:
      owner = nil
      if status == .preparing { status = .received }
    case .moved(let next, let reason): move(to: next, reason: reason, by: signature)
    case .handedOver(let handing):
      if handing.originalSeen == true { markers.isOriginalAwaited = false }
      markers.missing = handing.owed
      move(to: handing.status, by: signature)
    case .refused(let reason, let isFree):
      if let preparer = redoer ?? prepared?.author {
        owner = Owner(preparer, since: signature.at)
      }
      move(to: .preparing, by: signature)
      redoReason = reason
      if isFree == true { owner = nil }
    case .kindChanged(let kind): change(to: kind)
    case .marked(let marker):
      markers.set(marker)
      // A box that turns out to be missing when the bag has left is still owed, and in sight.
      if case .missing = marker, status == .collected { status = .partial }
    case .unmarked(let name, let value): markers.clear(name, value: value)
    case .productCorrected(let product, let corrected):
      markers.correct(product, to: corrected)
    case .noted: noteCount += 1
    case .printed: printed = signature
    case .answered: answered = signature
    case .opened, .messageArrived, .patientNamed, .attached, .split, .mergedInto, .renewed,
      .answerQueued, .reminded, .answerWithdrawn, .newsHandled, .undone, .notHandedOver, .purged:
      break
    }
  }

  /// Its preparer is absent: the colleague gets it when it is turned down. Whoever has it for
  /// another reason, such as checking it, prepared nothing.
  private mutating func redo(by colleague: Author) {
    guard let comesBackTo else { return }
    if owner == nil || owner?.memberID == comesBackTo.memberID { redoer = colleague }
  }

  /// Nobody can do anything with what has no content: it is in no view of work.
  mutating func purge(at: Timestamp) {
    purgedAt = purgedAt ?? at
    if !status.isFinished { status = .closed }
    owner = nil
  }

  private mutating func move(to next: Status, reason: String? = nil, by signature: Signature) {
    if next == .preparing || next == .prepared, owner == nil {
      owner = Owner(signature.author, since: signature.at)
    }
    switch next {
    case .received: owner = nil
    case .preparing:
      prepared = nil
      checked = nil
      redoer = nil
      closedReason = nil
    case .prepared:
      prepared = signature
      redoer = nil
      redoReason = nil
      checked = nil
    case .checked: checked = signature
    case .partial: break
    case .collected: owner = nil
    case .closed:
      owner = nil
      closedReason = reason
    }
    status = next
  }

  private mutating func change(to next: Kind) {
    guard next != kind else { return }
    kind = next
    guard next != .prescription else { return }
    switch status {
    case .prepared, .checked, .partial:
      status = .preparing
      prepared = nil
      checked = nil
    case .collected: status = .closed
    case .received, .preparing, .closed: break
    }
  }
}

extension Order.Owner {
  /// Nobody of the team: nil.
  public init?(_ author: Author, since: Timestamp) {
    guard let member = author.memberID else { return nil }
    self.init(
      memberID: member, name: author.name, initials: author.initials, poste: author.poste,
      since: since)
  }
}
