import ArgumentParser
import Domain
import Glibc
import Store

/// `mssterm members …`
struct MembersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "members", abstract: "People of the team.",
    subcommands: [
      AddMember.self, ListMembers.self, ResetPIN.self, DisableMember.self, EnableMember.self,
      RemoveMember.self,
    ])
}

/// Who may change members: a responsable, or anybody while there is none yet.
enum MemberRights {
  static func actor(_ session: Session, _ options: CommonOptions) throws -> Actor? {
    let members = try session.ask { store throws(StoreError) in
      try store.members(includeDisabled: false)
    }
    guard members.contains(where: \.isResponsable) else {
      // First set-up: whoever owns the store's files starts the team.
      return try? session.actor(options)
    }
    let actor = try session.actor(options)
    guard actor.member.isResponsable else {
      throw CommandFailure(
        .notPermitted, "Seul un responsable de la BAL change l’équipe.",
        "Only a responsable of the BAL changes the team.")
    }
    return actor
  }

  static func member(_ name: String, _ session: Session) throws -> Member {
    guard
      let member = try session.ask(
        name,
        { store throws(StoreError) in
          try store.member(initialsOrName: name)
        })
    else { throw CommandFailure(StoreError.notFound, what: name) }
    return member
  }
}

struct AddMember: Runnable {
  static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a person.")

  @OptionGroup var options: CommonOptions
  @Argument var name: String
  @Option var role: String
  @Option var initials: String?
  @Option var rpps: String?
  @Option(help: "Last day (ISO 8601).") var until: String?
  @Option(help: "The account that acts as this person.") var osUser: String?
  @Flag(help: "Manages members and reads traces.") var responsable = false
  @Flag(help: "Read the PIN from standard input.") var pinStdin = false

  func act(_ environment: Environment) throws {
    guard let role = Role(rawValue: role) else {
      let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(
        .usage, "Fonction inconnue ; connues : \(known).", "Unknown role; known: \(known).")
    }
    var end: Timestamp?
    if let until {
      guard let date = Timestamp(iso8601: until) else {
        throw CommandFailure(.usage, "--until AAAA-MM-JJ.", "--until YYYY-MM-DD.")
      }
      end = date
    }
    let session = try Session(options, environment, create: true)
    let actor = try MemberRights.actor(session, options)
    let hash = try pinStdin ? PINInput.hash(PINInput.standardInput()) : nil
    let member = Member(
      id: environment.uuid(), name: name,
      initials: (initials ?? Member.initials(of: name)).uppercased(), role: role, rpps: rpps,
      osUser: osUser, until: end, isResponsable: responsable, hasPIN: hash != nil)
    try session.ask(name) { store throws(StoreError) in
      try store.addMember(
        member, pinHash: hash, by: actor?.author, now: environment.now())
    }
    MemberRows.show([member], session, json: options.json)
  }
}

struct ListMembers: Runnable {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "The team.")

  @OptionGroup var options: CommonOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let members = try session.ask { store throws(StoreError) in
      try store.members(includeDisabled: true)
    }
    MemberRows.show(members, session, json: options.json)
  }
}

struct ResetPIN: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "reset-pin", abstract: "Set a person's PIN, read from standard input.")

  @OptionGroup var options: CommonOptions
  @Argument var name: String
  @Flag(help: "Read the PIN from standard input.") var pinStdin = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let member = try MemberRights.member(name, session)
    let actor = try MemberRights.actor(session, options)
    let hash = try PINInput.hash(
      pinStdin ? PINInput.standardInput() : PINInput.asked(session.words))
    try session.ask(name) { store throws(StoreError) in
      try store.setPIN(
        of: member.id, hash: hash, by: actor?.author, now: environment.now())
    }
  }
}

struct DisableMember: Runnable {
  static let configuration = CommandConfiguration(commandName: "disable")
  @OptionGroup var options: CommonOptions
  @Argument var name: String

  func act(_ environment: Environment) throws {
    try MemberState.set(name, disabled: true, options, environment)
  }
}

struct EnableMember: Runnable {
  static let configuration = CommandConfiguration(commandName: "enable")
  @OptionGroup var options: CommonOptions
  @Argument var name: String

  func act(_ environment: Environment) throws {
    try MemberState.set(name, disabled: false, options, environment)
  }
}

enum MemberState {
  static func set(
    _ name: String, disabled: Bool, _ options: CommonOptions, _ environment: Environment
  ) throws {
    let session = try Session(options, environment)
    let member = try MemberRights.member(name, session)
    let actor = try MemberRights.actor(session, options)
    try session.ask(name) { store throws(StoreError) in
      try store.setDisabled(
        member.id, disabled, by: actor?.author, now: environment.now())
    }
  }
}

struct RemoveMember: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a person; the history keeps the name.")
  @OptionGroup var options: CommonOptions
  @Argument var name: String

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let member = try MemberRights.member(name, session)
    let actor = try MemberRights.actor(session, options)
    try session.ask(name) { store throws(StoreError) in
      try store.removeMember(member.id, by: actor?.author, now: environment.now())
    }
  }
}

enum MemberRows {
  static func show(_ members: [Member], _ session: Session, json: Bool) {
    for member in members {
      if json {
        Output.json([
          ("id", .string(member.id)), ("name", .string(member.name)),
          ("initials", .string(member.initials)), ("role", .string(member.role.rawValue)),
          ("rpps", .optional(member.rpps)), ("os_user", .optional(member.osUser)),
          ("until", .optional(member.until?.iso8601)), ("disabled", .boolean(member.isDisabled)),
          ("responsable", .boolean(member.isResponsable)), ("pin", .boolean(member.hasPIN)),
        ])
      } else {
        let marks = [
          member.isResponsable ? "responsable" : nil,
          member.isDisabled ? session.words("désactivé", "disabled") : nil,
          member.hasPIN ? nil : session.words("sans code", "no PIN"),
        ].compactMap { $0 }.joined(separator: ", ")
        Output.line("\(member.initials)  \(member.name)  \(member.role.rawValue)  \(marks)")
      }
    }
  }
}

/// PINs come from standard input or a terminal, never from arguments (clig.dev).
enum PINInput {
  static func standardInput() -> String { readLine(strippingNewline: true) ?? "" }

  static func asked(_ words: Words) -> String {
    getpass(words("Nouveau code : ", "New PIN: ")).map { String(cString: $0) } ?? ""
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
