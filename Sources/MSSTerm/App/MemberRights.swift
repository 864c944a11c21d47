import Domain
import Glibc
import Settings
import Store

/// Who may change members and read traces: a responsable, once there is one.
enum MemberRights {
  /// While the officine never had a responsable, whoever owns the store's files starts the team;
  /// then nil means the mailbox in the trace. A `--as` is always proved.
  static func actor(
    _ session: Session, _ options: CommonOptions, to right: Right = .manageMembers
  ) throws -> Actor? {
    let members = try everyone(session)
    let isGrave = right == .manageMembers || right == .setRetention
    guard let actor = try person(session, options, for: isGrave ? .grave : .ordinary) else {
      return nil
    }
    guard actor.member.may(right, among: members, at: session.environment.now()) else {
      throw CommandFailure(
        .notPermitted, "Il faut être responsable de la BAL : --as INITIALES d’un responsable.",
        "Only a responsable of the BAL may: --as INITIALS of a responsable.")
    }
    return actor
  }

  /// Whoever answers for the BAL as a whole: a responsable, or the owner of a nominative one, which
  /// nobody else may touch.
  static func keeper(_ session: Session, _ options: CommonOptions) throws -> Actor? {
    session.settings.bal.kind == .nominative
      ? try person(session, options) : try actor(session, options)
  }

  /// What any member may do, and nobody without a name: nil as in `actor(_:_:to:)`.
  static func person(
    _ session: Session, _ options: CommonOptions, for deed: Session.Deed = .ordinary
  ) throws -> Actor? {
    let members = try everyone(session)
    if options.member == nil, !members.contains(where: \.isResponsable) {
      let account = members.first { $0.osUser == session.environment.osUser }
      guard account?.isActive(at: session.environment.now()) == true else { return nil }
    }
    return try session.actor(options, for: deed)
  }

  /// From the first PIN on nobody acts by name alone: a responsable must have theirs by then,
  /// or nobody could change the team any more.
  static func requireResponsablesPIN(before member: Member, _ session: Session) throws {
    let responsables = try everyone(session).filter(\.isResponsable)
    guard let first = responsables.first, !responsables.contains(where: \.hasPIN),
      !member.isResponsable
    else { return }
    throw CommandFailure(
      .refused,
      "Poser d’abord le code d’un responsable : mssterm members reset-pin \(first.initials)",
      "Set a responsable's PIN first: mssterm members reset-pin \(first.initials)")
  }

  static func member(_ name: String, _ session: Session) throws -> Member {
    guard
      let member = try session.askTeam(
        name,
        { store throws(StoreError) in
          try store.member(initialsOrName: name)
        })
    else { throw CommandFailure(StoreError.notFound, what: name) }
    return member
  }

  static func everyone(_ session: Session) throws -> [Member] {
    try session.askTeam { store throws(StoreError) in try store.members(includeDisabled: true) }
  }
}

/// PINs come from standard input or a terminal, never from arguments (clig.dev).
enum PINInput {
  static func standardInput() -> String { readLine(strippingNewline: true) ?? "" }

  static func asked(_ words: Words) -> String {
    getpass(words("Nouveau code : ", "New PIN: ")).map { String(cString: $0) } ?? ""
  }

  static func again(_ words: Words) -> String {
    getpass(words("Encore une fois : ", "Once more: ")).map { String(cString: $0) } ?? ""
  }

  static func hash(_ pin: String) throws -> String {
    guard (4...64).contains(pin.count) else {
      throw CommandFailure(
        .usage, "Un code a de 4 à 64 caractères.", "A PIN has 4 to 64 characters.")
    }
    do {
      return try PIN.hash(pin)
    } catch {
      throw CommandFailure(
        .failed, "Le code n’a pas pu être chiffré (\(error.code)).",
        "The PIN could not be hashed (\(error.code)).")
    }
  }
}
