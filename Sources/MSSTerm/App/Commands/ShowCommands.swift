import ArgumentParser
import Domain
import Exports
import Screens
import Settings
import Store

/// `mssterm show`
struct ShowCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One message; --raw is byte-exact.")

  @OptionGroup var options: CommonOptions
  @Argument var id: String
  @Flag(help: "What the reader shows (default).") var text = false
  @Flag(help: "The exact bytes.") var raw = false
  @Flag(help: "The decoded headers.") var headers = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let (message, order) = try session.shown(id)
    if raw {
      let taking = TakingOut(session: session, options: options, action: "show.raw")
      try taking.bytes(of: message) {
        try session.ask(id) { store throws(StoreError) in
          guard let bytes = try store.raw(message.id) else { throw .notFound }
          return bytes
        }
      } deliver: {
        Output.bytes($0)
      }
    } else if headers {
      for header in try session.ask(
        id,
        { store throws(StoreError) in
          try store.headers(message.id)
        })
      {
        Output.exact("\(header.name): \(header.value)")
      }
    } else if options.json {
      Output.json(try ShowJSON.members(message, of: order, session))
    } else {
      try showText(message, of: order, session)
    }
  }

  private func showText(_ message: Message, of order: Order?, _ session: Session) throws {
    guard
      let body = try session.ask(
        id,
        { store throws(StoreError) in
          try store.body(message.id)
        })
    else { throw CommandFailure(StoreError.notFound, what: id) }
    let words = session.words
    if let purged = order?.purgedAt {
      Output.line(words.language.strings.purgedSentence(purged))
      Output.line(words("Reçu : ", "Received: ") + message.receivedAt.iso8601)
      try showHistory(order, session)
      return
    }
    Output.line(words("De : ", "From: ") + Who.wrote(message.sender, words))
    Output.line(words("Objet : ", "Subject: ") + message.title)
    Output.line(words("Reçu : ", "Received: ") + message.receivedAt.iso8601)
    try showServer(message, session)
    Output.line("")
    guard message.kind != .unreadable else {
      // Its « text » is whatever bytes came.
      Output.exact(
        words("Message illisible : ", "Unreadable message: ") + "mssterm show \(message.id) --raw")
      return
    }
    Output.text(body.text)
    for document in body.documents {
      let name = message.attachments.first { $0.n == document.attachment }?.filename ?? ""
      Output.line("")
      let strings = words.language.strings
      Output.line("── \(document.attachment) \(name) (\(strings.kind(document.kind)))")
      if let sentence = strings.documentState(document.state, document.kind) {
        Output.line(sentence)
      }
      Output.text(document.text)
    }
    try showHistory(order, session)
  }
}

extension ShowCommand {
  /// What happened to its demande, as the screen tells it.
  fileprivate func showHistory(_ order: Order?, _ session: Session) throws {
    guard let order else { return }
    let events = try session.ask(id) { store throws(StoreError) in
      try store.history(of: order.id)
    }
    guard !events.isEmpty else { return }
    let strings = session.words.language.strings
    let undone = Order.undoneIDs(events.filter { $0.number > 0 })
    let now = session.environment.now()
    Output.line("")
    Output.line("── \(strings.historyTitle)")
    for event in events {
      var sentence = strings.history(event, now: now)
      if case .undone(let id) = event.gesture {
        let gesture = events.first { $0.id == id }?.gesture
        sentence =
          strings.takesBack(gesture, now: now) + " · \(event.author.name) (\(event.author.poste))"
      }
      var mark = undone.contains(event.id) ? "[\(strings.takenBack)] " : ""
      if case .refused? = event.standing { mark = "[\(strings.refusedElsewhere)] " }
      if event.standing == .pending { mark = "[\(strings.notYetKnown)] " }
      let time = CivilTime(event.at)
      Output.line("\(time.dayMonthYear) \(time.hourMinute)  \(mark)\(sentence)")
    }
  }

  /// Where the mail is at the server, when that is not simply there.
  fileprivate func showServer(_ message: Message, _ session: Session) throws {
    if message.isGoneFromServer { Output.line(session.words.language.strings.goneFromServer) }
    let last = try session.ask(id) { store throws(StoreError) in
      try store.operations(onMessage: message.id).last
    }
    if let sentence = last.flatMap({ OperationRows.sentence($0, session.words) }) {
      Output.line(sentence)
    }
  }
}

