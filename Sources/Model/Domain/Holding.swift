/// What one person has and has not finished.
public struct Holding: Hashable, Sendable {
  public var owner: Order.Owner
  /// Newest first.
  public var demandes: [HeldDemande]

  public init(owner: Order.Owner, demandes: [HeldDemande]) {
    self.owner = owner
    self.demandes = demandes
  }
}

/// A demande in somebody's hands, and whom its row names.
public struct HeldDemande: Hashable, Sendable, Identifiable {
  public var id: Order.ID
  public var name: String
  /// Why it did not change hands; nil unless it was to and did not.
  public var refusal: Refusal?

  public init(id: Order.ID, name: String, refusal: Refusal? = nil) {
    self.id = id
    self.name = name
    self.refusal = refusal
  }
}
