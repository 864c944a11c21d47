public import Domain
import Glibc
import Platform

extension BALSettings {
  /// Why a nominative BAL may not be opened by this OS user; nil when it may. The store itself
  /// (0700) is the wall; this says it in words before anything is touched.
  public func isReserved(toOtherThan user: String) -> Bool {
    guard bal.kind == .nominative else { return false }
    if let osUser { return osUser != user }
    guard let facts = FileFacts(store) else { return false }
    return facts.owner != geteuid()
  }

  /// Whether that member may act in this BAL: in a nominative one only its owner.
  public func mayAct(_ member: Member) -> Bool {
    guard bal.kind == .nominative, let owner = self.member else { return true }
    return member.initials.lowercased() == owner.lowercased()
      || member.name.lowercased() == owner.lowercased()
  }
}
