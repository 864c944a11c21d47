/// A member while the records about it are read, in the order of the log.
///
/// Fields are taken one by one, so that a new code of an older view does not bring back an older
/// role. What gives somebody more than they have counts only from whoever saw everything before:
/// being disabled, removed or leaving earlier wins until somebody who knows of it says otherwise.
public struct LogMemberFold: Hashable, Sendable {
  /// The name of the last record.
  public private(set) var id: String
  public private(set) var said: LogMember
  /// Of each right what somebody has seen who saw all that was said of it: a new code, or a word
  /// about another right, takes nothing from what a responsable says of this one.
  public private(set) var views: [String: String]

  /// - Parameter isCarried: the record comes from a checkpoint, and stands for many.
  public init(_ id: String, _ record: LogMember, isCarried: Bool) {
    self.id = id
    said = record
    views = isCarried ? record.views ?? [:] : [:]
    for right in LogMember.Field.guarded where views[right.rawValue] == nil { see(id, right) }
    (said.changed, said.views) = (nil, nil)
  }

  private mutating func see(_ id: String, _ right: LogMember.Field) {
    views[right.rawValue] = TeamLogJudge.view(views[right.rawValue], adding: id)
  }

  /// - Returns: rights that the record says and that do not count, because somebody said something
  ///   else of them that its author had not seen.
  @discardableResult
  public mutating func absorb(_ id: String, _ record: LogMember) -> Set<LogMember.Field> {
    let rights = LogMember.Field.guarded
    let seen = rights.filter { record.views?[$0.rawValue] == views[$0.rawValue] }
    // A machine that was away and says all it knows may know an older code and an older name:
    // of that only what takes rights away counts.
    let fields = record.changed ?? (seen == rights ? LogMember.Field.all : rights)
    for field in fields {
      let before = said
      take(field, record, seen.contains(field))
      guard rights.contains(field), record.changed != nil || said != before else { continue }
      see(id, field)
    }
    if said.isRemoved { (said.pinHash, said.isPINProvisional) = (nil, nil) }
    self.id = id
    return (record.changed ?? []).intersection(rights).intersection(
      said.fields(differingFrom: record))
  }

  private mutating func take(_ field: LogMember.Field, _ record: LogMember, _ isSeen: Bool) {
    let next = record.member
    switch field {
    case .name: said.member.name = next.name
    case .initials: said.member.initials = next.initials
    case .rpps: said.member.rpps = next.rpps
    case .account: said.member.osUser = next.osUser
    case .pin: (said.pinHash, said.isPINProvisional) = (record.pinHash, record.isPINProvisional)
    case .role: if isSeen { said.member.role = next.role }
    case .until:
      let isEarlier = next.until.map { end in said.member.until.map { end < $0 } ?? true } ?? false
      if isSeen || isEarlier { said.member.until = next.until }
    case .disabled: if isSeen || next.isDisabled { said.member.isDisabled = next.isDisabled }
    case .responsable:
      if isSeen || !next.isResponsable { said.member.isResponsable = next.isResponsable }
    case .removed: if isSeen || record.isRemoved { said.isRemoved = record.isRemoved }
    }
  }
}

extension LogMember.Field {
  static let all = Set(allCases)
  /// Rights: more of them is given only by whoever saw everything that was said of them.
  static let guarded: Set<Self> = [.role, .until, .disabled, .responsable, .removed]
}

extension LogMember {
  /// What differs from `other`; whether there is a code is not a field of its own.
  public func fields(differingFrom other: LogMember) -> Set<Field> {
    Set(
      Field.allCases.filter { field in
        switch field {
        case .name: member.name != other.member.name
        case .initials: member.initials != other.member.initials
        case .role: member.role != other.member.role
        case .rpps: member.rpps != other.member.rpps
        case .account: member.osUser != other.member.osUser
        case .until: member.until != other.member.until
        case .disabled: member.isDisabled != other.member.isDisabled
        case .responsable: member.isResponsable != other.member.isResponsable
        case .removed: isRemoved != other.isRemoved
        case .pin:
          pinHash != other.pinHash
            || (isPINProvisional ?? false) != (other.isPINProvisional ?? false)
        }
      })
  }
}
