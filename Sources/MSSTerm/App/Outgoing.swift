import Domain
import Screens
import Settings
import Store

/// Turns a draft into the item that will leave: the same rules for the screen and the command.
struct OutgoingFactory {
  let configuration: Configuration
  let settings: BALSettings
  let environment: Environment

  /// Checks everything that can be checked before the wire; `original` is the message answered.
  func item(
    from draft: Draft, original: (message: Message, headers: [HeaderLine])?, by actor: Actor,
    delay: Int
  ) throws(DraftProblem) -> OutgoingItem {
    if let problem = draft.problem(in: configuration.trust) { throw problem }
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
      author: actor.author, purpose: draft.purpose, queuedAt: now,
      notBefore: now.adding(seconds: Int64(delay)))
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

extension CommandFailure {
  /// Something to correct is a usage error; a closed door is a refusal.
  init(_ problem: DraftProblem) {
    let exit: Exit
    switch problem {
    case .noRecipient, .notAnAddress, .emptyBody, .noSubject, .unsafeSubject: exit = .usage
    case .outsideTrustSpace, .severalPatients, .blanks: exit = .refused
    }
    self.init(
      exit, Language.french.strings.problem(problem), Language.english.strings.problem(problem))
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
