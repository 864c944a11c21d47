/// A member while the records about it are read, in the order of the log.
///
/// Fields are taken one by one, so that a new code of an older view does not bring back an older
/// role. What gives somebody more than they have counts only from whoever saw everything before:
/// being disabled, removed or leaving earlier wins until somebody who knows of it says otherwise.
public struct LogMemberFold: Hashable, Sendable {
  /// The name of the last record.
  public private(set) var id: String
  public private(set) var said: LogMember
  /// What somebody has seen who saw all that was said of rights; a new code takes nothing from it.
  public private(set) var view: String

  /// - Parameter isCarried: the record comes from a checkpoint, and stands for many.
  public init(_ id: String, _ record: LogMember, isCarried: Bool) {
    self.id = id
    said = record
    view = isCarried ? record.view ?? "" : ""
    if view.isEmpty { view = TeamLogJudge.view(nil, adding: id) }
    (said.changed, said.view) = (nil, nil)
  }

  public mutating func absorb(_ id: String, _ record: LogMember) {
    let isSeen = record.view == view
    // A machine that was away and says all it knows may know an older code and an older name:
    // of that only what takes rights away counts.
    let fields = record.changed ?? (isSeen ? LogMember.Field.all : LogMember.Field.guarded)
    for field in fields { take(field, record, isSeen) }
    if said.isRemoved { (said.pinHash, said.isPINProvisional) = (nil, nil) }
    self.id = id
    if !fields.isDisjoint(with: LogMember.Field.guarded) {
      view = TeamLogJudge.view(view, adding: id)
    }
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
