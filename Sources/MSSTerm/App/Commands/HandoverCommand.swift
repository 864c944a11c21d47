import ArgumentParser
import Domain
import Exports
import Screens
import Settings
import Store

/// `mssterm handover`
struct HandoverCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "handover",
    abstract: "The shift sheet: taken and unfinished, to check, missing, unanswered, ready and not "
      + "collected, alarms.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "On paper as well.") var print = false
  @Option(help: "CUPS name, or file:DIRECTORY.") var printer: String?

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let sheet = HandoverErrand(session: session)
    // Everybody's name on paper: not without the one of who prints.
    let actor = print || printer != nil ? try session.actor(options) : nil
    if options.json {
      Output.json(try sheet.json())
    } else {
      Output.text(try sheet.text().plain)
    }
    if let actor {
      try sheet.print(on: Printer(printer ?? session.poste.printer), by: actor)
    }
  }
}

/// The relève read and put on paper, the same for the key and the command.
struct HandoverErrand: Sendable {
  let session: Session

  func text() throws -> HandoverText {
    HandoverText(try sheet(), session.words.language.strings, clock: session.clock())
  }

  private func sheet() throws -> HandoverSheet {
    let clock = session.clock()
    return try session.ask { store throws(StoreError) in try store.handover(clock: clock) }
  }

  /// Traced, a failure too: it names every patient who waits.
  func print(on printer: Printer, by actor: Actor) throws {
    let text = Output.forPeople(lines: try text().paper)
    let now = session.environment.now()
    let job = PrintJob(files: [PrintJob.File(name: "releve.txt", bytes: Array(text.utf8))])
    do {
      try printer.print(job, title: "releve-\(now.milliseconds)")
    } catch {
      try trace("failed", printer, actor, now)
      throw error
    }
    try trace("OK", printer, actor, now)
  }

  private func trace(
    _ answer: String, _ printer: Printer, _ actor: Actor, _ now: Timestamp
  ) throws {
    try session.ask { store throws(StoreError) in
      try store.trace(
        TraceEntry(
          author: actor.author, action: "handover.print", request: printer.name, answer: answer),
        now: now)
    }
  }

  private func note(_ note: HandoverSheet.Note?) -> JSON {
    guard let note else { return .null }
    return .object([
      ("text", .string(note.text.forTheTeam)), ("author", .string(note.author.name)),
      ("at", .string(note.at.iso8601)),
    ])
  }

  /// The words of an answer stay in the store: `show` and the screen tell them.
  private func held(_ answer: HandoverSheet.Held) -> JSON {
    let row = RowJSON.row(
      answer.row.message, order: answer.row.order, bal: session.settings.bal.address)
    return .object([
      ("item", .string(answer.item)), ("author", .string(answer.author.name)),
      ("queued_at", .string(answer.queuedAt.iso8601)), ("order", .object(row)),
    ])
  }

  func json() throws -> [(String, JSON)] {
    let sheet = try sheet()
    let clock = session.clock()
    func rows(_ rows: [QueueRow]) -> JSON {
      .array(
        rows.map { row in
          let alarm = clock.alarm(of: row.order)?.rawValue
          return .object(
            RowJSON.row(row.message, order: row.order, bal: session.settings.bal.address)
              + [("alarm", .optional(alarm)), ("note", note(sheet.notes[row.id]))])
        })
    }
    let taken = sheet.hands.map { hand in
      JSON.object([
        ("name", .string(hand.owner.name)), ("initials", .string(hand.owner.initials)),
        ("orders", rows(hand.rows)),
      ])
    }
    return [
      ("at", .string(clock.now.iso8601)), ("taken", .array(taken)),
      ("check", rows(sheet[.check])), ("missing", rows(sheet[.missing])),
      ("questions", rows(sheet[.questions])), ("todo", rows(sheet[.todo])),
      (
        "ready",
        .object([
          ("count", .integer(Int64(sheet.readyCount))), ("uncollected", rows(sheet[.uncollected])),
        ])
      ),
      ("alarms", rows(sheet[.alarms])),
      (
        "outbox",
        .object([
          ("waiting", .integer(Int64(sheet.outboxWaiting))),
          ("trouble", .integer(Int64(sheet.outboxTrouble))),
          ("held", .integer(Int64(sheet.outboxHeld))),
        ])
      ), ("held", .array(sheet.held.map(held))),
      (
        "sync",
        .object([
          ("phase", .string(sheet.sync.phase.rawValue)),
          ("last_success", .optional(sheet.sync.lastSuccess?.iso8601)),
        ])
      ),
      ("backup_at", .optional(sheet.backupAt?.iso8601)),
      ("cut", .strings(sheet.cut.map(\.rawValue).sorted())),
    ]
  }
}
