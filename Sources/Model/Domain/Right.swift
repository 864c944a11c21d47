/// What is decided for the whole officine, and so by the « responsable de la BAL ».
public enum Right: Sendable, CaseIterable {
  /// Who is in the team, and everybody's code.
  case manageMembers
  /// The purge of mail and traces. How long they are kept, and what rings, is a line of the
  /// configuration: whoever may write that file decides it, and a change is traced.
  case setRetention
  case readTraces
}

extension Member {
  /// Whether this person has that right now, in a team of `members`.
  ///
  /// Every right is the responsables'. A team that has not named one yet lets all of its active
  /// members set it up; one whose only responsable is disabled has none who may (the store never
  /// lets the last one go).
  public func may(_ right: Right, among members: [Member], at now: Timestamp) -> Bool {
    guard isActive(at: now) else { return false }
    switch right {
    case .manageMembers, .setRetention, .readTraces:
      return isResponsable || !members.contains(where: \.isResponsable)
    }
  }

  /// Eleven digits (« Répertoire partagé des professionnels de santé »). A doubt is said, never
  /// refused.
  public static func looksLikeRPPS(_ text: String) -> Bool {
    text.utf8.count == 11 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
