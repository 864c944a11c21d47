import ArgumentParser
import Desk
import Domain
import Screens
import Store

/// `mssterm members change`
struct ChangeMember: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "change",
    abstract: "Change a person's role, right, last day, initials, RPPS number or account.")

  @OptionGroup var options: CommonOptions
  @Argument var name: String
  @Option var role: String?
  @Flag(inversion: .prefixedNo, help: "Manages members and reads traces.")
  var responsable: Bool?
  @Option(help: "Last day, 20/12/2026 or 2026-12-20; none takes it away.") var until: String?
  @Option(help: "none takes it away.") var rpps: String?
  @Option var initials: String?
  @Option(help: "The account that acts as this person; none takes it away.") var osUser: String?

  func act(_ environment: Environment) throws {
    let edit = try edit(environment.now())
    guard !edit.isEmpty else {
      throw CommandFailure(
        .usage,
        "Dire ce qui change : --role, --responsable, --no-responsable, --until, --rpps, "
          + "--initials, --os-user.",
        "Say what changes: --role, --responsable, --no-responsable, --until, --rpps, --initials, "
          + "--os-user.")
    }
    let session = try Session(options, environment)
    let member = try MemberRights.member(name, session)
    let actor = try MemberRights.actor(session, options)
    if case .some(.some(let rpps)) = edit.rpps { MemberWords.warn(ofRPPS: rpps, session) }
    let changed = try session.askTeam(name) { store throws(StoreError) in
      try store.editMember(member.id, edit, by: actor?.author, now: environment.now())
    }
    MemberRows.show([changed], session, json: options.json)
  }

  private func edit(_ now: Timestamp) throws -> MemberEdit {
    func orNone(_ text: String?, _ value: (String) throws -> String) rethrows -> String?? {
      try text.map { try MemberWords.isNone($0) ? nil : value($0) }
    }
    return MemberEdit(
      role: try role.map(MemberWords.role), isResponsable: responsable,
      initials: try initials.map { try MemberWords.written($0, "Les initiales", "Initials") },
      until: try until.map { try MemberWords.isNone($0) ? nil : MemberWords.lastDay($0, now) },
      rpps: try orNone(rpps) { try MemberWords.written($0, "Le RPPS", "The RPPS number") },
      osUser: try orNone(osUser) { try MemberWords.written($0, "Le compte", "The account") })
  }
}

/// What is typed about a person.
enum MemberWords {
  static func isNone(_ text: String) -> Bool { ["none", "aucun"].contains(folded(text)) }

  /// As the list writes it: with its accents.
  static func role(_ text: String) throws -> Role {
    if let role = Role(rawValue: folded(text)) { return role }
    let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
    throw CommandFailure(
      .usage, "Fonction inconnue ; connues : \(known).", "Unknown role; known: \(known).")
  }

  /// The end of somebody's last day, a whole one unless an hour is given; never one that is over.
  static func lastDay(_ text: String, _ now: Timestamp) throws -> Timestamp {
    let day = Timestamp(day: text, now: now).map {
      CivilDay($0).instant(minute: 1440).adding(seconds: -1)
    }
    guard let end = day ?? Timestamp(iso8601: text) else {
      throw CommandFailure(
        .usage, "--until : un jour, 20/12/2026 ou 2026-12-20.",
        "--until: a day, 20/12/2026 or 2026-12-20.")
    }
    guard end > now else {
      throw CommandFailure(
        .usage, "--until : ce jour est passé ; « mssterm members disable » arrête tout de suite.",
        "--until: that day is over; \"mssterm members disable\" stops them at once.")
    }
    return end
  }

  /// `text` with single spaces; a blank or endless one is refused.
  static func written(_ text: String, _ french: String, _ english: String) throws -> String {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard (1...100).contains(words.count) else {
      throw CommandFailure(
        .usage, "\(french) : de 1 à 100 caractères.", "\(english): 1 to 100 characters.")
    }
    return words
  }

  static func warn(ofRPPS rpps: String, _ session: Session) {
    guard !Member.looksLikeRPPS(rpps) else { return }
    Output.error(
      session.words(
        "Un numéro RPPS a 11 chiffres ; celui-ci est gardé tel quel.",
        "An RPPS number has 11 digits; this one is kept as it is."))
  }

  static func day(_ end: Timestamp) -> String { CivilTime(end).dayMonthYear }
}

/// What becomes of the work of somebody who goes or comes.
enum MemberWork {
  /// Whoever goes keeps what they have until somebody gives it on.
  static func tellWhatStays(with member: Member, _ session: Session) throws {
    let count = try held(by: member, session)
    guard count > 0 else { return }
    Output.error(
      session.words(
        "\(member.name) a encore \(session.words.demandes(count)) : "
          + "mssterm reassign --from \"\(member.name)\" --to INITIALES",
        "\(member.name) still has \(session.words.demandes(count)): "
          + "mssterm reassign --from \"\(member.name)\" --to INITIALS"))
  }

  /// Initials and names come back, and with them nothing of whoever had them before.
  static func tellOfNamesakes(of member: Member, _ session: Session) throws {
    let former = try session.askTeam { store throws(StoreError) in
      try store.formerMembers(initialsOrName: member.initials)
        + store.formerMembers(initialsOrName: member.name)
    }
    var told: Set<String> = []
    for old in former where told.insert(old.id).inserted {
      let count = try held(by: old, session)
      Output.error(
        session.words(
          "\(old.name) (\(old.initials)), retiré de l’équipe, portait ce nom ou ces initiales ; "
            + "son travail ne suit pas.",
          "\(old.name) (\(old.initials)), removed from the team, had this name or these initials; "
            + "their work does not follow."))
      guard count > 0 else { continue }
      Output.error(
        session.words(
          "Pour donner \(session.words.demandes(count)) à \(member.name) : ",
          "To give \(session.words.demandes(count)) to \(member.name): ")
          + "mssterm reassign --from \"\(old.name)\" --to \(member.initials)")
    }
  }

  /// Whose work `text` means: somebody of the team who is not the heir, else somebody removed;
  /// among them the first who has something.
  static func absent(_ text: String, heir: Member, _ session: Session) throws -> Member {
    let (found, former) = try session.askTeam(text) { store throws(StoreError) in
      (
        try store.member(initialsOrName: text),
        try store.formerMembers(initialsOrName: text)
      )
    }
    let meant = [found].compactMap(\.self).filter { $0.id != heir.id } + former
    let holder = try meant.first { try held(by: $0, session) > 0 }
    if let absent = holder ?? meant.first { return absent }
    if found == nil { return try session.member(text) }
    throw CommandFailure(
      .usage, "--from et --to sont la même personne.", "--from and --to are the same person.")
  }

  private static func held(by member: Member, _ session: Session) throws -> Int {
    try session.ask { store throws(StoreError) in try store.held(by: member.id).count }
  }
}
