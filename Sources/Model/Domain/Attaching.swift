/// One demande about to be filed under another, as the person who decides it sees both.
public struct Attaching: Hashable, Sendable {
  /// Closes, and its messages go to the other one.
  public var source: QueueRow
  public var target: QueueRow

  public init(source: QueueRow, target: QueueRow) {
    self.source = source
    self.target = target
  }

  /// The colleague who loses work by it, and whom the person was told of.
  public func over(_ author: Author) -> Author? {
    guard let owner = source.order.owner, owner.memberID != author.memberID else { return nil }
    return Author(owner)
  }

  /// Something says that these are two patients: names, birth dates or numbers.
  public var isOfTwoPatients: Bool {
    guard let one = source.order.patient, let other = target.order.patient else { return false }
    return !one.mayBeSamePerson(as: other)
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
  /// Work that a colleague has goes away from them only when they are named.
  public func refusalOfTakingAway(by author: Author, over: Author?) -> Refusal? {
    guard let owner, !status.isFinished, owner.memberID != author.memberID else { return nil }
    return over?.memberID == owner.memberID ? nil : .alreadyTaken(by: owner)
  }
}
