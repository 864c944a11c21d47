/// What a responsable changes of one member; what is nil stays as it is.
public struct MemberEdit: Hashable, Sendable {
  public var role: Role?
  public var isResponsable: Bool?
  public var initials: String?
  /// Taken away by nil inside.
  public var until: Timestamp??
  public var rpps: String??
  public var osUser: String??

  public init(
    role: Role? = nil, isResponsable: Bool? = nil, initials: String? = nil,
    until: Timestamp?? = nil, rpps: String?? = nil, osUser: String?? = nil
  ) {
    self.role = role
    self.isResponsable = isResponsable
    self.initials = initials
    self.until = until
    self.rpps = rpps
    self.osUser = osUser
  }

  public var isEmpty: Bool { self == MemberEdit() }

  /// `member` with what this says; everything else as it is now, whoever changed it meanwhile.
  public func applied(to member: Member) -> Member {
    var next = member
    if let role { next.role = role }
    if let isResponsable { next.isResponsable = isResponsable }
    if let initials { next.initials = initials.uppercased() }
    if let until { next.until = until }
    if let rpps { next.rpps = rpps }
    if let osUser { next.osUser = osUser }
    return next
  }

  /// As the trace has it: rights with their value, the rest by name alone.
  public var traced: String {
    [
      role.map { "role=\($0.rawValue)" }, isResponsable.map { "responsable=\($0)" },
      until.map { "until=\($0?.iso8601 ?? "none")" }, initials.map { _ in "initials" },
      rpps.map { _ in "rpps" }, osUser.map { _ in "os-user" },
    ].compactMap(\.self).joined(separator: " ")
  }
}
