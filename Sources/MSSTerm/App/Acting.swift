import Domain
import Glibc
import Platform
import Settings
import Store

/// Finding out who acts; an action without a person is refused (invariant 24).
extension Session {
  /// The member named by `--as`, else the one mapped to the OS account.
  ///
  /// `--as` without a PIN counts only while nobody has set one; the trace then says
  /// « identité déclarée ».
  ///
  /// - Parameters:
  ///   - isChangingPIN: a code that somebody else chose is good for choosing one's own, and for
  ///     nothing else: whoever chose it must sign nothing with it.
  ///   - deed: how much the account alone is good for.
  func actor(
    _ options: CommonOptions, isChangingPIN: Bool = false, for deed: Deed = .ordinary
  ) throws -> Actor {
    // Proved at the door: nobody types a PIN twice.
    if let reader { return reader }
    guard let name = options.member else {
      let user = environment.osUser
      guard
        let member = try askTeam(
          "",
          { store throws(StoreError) in
            try store.member(osUser: user)
          })
      else { throw Self.nobody() }
      if try asksCode(of: member, for: deed) {
        try prove(member, options, isChangingPIN: isChangingPIN)
      }
      return try active(Actor(member: member, poste: poste.name, isDeclared: false))
    }
    let members = try askTeam { store throws(StoreError) in
      try store.members(includeDisabled: true)
    }
    let anyPIN = members.contains(where: \.hasPIN)
    guard
      let member = try askTeam(
        name,
        { store throws(StoreError) in
          try store.member(initialsOrName: name)
        })
    else {
      if anyPIN { try refuse(.unknown) }
      throw CommandFailure(
        .notFound, "Aucun membre « \(name) » ; « mssterm members list » les donne.",
        "No member \"\(name)\"; \"mssterm members list\" gives them.")
    }
    if anyPIN { try prove(member, options, isChangingPIN: isChangingPIN) }
    return try active(Actor(member: member, poste: poste.name, isDeclared: !anyPIN))
  }

  /// What the code of the account's own member is asked for.
  enum Deed {
    case ordinary
    /// The people, the codes, what cannot be undone: asked wherever there is a code.
    case grave
    /// « Contrôlée » and « à reprendre »: asked as the screen asks it.
    case signature
  }

  /// The account says who sits there; on a shared poste that is not enough.
  private func asksCode(of member: Member, for deed: Deed) throws -> Bool {
    switch deed {
    case .ordinary: return member.hasPIN && poste.isShared
    case .grave: return member.hasPIN
    case .signature:
      if member.hasPIN && poste.isShared { return true }
      guard member.role.isPharmacist else { return false }
      let anyPIN = try MemberRights.everyone(self).contains(where: \.hasPIN)
      return configuration.officine.policy.asksPharmacist(
        anyPIN: anyPIN, isPosteShared: poste.isShared)
    }
  }

  /// Reading another member's nominative BAL is refused as acting in it is. An account that is
  /// mapped to nobody has the modes of the store as its wall.
  func provenReader(_ options: CommonOptions, isChangingPIN: Bool) throws -> Actor? {
    guard settings.bal.kind == .nominative, settings.member != nil else { return nil }
    if options.member != nil { return try actor(options, isChangingPIN: isChangingPIN) }
    let user = environment.osUser
    let mapped = try askTeam { store throws(StoreError) in try store.member(osUser: user) }
    if let mapped, !settings.mayAct(mapped) { throw Self.notOwner() }
    return nil
  }

  private static func notOwner() -> CommandFailure {
    CommandFailure(
      .notPermitted,
      "Cette BAL est nominative : seul son titulaire la lit et y agit. « --bal » en nomme une "
        + "autre.",
      "This BAL is nominative: only its owner reads it and acts in it. \"--bal\" names another "
        + "one.")
  }

