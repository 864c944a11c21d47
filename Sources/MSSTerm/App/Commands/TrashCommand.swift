import ArgumentParser
import Domain
import Exports
import Store

/// `mssterm trash ID`
struct TrashCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "trash",
    abstract: "Move a demande's mail to the server's trash; everything stays in this store.")

  @OptionGroup var options: CommonOptions
  @Argument var id: String
  @Flag(help: "Take back what has not left yet.") var undo = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let order = try session.order(id)
    let now = environment.now()
    let operations = try session.ask(id) { store throws(StoreError) in
      undo
        ? try store.cancelOperations(of: order.id, by: actor, now: now)
        : try store.trash(order.id, by: actor, notBefore: now, now: now)
    }
    if options.json {
      for operation in operations { Output.json(OperationRows.members(operation)) }
    } else {
      Output.line(sentence(operations, order, session.words))
    }
  }

  private func sentence(
    _ operations: [ServerOperation], _ order: Order, _ words: Words
  ) -> String {
    let count = operations.count
    if undo {
      return words(
        "Repris : rien de \(order.id) ne part à la corbeille.",
        "Taken back: nothing of \(order.id) goes to the trash.")
    }
    if count == 0 {
      return words(
        "Rien à jeter : le serveur n’a plus ce courrier. Tout reste ici.",
        "Nothing to throw away: the server no longer has this mail. Everything stays here.")
    }
    let mails = words(
      count == 1 ? "1 message part" : "\(count) messages partent",
      count == 1 ? "1 message goes" : "\(count) messages go")
    return words(
      "\(mails) à la corbeille du serveur ; la demande et son histoire restent ici. "
        + "Tant qu’il attend : mssterm trash --undo \(order.id)",
      "\(mails) to the server's trash; the demande and its history stay here. "
        + "While it waits: mssterm trash --undo \(order.id)")
  }
}

/// What is wished of a demande's mail at the server, as rows and sentences.
enum OperationRows {
  static func members(_ operation: ServerOperation) -> [(String, JSON)] {
    [
      ("n", .integer(operation.id)),
      ("kind", .string(operation.kind.rawValue)),
      ("message", .optional(operation.message)),
      ("order", .optional(operation.order)),
      ("mailbox", .string(operation.mailbox)),
      ("destination", .optional(operation.destination)),
      ("state", .string(operation.state.rawValue)),
      ("reason", .optional(operation.reason?.rawValue)),
      ("words", .optional(operation.words)),
      ("by", .string(operation.author.name)),
      ("queued_at", .string(operation.queuedAt.iso8601)),
      ("settled_at", .optional(operation.settledAt?.iso8601)),
      ("attempts", .integer(Int64(operation.attempts))),
    ]
  }

  /// What became of the last wish; nil when it is plain to see.
  static func sentence(_ operation: ServerOperation, _ words: Words) -> String? {
    let who = operation.author.name
    let said =
      operation.words.map { words(" Le serveur dit : « \($0) »", " It says: “\($0)”") } ?? ""
    switch (operation.state, operation.reason) {
    case (.waiting, _), (.working, _):
      return words("Corbeille : en attente (\(who)).", "Trash: waiting (\(who)).")
    case (.done, .marked):
      return words(
        "Copié à la corbeille par \(who) ; l’original reste au serveur, marqué supprimé : ce "
          + "serveur ne sait pas l’effacer seul.",
        "Copied to the trash by \(who); the original stays there, marked deleted: this server "
          + "cannot remove it alone.")
    case (.done, .kept):
      return words(
        "Copié à la corbeille par \(who) ; le serveur n’a pas laissé retirer l’original, qui reste "
          + "à sa place. Le retirer par le webmail, ou recommencer.",
        "Copied to the trash by \(who); the server did not let the original go, it stays in its "
          + "place. Remove it in the webmail, or try again.")
    case (.done, _): return words("À la corbeille par \(who).", "Thrown away by \(who).")
    case (.refused, .destination):
      return words(
        "Corbeille introuvable au serveur : rien n’a bougé. Donner « trash » dans la "
          + "configuration, puis recommencer." + said,
        "No trash found at the server: nothing moved. Give \"trash\" in the configuration, then "
          + "try again." + said)
    case (.refused, .unproven):
      return words(
        "Corbeille : le serveur n’a pas laissé vérifier si la copie y est. Y regarder par le "
          + "webmail avant de recommencer.",
        "Trash: the server did not let us see whether the copy is there. Look there in the "
          + "webmail before trying again.")
    case (.refused, .dependent):
      return words(
        "Corbeille : pas faite, car un changement demandé avant sur ce courrier a été refusé.",
        "Trash: not done, for a change wished before on this mail was refused.")
    case (.refused, .changed):
      return words(
        "Corbeille : ce n’est plus ce courrier-là au serveur, rien n’a bougé.",
        "Trash: this is not that mail any more at the server, nothing moved.")
    case (.refused, _) where operation.places > 0:
      return words(
        "Corbeille : faite en partie, le serveur a refusé le reste." + said,
        "Trash: done in part, the server refused the rest." + said)
    case (.refused, _):
      return words(
        "Corbeille : le serveur a refusé, rien n’a bougé." + said,
        "Trash: the server refused, nothing moved." + said)
    case (.lost, _):
      return words(
        "Corbeille : ce courrier n’était plus à sa place au serveur.",
        "Trash: this mail was no longer in its place at the server.")
    case (.cancelled, _): return nil
    }
  }
}
