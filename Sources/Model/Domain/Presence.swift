/// Somebody has a demande in front of them, at another screen of this host.
///
/// No patient data: who, where, and the name of the demande.
public struct Presence: Hashable, Sendable, Codable {
  public enum Doing: String, Hashable, Sendable, Codable { case reading, answering }

  public var member: Member.ID
  /// `Léa`
  public var name: String
  public var poste: String
  public var order: Order.ID
  public var doing: Doing
  /// No key for two minutes.
  public var isIdle: Bool

  public init(
    member: Member.ID, name: String, poste: String, order: Order.ID, doing: Doing,
    isIdle: Bool = false
  ) {
    self.member = member
    self.name = name
    self.poste = poste
    self.order = order
    self.doing = doing
    self.isIdle = isIdle
  }
}
