/// What a cell means on the screen. Screens draw roles; a theme gives each one its look.
///
/// A role a theme does not mention takes the look of its nearest ancestor by name
/// (`queue.status.received`, `queue.status`, `queue`…), and in the end of `text`.
/// Colour is never the only sign: whoever draws `queue.status.received` also draws its letter.
public enum Role: UInt8, Hashable, Sendable, CaseIterable {
  case text, textDim, textStrong
  case rule
  case bar, barTitle, barBal, barClock, barSyncOk, barSyncWorking, barSyncOffline, barSyncDown,
    barPoste, barActor
  case tabsNormal, tabsActive, tabsCount
  case queueRow, queueSelected, queueSection, queueEmpty, queueAge, queueAgeLate, queueOwner,
    queueOwnerMe, queuePresence, queuePatient, queueSender, queueTitle, queueDetail, queueMarker,
    queueMarkerUrgent, queueMarkerOriginal, queueMarkerMissing, queueMarkerPromised,
    queueMarkerQuestion, queueStatus, queueStatusReceived, queueStatusPreparing,
    queueStatusPrepared, queueStatusChecked, queueStatusCollected, queueStatusClosed,
    queuePending, queueUnread
  case readerHeader, readerLabel, readerText, readerQuote, readerLink, readerWarning,
    readerDocumentBorder, readerDocumentTitle, readerDocumentText, readerHistory, readerScroll
  case badgePatient, badgePro, badgeOrganisation, badgeApplication, badgeUnknown
  case safetyLine, safetyOk, safetyAlert
  case privacyMasked
  case composeTitle, composeLabel, composeField, composeFieldActive, composeText, composeQuote,
    composeBlank
  case noteInternal, noteTitle
  case replyPatient
  case sendCountdown
  case dialogBorder, dialogTitle, dialogText, dialogChoice, dialogChoiceSelected
  case promptLabel, promptText, promptCompletion
  case hintKey, hintText, hintUnavailable
  case statusInfo, statusSuccess, statusError
  case searchMatch
  case helpTitle, helpKey, helpText
  case demoSign
  case curtain
  case lockTitle, lockText, lockField
  case handoverSection, handoverLine
}

extension Role {
  /// The name in a theme file: `queue.status.received`.
  public var name: String { RoleBook.entries[Int(rawValue)].name }

  /// What it is for, in English, for the table of themes/README.md.
  public var meaning: String { RoleBook.entries[Int(rawValue)].meaning }

  /// The role of a theme file's name; nil for an unknown name.
  public init?(name: String) {
    guard let entry = RoleBook.entries.first(where: { $0.name == name }) else { return nil }
    self = entry.role
  }

  /// The role whose look this one takes when the theme does not mention it; nil for `text`.
  public var parent: Role? {
    guard self != .text else { return nil }
    var name = Substring(name)
    while let dot = name.lastIndex(of: ".") {
      name = name[..<dot]
      if let role = Role(name: String(name)) { return role }
    }
    return .text
  }

  /// The table of themes/README.md: every role, the role it falls back to, and what it is for.
  public static func table() -> String {
    var text = "| role | falls back to | what it is for |\n|---|---|---|\n"
    for role in allCases {
      let parent = role.parent.map { "`\($0.name)`" } ?? ""
      text += "| `\(role.name)` | \(parent) | \(role.meaning) |\n"
    }
    return text
  }
}
