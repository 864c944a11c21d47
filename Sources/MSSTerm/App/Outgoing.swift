import Domain
import Settings
import Store

/// Turns a draft into the item that will leave: the same rules for the screen and the command.
struct OutgoingFactory {
  let configuration: Configuration
  let settings: BALSettings
  let environment: Environment

  /// Why a draft cannot leave as it is.
  enum Problem: Error, Equatable {
    case noRecipient
    case notAnAddress(String)
    case outsideTrustSpace(String)
    case severalPatients
    case emptyBody
    case blanks([String])
  }

  /// Checks everything that can be checked before the wire; `original` is the message answered.
  func item(
    from draft: Draft, original: (message: Message, headers: [HeaderLine])?, by actor: Actor,
    delay: Int
  ) throws(Problem) -> OutgoingItem {
    try check(draft)
    let now = environment.now()
    let domain = MailAddress(address: settings.bal.address).domain
    let name = configuration.sending.displayName
    var references = original.map { Self.references($0.headers) } ?? []
    if let id = original?.message.messageID, !id.isEmpty { references.append(id) }
    return OutgoingItem(
      id: RandomID.outgoing(environment),
      messageID: "<\(environment.uuid())@\(domain.isEmpty ? "mssterm.invalid" : domain)>",
      order: draft.order, replyingTo: draft.replyingTo,
      from: MailAddress(
        name: name.isEmpty ? configuration.officine.name : name, address: settings.bal.address),
      to: draft.to, subject: draft.subject, body: draft.body,
      inReplyTo: original.flatMap { $0.message.messageID.isEmpty ? nil : $0.message.messageID },
      references: references, headers: headers(draft), attachments: draft.attachments,
      author: actor.author, queuedAt: now, notBefore: now.adding(seconds: Int64(delay)))
  }

  private func check(_ draft: Draft) throws(Problem) {
    guard !draft.to.isEmpty else { throw .noRecipient }
    for recipient in draft.to {
      let parts = recipient.address.split(separator: "@", omittingEmptySubsequences: false)
      let isPlain = recipient.address.unicodeScalars.allSatisfy {
        $0.value > 0x20 && $0 != "\u{7F}"
      }
      guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), isPlain else {
        throw .notAnAddress(recipient.address)
      }
      // The space is closed: mail outside it would not be secure (design 2, white list).
      guard configuration.trust.contains(recipient.address) else {
        throw .outsideTrustSpace(recipient.address)
      }
    }
    // Each patient's address is their NIR: two in one mail would tell one about the other.
    let patients = draft.to.filter { configuration.trust.kind(of: $0.address) == .patient }
    guard patients.count < 2 else { throw .severalPatients }
    let written = draft.body.split(separator: "\n").filter { !$0.hasPrefix(">") }
    guard
      written.contains(where: { !$0.allSatisfy(\.isWhitespace) })
        || !draft.attachments.isEmpty
    else { throw .emptyBody }
    guard draft.blanks.isEmpty else { throw .blanks(draft.blanks) }
  }

  private func headers(_ draft: Draft) -> [OutgoingItem.HeaderField] {
    var fields: [OutgoingItem.HeaderField] = []
    if !configuration.sending.productReference.isEmpty {
      fields.append(.init(name: "X-MSS-NIL", value: configuration.sending.productReference))
    }
    let isToPatient = draft.to.contains {
      configuration.trust.kind(of: $0.address) == .patient
    }
    if draft.endsExchange && isToPatient {
      fields.append(.init(name: "X-MSS-MES", value: "FIN"))
    }
    return fields
  }

  /// References of the original, or its In-Reply-To when it has none (RFC 5322 3.6.4).
  private static func references(_ headers: [HeaderLine]) -> [String] {
    func ids(_ name: String) -> [String] {
      let value = headers.first { $0.name.lowercased() == name }?.value ?? ""
      return value.split(whereSeparator: \.isWhitespace).map(String.init)
        .filter { $0.hasPrefix("<") && $0.hasSuffix(">") }
    }
    let references = ids("references")
    return references.isEmpty ? ids("in-reply-to") : references
  }
}

extension OutgoingFactory.Problem {
  var failure: CommandFailure {
    switch self {
    case .noRecipient:
      CommandFailure(.usage, "Aucun destinataire.", "No recipient.")
    case .notAnAddress:
      CommandFailure(.usage, "Un destinataire n’est pas une adresse.", "A recipient is no address.")
    case .outsideTrustSpace:
      CommandFailure(
        .refused,
        "Ce destinataire n’est pas dans l’espace de confiance MSSanté : l’envoi est refusé.",
        "This recipient is outside the MSSanté trust space: refused.")
    case .severalPatients:
      CommandFailure(
        .refused, "Un seul patient par message : leurs adresses les identifient.",
        "One patient a message: their addresses identify them.")
    case .emptyBody: CommandFailure(.usage, "Le message est vide.", "The message is empty.")
    case .blanks(let blanks):
      CommandFailure(
        .refused, "Reste à remplir : \(blanks.joined(separator: " ")).",
        "Still to fill in: \(blanks.joined(separator: " ")).")
    }
  }
}

/// Identifiers that name nothing of the outside world.
enum RandomID {
  static func order(_ environment: Environment) -> Order.ID { "d" + base32(environment) }
  static func outgoing(_ environment: Environment) -> String { "o" + base32(environment) }
  static func draft(_ environment: Environment) -> String { "b" + base32(environment) }

  private static func base32(_ environment: Environment) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
    return String(environment.randomBytes(12).map { alphabet[Int($0 & 31)] })
  }
}
