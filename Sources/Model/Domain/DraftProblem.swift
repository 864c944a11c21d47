/// Why a draft cannot leave as it is; the compose pane and the command line ask the same rule.
public enum DraftProblem: Hashable, Sendable, Error {
  case noRecipient
  case notAnAddress(String)
  /// MSSanté may be written to, and nothing else.
  case outsideTrustSpace(String)
  /// Each patient's address is their NIR: two in one mail would tell one about the other.
  case severalPatients
  case emptyBody
  case blanks([String])
  /// Everything sent carries a subject (design 2).
  case noSubject
  /// A line end or another control would become protocol (invariant 11).
  case unsafeSubject
}

extension Draft {
  /// The first thing that keeps it from leaving; nil when it may be reviewed and sent.
  public func problem(in trust: TrustSpace) -> DraftProblem? {
    if to.isEmpty { return .noRecipient }
    for recipient in to {
      if !recipient.isPlausible { return .notAnAddress(recipient.address) }
      // The space is closed: mail outside it would not be secure (design 2, white list).
      if !trust.contains(recipient.address) { return .outsideTrustSpace(recipient.address) }
    }
    let patients = Set(
      to.filter { trust.kind(of: $0.address) == .patient }.map(\.normalized))
    if patients.count > 1 { return .severalPatients }
    let own = body.split(separator: "\n").filter { !$0.hasPrefix(">") }
    if attachments.isEmpty, own.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) {
      return .emptyBody
    }
    if !blanks.isEmpty { return .blanks(blanks) }
    if subject.allSatisfy(\.isWhitespace) { return .noSubject }
    let isSafe = subject.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    return isSafe ? nil : .unsafeSubject
  }

  /// Lines of the original that an answer carries below its own text.
  public static let quotedLineLimit = 40

  /// The original, each line behind `> `, two empty lines above for the answer.
  public static func quote(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix(quotedLineLimit)
    let quoted = lines.map { $0.hasPrefix(">") ? ">" + $0 : $0.isEmpty ? ">" : "> " + $0 }
    let body = quoted.reversed().drop { $0 == ">" }.reversed()
    return body.isEmpty ? "" : "\n\n" + body.joined(separator: "\n") + "\n"
  }
}

extension MailAddress {
  /// One `@` with something on both sides, visible ASCII only, not longer than RFC 5321 4.5.3.1
  /// allows; whether it exists is the operator's to say.
  public var isPlausible: Bool {
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && parts[0].utf8.count <= 64
      && address.utf8.count <= 254 && address.utf8.allSatisfy { (0x21...0x7E).contains($0) }
      && !address.contains { "<>()[],;:\"\\".contains($0) }
      && parts[1].contains(".") && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
  }
}
