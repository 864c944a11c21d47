import ArgumentParser
import Domain
import Exports
import Foundation
import Glibc
import Screens
import Settings
import Store

/// `mssterm send`
struct SendCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Queue a message; it leaves at once, without the seconds that the screen gives.")

  @OptionGroup var options: CommonOptions
  @Option(help: "Message or demande that is answered.") var replyTo: String?
  @Option(help: "Recipient; may be repeated.") var to: [String] = []
  @Option var subject: String?
  @Option(help: "File with the text; - is standard input.") var body: String?
  @Option(help: "File to join; may be repeated.") var attach: [String] = []
  @Option(help: "Name of a template of the configuration.") var template: String?
  @Flag(help: "The patient can no longer answer (X-MSS-MES: FIN).") var endExchange = false
  @Flag(help: "Print the exact bytes; queue nothing.") var dryRun = false
  @Option(help: "Hold it when the demande is no longer at this revision.") var revision: Int?

  func act(_ environment: Environment) throws {
    guard template == nil || body == nil else {
      throw CommandFailure(
        .usage, "--template ou --body : l’un des deux.", "--template or --body: one of them.")
    }
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let original = try replyTo.map { try answered($0, session) }
    let draft = try self.draft(session, actor, original: original?.message)
    let trust = session.configuration.trust
    guard !endExchange || draft.to.contains(where: { trust.kind(of: $0.address) == .patient })
    else {
      throw CommandFailure(
        .usage, "--end-exchange ne vaut que pour un patient.",
        "--end-exchange is for patients only.")
    }
    let factory = OutgoingFactory(
      configuration: session.configuration, settings: session.settings, environment: environment)
    let item: OutgoingItem
    do {
      item = try factory.item(from: draft, original: original, by: actor, delay: 0)
    } catch {
      throw CommandFailure(error)
    }
    if dryRun {
      try Self.print(item)
      return
    }
    let stamp = try seen(draft, session)
    try session.ask { store throws(StoreError) in
      try store.enqueue(
        item, expecting: stamp, draft: nil, by: actor, eventID: environment.uuid(),
        now: item.queuedAt)
    }
    OutboxRows.show([item], session, json: options.json)
  }

  /// What the author says to have seen; without --revision the person decided already.
  private func seen(_ draft: Draft, _ session: Session) throws -> ThreadStamp? {
    guard let revision, let id = draft.order else { return nil }
    let order = try session.order(id)
    return ThreadStamp(revision: revision, lastMessage: order.messages.last)
  }

  /// The message answered: for a demande, the last one that came in.
  private func answered(
    _ id: String, _ session: Session
  ) throws -> (message: Message, headers: [HeaderLine]) {
    try session.ask(id) { store throws(StoreError) in
      let message: Message?
      switch try store.resolve(id) {
      case .message(let id): message = try store.message(id)
      case .order(let id):
        var found: Message?
        for candidate in try store.order(id)?.messages ?? [] {
          if let next = try store.message(candidate), !next.isOutgoing { found = next }
        }
        message = found
      }
      guard let message else { throw .notFound }
      return (message, try store.headers(message.id))
    }
  }

  private func draft(_ session: Session, _ actor: Actor, original: Message?) throws -> Draft {
    var recipients = to.map { MailAddress(address: $0) }
    if recipients.isEmpty, let original {
      recipients =
        original.isOutgoing
        ? original.to
        : [MailAddress(name: original.sender.name, address: original.sender.address)]
    }
    let order = try original.flatMap { message in
      try session.ask { store throws(StoreError) in try store.order(ofMessage: message.id)?.id }
    }
    return Draft(
      id: RandomID.draft(session.environment), replyingTo: original?.id, order: order,
      to: recipients,
      subject: subject ?? original.map { Draft.replySubject($0.subject) } ?? "",
      body: try text(session), attachments: try attach.map { try read($0, session.environment) },
      endsExchange: endExchange, authorID: actor.member.id, updatedAt: session.environment.now())
  }

  private func text(_ session: Session) throws -> String {
    if let template {
      guard let found = session.configuration.templates.first(where: { $0.name == template })
      else {
        throw CommandFailure(
          .usage, "Aucun modèle « \(template) » dans la configuration.",
          "No template \"\(template)\" in the configuration.")
      }
      return found.body
    }
    guard let body else { return "" }
    let bytes =
      try body == "-"
      ? Files.readAll(0, name: body) : Files.read(session.environment.absolute(body))
    guard let text = String(validatingUTF8Bytes: bytes) else {
      throw CommandFailure(
        .usage, "Le texte doit être en UTF-8.", "The text must be UTF-8.")
    }
    return text
  }

  private func read(_ path: String, _ environment: Environment) throws -> DraftAttachment {
    let bytes = try Files.read(environment.absolute(path))
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return DraftAttachment(filename: name, contentType: ContentTypes.of(name), bytes: bytes)
  }

  /// The exact bytes, for --dry-run.
  static func print(_ item: OutgoingItem) throws {
    let data = try JSONEncoder().encode(item)
    let result = try WorkerProcess.find().run(["compose"], input: [UInt8](data))
    guard result.code == 0 else { throw ExitCode(result.code) }
    Output.bytes(result.output)
  }
}