  private static func nobody() -> CommandFailure {
    CommandFailure(
      .notPermitted,
      "Qui agit ? Donner --as INITIALES, ou lier ce compte à un membre "
        + "(mssterm members add … --os-user).",
      "Who acts? Give --as INITIALS, or map this account to a member "
        + "(mssterm members add … --os-user).")
  }

  private func active(_ actor: Actor) throws -> Actor {
    guard settings.mayAct(actor.member) else { throw Self.notOwner() }
    guard actor.member.isActive(at: environment.now()) else {
      throw CommandFailure(
        .notPermitted, "Ce membre est désactivé ; un responsable peut le réactiver.",
        "This member is disabled; a responsable can enable them again.")
    }
    return actor
  }

  /// Counted for the place; throws when it has to wait.
  private func refuse(_ reason: NameRefusal) throws {
    let wait: Int64
    do {
      wait = try PINCheck.refuse(reason, self)
    } catch let error as StoreError {
      throw CommandFailure(error)
    }
    if wait > 0 { throw Self.tooSoon(wait) }
  }

  private static func tooSoon(_ wait: Int64) -> CommandFailure {
    CommandFailure(
      .tryLater, "Codes faux à la suite : réessayer dans \(wait) s.",
      "Wrong PINs in a row: try again in \(wait) s.")
  }

  private func prove(
    _ member: Member, _ options: CommonOptions, isChangingPIN: Bool
  ) throws {
    let verdict: PINCheck.Verdict
    do {
      verdict = try PINCheck.judge(member, self) { try readPIN(options) }
    } catch let error as StoreError {
      throw CommandFailure(error, what: member.initials)
    }
    switch verdict {
    case .right:
      let isProvisional = try askTeam { store throws(StoreError) in
        try store.isPINProvisional(of: member.id)
      }
      guard isProvisional, !isChangingPIN else { return }
      throw CommandFailure(
        .notPermitted,
        "Ce code est provisoire : choisir d’abord le vôtre "
          + "(mssterm members change-pin --as \(member.initials)).",
        "This PIN is provisional: first choose your own "
          + "(mssterm members change-pin --as \(member.initials)).")
    case .none:
      try refuse(.noPIN)
      throw CommandFailure(
        .notPermitted,
        "\(member.initials) n’a pas de code ; « mssterm members reset-pin » en pose un.",
        "\(member.initials) has no PIN; \"mssterm members reset-pin\" sets one.")
    case .wrong(0): throw CommandFailure(.notPermitted, "Code refusé.", "PIN refused.")
    case .wrong(let wait):
      throw CommandFailure(
        .notPermitted, "Code refusé ; réessayer dans \(wait) s.",
        "PIN refused; try again in \(wait) s.")
    case .tooSoon(let wait): throw Self.tooSoon(wait)
    }
  }

  private func readPIN(_ options: CommonOptions) throws -> String {
    if let path = options.pinFile { return try SecretFile.firstLine(environment.absolute(path)) }
    guard environment.isTerminal, let entered = getpass(words("Code : ", "PIN: ")) else {
      throw CommandFailure(
        .notPermitted, "Code attendu : --pin-file FICHIER (0600) ou un terminal.",
        "PIN wanted: --pin-file FILE (0600) or a terminal.")
    }
    return String(cString: entered)
  }
}

/// A file that only its owner may read.
enum SecretFile {
  /// First line without its end; refused when the mode is loose or the file is long.
  static func firstLine(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure(
        .configuration, "\(path) : lecture impossible.", "\(path): cannot be read.")
    }
    defer { close(descriptor) }
    guard let facts = FileFacts(descriptor: descriptor), facts.mode & 0o077 == 0 else {
      throw CommandFailure(
        .configuration, "\(path) est lisible par d’autres : chmod 600 \(path)",
        "\(path) can be read by others: chmod 600 \(path)")
    }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(descriptor, &buffer, buffer.count)
    let line = buffer.prefix(max(0, count)).prefix { $0 != 0x0A && $0 != 0x0D }
    return String(decoding: line, as: UTF8.self)
  }
}
