/// What was said on this machine of a member's rights and does not count: somebody else said
/// something of the same right meanwhile.
public struct LostRight: Hashable, Sendable, Identifiable {
  /// The name of the record; read with ``LogNotices``.
  public var id: String
  /// The member's, as it is shown.
  public var name: String
  public var rights: Set<LogMember.Field>

  public init(id: String, name: String, rights: Set<LogMember.Field>) {
    self.id = id
    self.name = name
    self.rights = rights
  }
}
