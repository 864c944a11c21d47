/// One demande about to be filed under another, as the person who decides it sees both.
public struct Attaching: Hashable, Sendable {
  /// Closes, and its messages go to the other one.
  public var source: QueueRow
  public var target: QueueRow
  /// The colleague who loses work by it, and whom the person is told of.
  public var over: Author?

  public init(source: QueueRow, target: QueueRow, over: Author? = nil) {
    self.source = source
    self.target = target
    self.over = over
  }

  /// Something says that these are two patients: names, birth dates or numbers.
  public var isOfTwoPatients: Bool {
    source.order.persons.contains { one in
      target.order.persons.contains { !one.mayBeSamePerson(as: $0) }
    }
  }

  /// Of one of them only is anything known about the patient: nothing can be compared.
  public var isOfOnePatient: Bool {
    source.order.persons.isEmpty != target.order.persons.isEmpty
  }
}

/// What the author of an attaching saw; nil looks at nothing.
public struct AttachingRevisions: Hashable, Sendable {
  public var source: Order.Revision?
  public var target: Order.Revision?

  public init(source: Order.Revision? = nil, target: Order.Revision? = nil) {
    self.source = source
    self.target = target
  }
}

extension Order {
  /// Everybody whom it may be for, as far as anything says; its first sender among them.
  var persons: [Patient] { (patient.map { [$0] } ?? []) + otherPatients }

  /// The colleague who has it and has not finished.
  public func colleague(besides author: Author) -> Owner? {
    guard let owner, !status.isFinished, owner.memberID != author.memberID else { return nil }
    return owner
  }

  /// The colleague whose work it is: given to them, prepared by them and not checked yet, or with
  /// a new message for them. What is checked waits for the patient and is nobody's.
  public func worker(besides author: Author) -> Owner? {
    switch status {
    case .received, .preparing, .prepared: colleague(besides: author)
    case .checked, .partial: hasNews ? colleague(besides: author) : nil
    case .collected, .closed: nil
    }
  }

  /// Work that a colleague has goes away from them only when they are named.
  public func refusalOfTakingAway(by author: Author, over: Author?) -> Refusal? {
    guard let owner = colleague(besides: author) else { return nil }
    return over?.memberID == owner.memberID ? nil : .alreadyTaken(by: owner)
  }
}