extension String {
  /// nil unless the bytes are UTF-8: a text that was repaired silently could mean something else.
  init?(validatingUTF8Bytes bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    self = text
  }
}

/// Files named by the person.
enum Files {
  /// No mail carries more.
  static let limit = 40 << 20

  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure(
        .notFound, "\(path) : lecture impossible.", "\(path): cannot be read.")
    }
    defer { close(descriptor) }
    return try readAll(descriptor, name: path)
  }

  static func readAll(_ descriptor: Int32, name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw CommandFailure(
          .failed, "\(name) : lecture impossible.", "\(name): cannot be read.")
      }
      bytes += buffer.prefix(count)
      guard bytes.count <= limit else {
        throw CommandFailure(
          .usage, "\(name) dépasse \(limit >> 20) Mo.", "\(name) is over \(limit >> 20) MB.")
      }
    }
  }
}

/// Content types of what a pharmacy joins; anything else leaves as a plain file.
enum ContentTypes {
  static func of(_ filename: String) -> String {
    let types = [
      ".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
      ".png": "image/png", ".txt": "text/plain", ".xml": "application/xml",
      ".zip": "application/zip",
    ]
    let name = filename.lowercased()
    return types.first { name.hasSuffix($0.key) }?.value ?? "application/octet-stream"
  }
}

/// `mssterm outbox …`
struct OutboxCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "outbox",
    abstract: "What is on its way out: list, retry ID, release ID, cancel ID, "
      + "settle ID sent|not-sent.")

  @OptionGroup var options: CommonOptions
  @Argument var words: [String] = ["list"]

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let verb = words.first ?? "list"
    if verb == "list" {
      try Self.list(session, json: options.json, limit: .max)
      return
    }
    guard words.count >= 2, let decision = Decision(verb, Array(words.dropFirst(2))) else {
      throw Self.usage()
    }
    let id = words[1]
    let actor = try session.actor(options)
    do {
      try decision.carryOut(on: id, session.store, by: actor, now: environment.now())
    } catch {
      throw try Self.failure(error, decision, id, session)
    }
    if let item = try session.ask(id, { store throws(StoreError) in try store.outgoing(id) }) {
      OutboxRows.show([item], session, json: options.json)
    }
  }

  /// What a person decides about one item.
  private enum Decision {
    case retry, release, cancel
    case settle(wasSent: Bool)

    init?(_ verb: String, _ rest: [String]) {
      switch (verb, rest) {
      case ("retry", []): self = .retry
      case ("release", []): self = .release
      case ("cancel", []): self = .cancel
      case ("settle", ["sent"]): self = .settle(wasSent: true)
      case ("settle", ["not-sent"]): self = .settle(wasSent: false)
      default: return nil
      }
    }

    func carryOut(
      on id: String, _ store: OfficineStore, by actor: Actor, now: Timestamp
    ) throws(StoreError) {
      switch self {
      // Never one that was stopped because something happened: `retry` is for the network.
      case .retry: try store.retryOutgoing(id, by: actor, now: now)
      case .release:
        try store.releaseOutgoing(id, seen: nil, notBefore: now, by: actor, now: now)
      case .cancel: try store.cancelOutgoing(id, by: actor, now: now)
      case .settle(let wasSent):
        try store.settleByPerson(id, wasSent: wasSent, by: actor, now: now)
      }
    }

    /// From which states it may be carried out.
    var french: String {
      switch self {
      case .retry:
        "seul un envoi refusé ou incertain se retente ; retenu, quelque chose est arrivé depuis "
          + "(« mssterm show ») : release l’envoie quand même, cancel le rend"
      case .release: "seul un envoi retenu s’envoie quand même"
      case .cancel: "seul un envoi en attente ou retenu s’annule"
      case .settle: "seul un envoi incertain se tranche ; retenu : release ou cancel"
      }
    }

    var english: String {
      switch self {
      case .retry:
        "only what was refused or is uncertain can be tried again; if held, something happened "
          + "since (\"mssterm show\"): release sends it all the same, cancel gives it back"
      case .release: "only what is held can be sent all the same"
      case .cancel: "only what still waits or is held can be cancelled"
      case .settle: "only what is uncertain can be settled; if held: release or cancel"
      }
    }
  }

  /// The store refuses every wrong state alike; people are told which state it is.
  private static func failure(
    _ error: StoreError, _ decision: Decision, _ id: String, _ session: Session
  ) throws -> CommandFailure {
    guard case .refused(.cannotBeUndone) = error,
      let item = try session.ask(id, { store throws(StoreError) in try store.outgoing(id) })
    else { return CommandFailure(error, what: id) }
    return CommandFailure(
      .refused,
      "Cet envoi est « \(Language.french.strings.outgoing(item.state)) » : \(decision.french).",
      "This message is \"\(Language.english.strings.outgoing(item.state))\": "
        + "\(decision.english).")
  }

  static func list(_ session: Session, json: Bool, limit: Int) throws {
    let items = try session.ask { store throws(StoreError) in
      try store.outbox(states: Set(OutgoingItem.State.allCases))
    }
    OutboxRows.show(Array(items.prefix(limit)), session, json: json)
  }

  private static func usage() -> CommandFailure {
    CommandFailure(
      .usage, "outbox list | retry ID | release ID | cancel ID | settle ID sent|not-sent",
      "outbox list | retry ID | release ID | cancel ID | settle ID sent|not-sent")
  }
}

