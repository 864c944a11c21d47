import Desk
import Domain
import Store

/// What a responsable changes in the team: judged on the people as they are in the store now, by
/// the rules of the command line.
extension Errands {
  func team() throws -> Event {
    let store = session.team
    let people = try store.members(includeDisabled: true).map { member in
      TeamMember(member: member, isPINProvisional: try store.isPINProvisional(of: member.id))
    }
    return .teamLoaded(people)
  }

  /// Says no code, whatever becomes of it.
  func change(_ change: TeamChange, ownPIN: String?) -> Event {
    do {
      let members = try session.team.members(includeDisabled: true)
      guard let actor, let own = members.first(where: { $0.id == actor.member.id }),
        own.may(.manageMembers, among: members, at: session.environment.now())
      else { return .teamRefused(.team(.notResponsable)) }
      if let problem = try problem(of: change, ownPIN: ownPIN, own) {
        return .teamRefused(problem)
      }
      return .teamChanged(try make(change, by: actor, among: members))
    } catch StoreError.refused(let refusal) {
      return .teamRefused(.team(.refused(refusal)))
    } catch {
      return .teamRefused(.identity(.failed(Failure(error))))
    }
  }

  /// Who changes the team proves their code: a screen that stands open is not a responsable.
  private func problem(
    of change: TeamChange, ownPIN: String?, _ own: Member
  ) throws -> FormProblem? {
    let other: Member
    switch change {
    case .setDisabled, .edit: return own.hasPIN ? try refusal(of: ownPIN, own) : nil
    case .resetPIN(let member, _): other = member
    case .add(let new):
      other = Member(id: "", name: new.name, initials: "", role: new.role)
      if new.pin == nil { return own.hasPIN ? try refusal(of: ownPIN, own) : nil }
    }
    do {
      try MemberRights.requireResponsablesPIN(before: other, session)
    } catch is CommandFailure {
      return .team(.responsableFirst)
    }
    return own.hasPIN ? try refusal(of: ownPIN, own) : nil
  }

  private func refusal(of pin: String?, _ own: Member) throws -> FormProblem? {
    guard let pin, !pin.isEmpty else { return .identity(.needsPIN) }
    switch try PINCheck.judge(own, session, pin: { pin }) {
    case .right: return nil
    case .none: return .identity(.noPIN)
    case .wrong(0): return .identity(.wrongPIN)
    case .wrong(let wait), .tooSoon(let wait):
      return .identity(.tooSoon(until: session.environment.now().adding(seconds: wait)))
    }
  }

  private func make(
    _ change: TeamChange, by actor: Actor, among members: [Member]
  ) throws -> TeamNews {
    let (store, now) = (session.team, session.environment.now())
    switch change {
    case .add(let new):
      let taken = members.map(\.initials)
      let hash = try new.pin.map(PINInput.hash)
      let member = Member(
        id: session.environment.uuid(), name: new.name,
        initials: new.initials ?? Member.freeInitials(of: new.name, taken: taken), role: new.role,
        rpps: new.rpps, until: new.until, hasPIN: hash != nil)
      try store.addMember(
        member, pinHash: hash, isPINProvisional: hash != nil, by: actor.author, now: now)
      return .added(member)
    case .resetPIN(let member, let pin):
      try store.setPIN(
        of: member.id, hash: try PINInput.hash(pin), isProvisional: member.id != actor.member.id,
        by: actor.author, now: now)
      return .codeSet(member)
    case .setDisabled(let member, let isDisabled):
      try store.setDisabled(member.id, isDisabled, by: actor.author, now: now)
      if isDisabled { return .stopped(member) }
      let isOver = member.until.map { $0 <= now } ?? false
      return isOver ? .stillOver(member) : .resumed(member)
    case .edit(let member, let edit):
      return .edited(try store.editMember(member.id, edit, by: actor.author, now: now))
    }
  }
}
