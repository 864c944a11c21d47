import ArgumentParser
import Domain
import Exports
import Screens
import Store

/// `mssterm members …`
struct MembersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "members", abstract: "People of the team.",
    subcommands: [
      AddMember.self, ListMembers.self, ResetPIN.self, ChangePIN.self, DisableMember.self,
      EnableMember.self, RemoveMember.self, ChangeMember.self,
    ], defaultSubcommand: ListMembers.self)
}

struct AddMember: Runnable {
  static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a person.")

  @OptionGroup var options: CommonOptions
  @Argument var name: String
  @Option var role: String
  @Option var initials: String?
  @Option var rpps: String?
  @Option(help: "Last day, 20/12/2026 or 2026-12-20.") var until: String?
  @Option(help: "The account that acts as this person.") var osUser: String?
  @Flag(help: "Manages members and reads traces.") var responsable = false
  @Flag(help: "Read the PIN from standard input; provisional when a responsable sets it.")
  var pinStdin = false

  func act(_ environment: Environment) throws {
    let role = try MemberWords.role(role)
    let end = try until.map { try MemberWords.lastDay($0, environment.now()) }
    let session = try Session(options, environment, create: true)
    let actor = try MemberRights.actor(session, options)
    let name = try MemberWords.written(name, "Le nom", "The name")
    let initials = try initials(of: name, session)
    if let rpps { MemberWords.warn(ofRPPS: rpps, session) }
    let hash = try pinStdin ? PINInput.hash(PINInput.standardInput()) : nil
    let member = Member(
      id: environment.uuid(), name: name, initials: initials, role: role, rpps: rpps,
      osUser: try osUser.map { try MemberWords.written($0, "Le compte", "The account") },
      until: end, isResponsable: responsable, hasPIN: hash != nil)
    if hash != nil { try MemberRights.requireResponsablesPIN(before: member, session) }
    try session.askTeam(name) { store throws(StoreError) in
      try store.addMember(
        member, pinHash: hash, isPINProvisional: hash != nil && actor != nil,
        by: actor?.author, now: environment.now())
    }
    MemberRows.show([member], session, json: options.json)
    try MemberWork.tellOfNamesakes(of: member, session)
  }

  /// Those given, else the first free ones; the store refuses taken ones.
  private func initials(of name: String, _ session: Session) throws -> String {
    if let initials {
      return try MemberWords.written(initials, "Les initiales", "Initials").uppercased()
    }
    return Member.freeInitials(
      of: name, taken: try MemberRights.everyone(session).map(\.initials))
  }
}

struct ListMembers: Runnable {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "The team.")

  @OptionGroup var options: CommonOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let members = try session.askTeam { store throws(StoreError) in
      try store.members(includeDisabled: true)
    }
    MemberRows.show(members, session, json: options.json)
    try tellLostRights(members, session)
  }

  /// As the screen's top rule, to whoever looks: there it is seen what counts. A responsable's
  /// screen is where it is acknowledged.
  private func tellLostRights(_ members: [Member], _ session: Session) throws {
    guard let reader = members.first(where: \.isResponsable) ?? members.first else { return }
    let lost = try session.askTeam { store throws(StoreError) in
      try store.logNotices(of: reader.id).lostRights
    }
    guard !lost.isEmpty else { return }
    Output.error(session.words.language.strings.rightsLost(Set(lost.map(\.name)).sorted()))
  }
}

struct ResetPIN: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "reset-pin",
    abstract: "Set a person's PIN. One set for somebody else is provisional: they choose their "
      + "own when they open a screen, or with change-pin.")

  @OptionGroup var options: CommonOptions
  @Argument var name: String
  @Flag(help: "Read the PIN from standard input.") var pinStdin = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let member = try MemberRights.member(name, session)
    let actor = try MemberRights.actor(session, options)
    try MemberRights.requireResponsablesPIN(before: member, session)
    let hash = try PINInput.hash(
      pinStdin ? PINInput.standardInput() : PINInput.asked(session.words))
    try session.askTeam(name) { store throws(StoreError) in
      try store.setPIN(
        of: member.id, hash: hash, isProvisional: actor.map { $0.member.id != member.id } ?? false,
        by: actor?.author, now: environment.now())
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
    try session.askTeam(name) { store throws(StoreError) in
      try store.setDisabled(
        member.id, disabled, by: actor?.author, now: environment.now())
    }
    if disabled {
      try MemberWork.tellWhatStays(with: member, session)
    } else if let end = member.until, end <= environment.now() {
      let day = MemberWords.day(end)
      Output.error(
        session.words(
          "N’agit pas encore : son dernier jour était le \(day). "
            + "mssterm members change \(member.initials) --until JOUR, ou none",
          "Does not act yet: their last day was \(day). "
            + "mssterm members change \(member.initials) --until DAY, or none"))
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
    try session.askTeam(name) { store throws(StoreError) in
      try store.removeMember(member.id, by: actor?.author, now: environment.now())
    }
    try MemberWork.tellWhatStays(with: member, session)
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
          member.until.map { session.words("jusqu’au ", "until ") + MemberWords.day($0) },
        ].compactMap { $0 }.joined(separator: ", ")
        let role = session.words.language.strings.role(member.role)
        Output.line("\(member.initials)  \(member.name)  \(role)  \(marks)")
      }
    }
  }
}