enum OutboxRows {
  /// What keeps the whole outbox waiting, told once under the rows.
  private static func showTrouble(_ items: [OutgoingItem], _ session: Session) {
    guard items.contains(where: { $0.state == .queued }),
      let trouble = try? session.store.syncStatus().sending
    else { return }
    Output.line(
      session.words.language.strings.sendingSentence(trouble, now: session.environment.now()))
  }

  /// Which of several recipients kept a mail back: nothing left to anybody (O05). Else what did.
  private static func showResults(_ item: OutgoingItem, _ session: Session) {
    guard item.state != .sent else { return }
    let strings = session.words.language.strings
    guard item.results.contains(where: { !$0.isAccepted }) else {
      if let reason = item.lastAnswer.flatMap(strings.sendingReason) {
        Output.line("    \(reason)")
      }
      return
    }
    for result in item.results {
      let trust = session.configuration.trust
      let address = item.to.first { $0.address == result.address }
      let sender = trust.sender(address ?? MailAddress(address: result.address))
      let who = Who.receives(sender, session.words)
      let words = strings.recipientAnswer(isAccepted: result.isAccepted, code: result.answer)
      Output.line("    \(who) : \(words)")
    }
  }

  static func show(_ items: [OutgoingItem], _ session: Session, json: Bool) {
    for item in items {
      let trust = session.configuration.trust
      if json {
        Output.json([
          ("id", .string(item.id)), ("message_id", .string(item.messageID)),
          ("state", .string(item.state.rawValue)), ("order", .optional(item.order)),
          ("reply_to", .optional(item.replyingTo)), ("to", .strings(item.to.map(\.address))),
          ("subject", .string(item.subject)), ("by", .string(item.author.name)),
          ("queued_at", .string(item.queuedAt.iso8601)),
          ("not_before", .string(item.notBefore.iso8601)),
          ("attempts", .integer(Int64(item.attempts))), ("answer", .optional(item.lastAnswer)),
          ("sent_at", .optional(item.sentAt?.iso8601)), ("copy", .boolean(item.hasSentCopy)),
          (
            "recipients",
            .array(
              item.results.map {
                .object([
                  ("address", .string($0.address)), ("accepted", .boolean($0.isAccepted)),
                  ("answer", .string($0.answer)),
                ])
              })
          ),
        ])
      } else {
        let to = item.to.map { Who.receives(trust.sender($0), session.words) }
          .joined(separator: ", ")
        let state = session.words.language.strings.outgoing(item.state)
        Output.row([item.id], "\(state)  \(to)  \(item.subject)")
        showResults(item, session)
      }
    }
    if !json { showTrouble(items, session) }
  }
}
