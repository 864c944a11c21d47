/// What a person of the team is allowed to answer for.
public enum Role: String, Sendable, Codable, CaseIterable {
  case titulaire, adjoint, remplacant, pharmacien, preparateur, etudiant, apprenti, autre

  /// Who may check a preparation (CSP L. 4241-1: préparateurs work under a pharmacist's control).
  public var isPharmacist: Bool {
    switch self {
    case .titulaire, .adjoint, .remplacant, .pharmacien: true
    case .preparateur, .etudiant, .apprenti, .autre: false
    }
  }
}

/// A person of the team.
public struct Member: Hashable, Sendable, Codable, Identifiable {
  public var id: String
  public var name: String
  /// Upper case, unique among the members that are not removed.
  public var initials: String
  public var role: Role
  public var rpps: String?
  /// The operating-system account that acts as this person when `--as` is absent.
  public var osUser: String?
  public var until: Timestamp?
  public var isDisabled: Bool
  public var isResponsable: Bool
  public var hasPIN: Bool

  public init(
    id: String, name: String, initials: String, role: Role, rpps: String? = nil,
    osUser: String? = nil, until: Timestamp? = nil, isDisabled: Bool = false,
    isResponsable: Bool = false, hasPIN: Bool = false
  ) {
    self.id = id
    self.name = name
    self.initials = initials
    self.role = role
    self.rpps = rpps
    self.osUser = osUser
    self.until = until
    self.isDisabled = isDisabled
    self.isResponsable = isResponsable
    self.hasPIN = hasPIN
  }

  public func isActive(at now: Timestamp) -> Bool {
    !isDisabled && (until.map { now < $0 } ?? true)
  }

  /// `Léa` of `Léa PETITJEAN`: what colleagues read on a row.
  public var shortName: String {
    name.split(separator: " ").first.map(String.init) ?? name
  }

  /// `LP` for `Léa PETITJEAN`: first letters of the words, two at least.
  public static func initials(of name: String) -> String {
    let words = name.split { $0 == " " || $0 == "-" }
    let letters = words.compactMap(\.first).prefix(3).map { String($0).uppercased() }.joined()
    return letters.count >= 2 ? letters : String(name.prefix(2)).uppercased()
  }

  /// `CM`, or `CM2` once somebody has `CM`, and so on: case and accents make no difference.
  public static func freeInitials(of name: String, taken: [String]) -> String {
    let taken = Set(taken.map(folded))
    let initials = initials(of: name)
    if !taken.contains(folded(initials)) { return initials }
    // One more number than there are members: one of them is free.
    let free = (2...taken.count + 2).first { !taken.contains(folded("\(initials)\($0)")) }
    return free.map { "\(initials)\($0)" } ?? initials
  }
}

/// A place where the team works: a counter, the back office.
public struct Poste: Hashable, Sendable, Codable {
  public var name: String
  public var printer: String?
  /// Idle seconds before the screen locks.
  public var lockAfter: Int
  /// Several people use it in turn, as they do a counter.
  public var isShared: Bool

  public init(
    name: String, printer: String? = nil, lockAfter: Int = 300, isShared: Bool = true
  ) {
    self.name = name
    self.printer = printer
    self.lockAfter = lockAfter
    self.isShared = isShared
  }
}

/// Who acts, where, and how sure the program is of it.
public struct Actor: Hashable, Sendable {
  public var member: Member
  public var poste: String
  /// True when nobody proved to be this member: « identité déclarée » in the trace.
  public var isDeclared: Bool

  public init(member: Member, poste: String, isDeclared: Bool) {
    self.member = member
    self.poste = poste
    self.isDeclared = isDeclared
  }

  public var author: Author {
    Author(
      memberID: member.id, name: member.shortName, initials: member.initials, poste: poste,
      isDeclared: isDeclared)
  }
}

/// The name on a gesture, kept with it for ever even when the member leaves.
public struct Author: Hashable, Sendable, Codable {
  /// nil for what the mailbox itself did (a message arrived).
  public var memberID: String?
  public var name: String
  public var initials: String
  public var poste: String
  public var isDeclared: Bool

  public init(
    memberID: String?, name: String, initials: String, poste: String, isDeclared: Bool = false
  ) {
    self.memberID = memberID
    self.name = name
    self.initials = initials
    self.poste = poste
    self.isDeclared = isDeclared
  }

  /// The mailbox: arrivals have no person.
  public static let mailbox = Author(memberID: nil, name: "", initials: "", poste: "")

  public func isSamePerson(as other: Author) -> Bool {
    memberID != nil && memberID == other.memberID
  }
}