/// What `show --json` adds to the row object.
enum ShowJSON {
  static func members(
    _ message: Message, of order: Order?, _ session: Session
  ) throws -> [(String, JSON)] {
    let bal = session.settings.bal.address
    return try session.ask(message.id) { store throws(StoreError) in
      let body = try store.body(message.id)
      let headers = try store.headers(message.id)
      let parts = try store.parts(message.id)
      let events = try order.map { order throws(StoreError) in try store.history(of: order.id) }
      let replies = try store.replies(to: message.id)
      let isPending = (events ?? []).contains {
        $0.standing == .pending && $0.author.memberID != nil
      }
      var members = RowJSON.row(message, order: order, bal: bal, isPending: isPending)
      members.append(
        (
          "headers",
          .array(headers.map { .array([.string($0.name), .string($0.value)]) })
        ))
      members.append(("text", .string(body?.text ?? "")))
      members.append(("parts", .array(parts.map(part))))
      members.append(("documents", .array((body?.documents ?? []).map(document))))
      members.append(("events", .array((events ?? []).map(RowJSON.event))))
      if let order, let token = try store.token(of: order.id) {
        members.append(("token", .string(token)))
      }
      members.append(("replies", .strings(replies)))
      members.append(("gone", .boolean(message.isGoneFromServer)))
      let operations = try store.operations(onMessage: message.id)
      members.append(
        ("operations", .array(operations.map { .object(OperationRows.members($0)) })))
      return members
    }
  }

  private static func part(_ part: PartLine) -> JSON {
    .object([
      ("n", .integer(Int64(part.n))), ("parent", .optional(part.parent)),
      ("content_type", .string(part.contentType)), ("filename", .optional(part.filename)),
      ("size", .integer(Int64(part.size))), ("disposition", .optional(part.disposition)),
    ])
  }

  private static func document(_ document: ReadableDocument) -> JSON {
    .object([
      ("n", .integer(Int64(document.attachment))), ("kind", .string(document.kind.rawValue)),
      ("state", .string(document.state.rawValue)), ("text", .string(document.text)),
      ("pages", .optional(document.pages)), ("machine_read", .boolean(document.isMachineRead)),
      (
        "defects",
        .array(
          document.defects.map {
            .object([("code", .string($0.code)), ("text", .string($0.text))])
          })
      ),
    ])
  }
}

/// `mssterm attachment`
struct AttachmentCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "attachment", abstract: "One attachment decoded, or its readable text.")

  @OptionGroup var options: CommonOptions
  @Argument var id: String
  @Argument var n: Int
  @Option(help: "File to write; it must not exist. Default: standard output.") var output: String?
  @Flag(help: "The readable text (PDF, XDM, recognised text).") var text = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let message = try session.message(id)
    guard message.attachments.contains(where: { $0.n == n }) else {
      throw CommandFailure(
        .notFound, "Ce message n’a pas de pièce \(n).", "This message has no attachment \(n).")
    }
    if text {
      let body = try session.ask(id) { store throws(StoreError) in try store.body(message.id) }
      guard let document = body?.documents.first(where: { $0.attachment == n }) else {
        throw CommandFailure(
          .failed, "Cette pièce n’a pas de texte lisible.", "This attachment has no readable text.")
      }
      Output.text(document.text)
      return
    }
    let taking = TakingOut(session: session, options: options, action: "attachment")
    try taking.bytes(of: message, part: n) {
      try Attachments.bytes(of: n, message: message.id, session)
    } deliver: { bytes in
      guard let output else { return Output.bytes(bytes) }
      try NewFile.write(bytes, to: environment.absolute(output))
    }
  }
}

/// Attachments decoded by the worker's confined child.
enum Attachments {
  static func bytes(of n: Int, message: Message.ID, _ session: Session) throws -> [UInt8] {
    let result = try WorkerProcess.find().run(
      ["attachment", message, String(n), "--store", session.settings.store])
    guard result.code == 0, !result.isCut else {
      throw CommandFailure(
        .failed, "La pièce n’a pas pu être décodée ; « show --raw » donne le message entier.",
        "The attachment could not be decoded; \"show --raw\" gives the whole message.")
    }
    return result.output
  }
}
