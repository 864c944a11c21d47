import ArgumentParser
import Domain
import Exports
import Settings
import Store

/// `mssterm export`
struct ExportCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Hands a demande over: a folder with its documents and order.json.")

  @OptionGroup var options: CommonOptions
  @Argument var id: String
  @Option(name: .customLong("to"), help: "The directory that receives the folder.")
  var directory: String

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let errand = ExportErrand(session: session, actor: actor)
    let folder = try errand.export(id, to: environment.absolute(directory))
    if options.json {
      Output.json([("id", .string(id)), ("path", .string(folder))])
    } else {
      Output.exact(folder)
    }
  }
}

/// Documents of a demande on their way to another program.
struct ExportErrand {
  let session: Session
  let actor: Actor

  /// The path of the new folder. Its name says which state of the demande it holds: the same
  /// twice is refused, a later one stands beside it.
  func export(_ id: String, to directory: String) throws -> String {
    let order = try session.order(id)
    let sheet = try sheet(of: order)
    let folder = ExportFolder(in: directory, named: "\(order.id)-\(order.revision)")
    do {
      try folder.fill(sheet.files)
      // Traced before it bears its name: nothing is out there without a trace.
      do {
        try trace(order, "files=\(sheet.files.count - 1)")
      } catch {
        folder.discard()
        throw error
      }
      do {
        try folder.place()
      } catch {
        folder.discard()
        try trace(order, "failed=\(error.code)")
        throw error
      }
    } catch let error as ExportError {
      throw CommandFailure(error, directory, folder.path)
    }
    return folder.path
  }

  private func sheet(of order: Order) throws -> ExportSheet {
    let (bodies, events) = try session.ask(order.id) { store throws(StoreError) in
      var bodies: [MessageBody] = []
      for message in order.messages {
        if let body = try store.body(message) { bodies.append(body) }
      }
      return (bodies, try store.events(of: order.id))
    }
    guard let last = bodies.last else {
      throw CommandFailure(StoreError.notFound, what: order.id)
    }
    return ExportSheet(
      last.message, order: order, events: events, bal: session.settings.bal.address,
      documents: try bodies.filter { !$0.message.isOutgoing }.flatMap { try documents(of: $0) })
  }

  private func documents(of body: MessageBody) throws -> [ExportSheet.Document] {
    let message = body.message
    guard message.kind != .unreadable else {
      let raw = try session.ask(message.id) { store throws(StoreError) in
        try store.raw(message.id)
      }
      return raw.map { [ExportSheet.Document(mail: $0, of: message.id)] } ?? []
    }
    let text = ExportSheet.Document(textOf: body).map { [$0] } ?? []
    return text
      + (try message.attachments.map {
        ExportSheet.Document(
          $0, of: message.id,
          bytes: try Attachments.bytes(of: $0.n, message: message.id, session))
      })
  }

  private func trace(_ order: Order, _ answer: String) throws {
    try session.ask(order.id) { store throws(StoreError) in
      try store.trace(
        TraceEntry(
          author: actor.author, action: "export", order: order.id,
          request: "revision=\(order.revision)", answer: answer),
        now: session.environment.now())
    }
  }
}

extension CommandFailure {
  fileprivate init(_ error: ExportError, _ directory: String, _ path: String) {
    switch error {
    case .noDirectory:
      self.init(
        .failed, "Le dossier \(directory) n’existe pas ; le créer, ou vérifier --to.",
        "The directory \(directory) does not exist; create it, or check --to.")
    case .closed:
      self.init(
        .notPermitted, "Rien ne peut être écrit dans \(directory) ; vérifier les droits.",
        "Nothing can be written to \(directory); check its modes.")
    case .exists:
      self.init(
        .refused, "Déjà exporté : \(path) ; rien n’a été changé. Le déplacer pour recommencer.",
        "Exported already: \(path); nothing was changed. Move it away to do it again.")
    case .underWay:
      self.init(
        .tryLater, "Le même export est en cours ailleurs ; réessayer dans un instant.",
        "The same export is under way elsewhere; try again in a moment.")
    case .full:
      self.init(
        .failed, "Le disque de \(directory) est plein : rien n’a été exporté. Libérer de la place.",
        "The disk of \(directory) is full: nothing was exported. Free some space.")
    case .failed(let code):
      self.init(
        .failed, "\(directory) n’a pas pu être écrit (code \(code)) ; rien n’y reste.",
        "\(directory) could not be written (code \(code)); nothing is left there.")
    }
  }
}
