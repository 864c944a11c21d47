import ArgumentParser
import Desk
import Domain
import Exports
import Screens
import Settings
import Store

/// `mssterm take`
struct TakeCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "take", abstract: "Take a demande and start its preparation.")

  @OptionGroup var options: CommonOptions
  @Argument var ids: [String]
  @Flag(help: "Take it over from the colleague who has it.") var over = false
  @Option(help: "Refuse when the demande is no longer at this revision or token.")
  var revision: RevisionWord?
  @OptionGroup var wait: TeamWaitOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    try Gestures.performAll(ids, session, options, wait, revision: revision) { order, _ in
      .taken(over: over ? order.owner.map { Author($0) } : nil)
    }
  }
}

/// `mssterm release`
struct ReleaseCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Let a demande go back to everybody.")

  @OptionGroup var options: CommonOptions
  @Argument var ids: [String]
  @OptionGroup var wait: TeamWaitOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    try Gestures.performAll(ids, session, options, wait) { _, _ in .released }
  }
}

/// `mssterm mark`
struct MarkCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "mark",
    abstract: "Mark a demande: urgent, original-awaited, missing, question-prescriber, "
      + "question-patient, promised, shelf.")

  @OptionGroup var options: CommonOptions
  @OptionGroup var wait: TeamWaitOptions
  @Argument var id: String
  @Argument var marker: String
  @Argument var value: String?
  @Option(help: "How many are missing.") var quantity: Int = 1
  @Option(help: "The day it should come: 23/11, demain, or ISO 8601.") var due: String?
  @Flag(help: "Take the marker away.") var clear = false

  func act(_ environment: Environment) throws {
    guard let name = MarkerName(rawValue: marker) else {
      let known = MarkerName.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(
        .usage, "Marque inconnue ; connues : \(known).", "Unknown marker; known: \(known).")
    }
    let session = try Session(options, environment)
    let now = environment.now()
    let gesture: Gesture = clear ? .unmarked(name, value: value) : .marked(try made(name, now))
    tellDay(of: gesture, session, now)
    try Gestures.performOne(id, session, options, wait, gesture)
  }

  /// What the screen says under the line while it is typed.
  private func tellDay(of gesture: Gesture, _ session: Session, _ now: Timestamp) {
    let words = session.words
    if case .marked(.missing(let product)) = gesture, let due = product.due,
      CivilDay(due) < CivilDay(now)
    {
      Output.error(
        words(
          "--due : ce jour est déjà passé (\(CivilTime(due).dayMonthYear)).",
          "--due: that day is over (\(CivilTime(due).dayMonthYear))."))
    }
    guard case .marked(.promised(let moment)) = gesture, let value else { return }
    if moment < now {
      Output.error(
        words(
          "Ce moment est déjà passé : l’alarme sonne aussitôt.",
          "That moment is over: the alarm rings at once."))
    } else if Timestamp.tomorrow(promised: value, now: now) != nil {
      let day = words.language.strings.moment(moment, now: now)
      Output.error(
        words(
          "« \(value) » est passé aujourd’hui : promis pour \(day).",
          "\"\(value)\" is over today: promised for \(day)."))
    }
  }

  private func made(_ name: MarkerName, _ now: Timestamp) throws -> Marker {
    switch name {
    case .urgent: return .urgent
    case .originalAwaited: return .originalAwaited
    case .missing:
      guard (1...999).contains(quantity) else {
        throw CommandFailure(.usage, "--quantity : de 1 à 999.", "--quantity: 1 to 999.")
      }
      let product = try text()
      if MissingList.saysNothing(product) {
        throw CommandFailure(
          .usage, "« \(product) » ne nomme aucun produit : rien n’est noté.",
          "\"\(product)\" names no product: nothing was noted.")
      }
      // One line of the screen is three options here: what ends a name would be lost in it.
      if product.contains(/×\s*[0-9]+\s*(,|$)|,\s*[0-9]{1,2}\/[0-9]{1,2}(\/[0-9]{4})?\s*$/) {
        throw CommandFailure(
          .usage, "Le produit seul ; combien : --quantity 2, pour quand : --due 23/11.",
          "The product alone; how many: --quantity 2, for when: --due 23/11.")
      }
      return .missing(
        MissingProduct(
          product: product, quantity: quantity,
          due: try due.map { try Self.time($0, now, Timestamp(day: $0, now: now)) }))
    case .questionPrescriber: return .questionPrescriber(try text())
    case .questionPatient: return .questionPatient(try text())
    case .promised:
      let text = try text()
      return .promised(try Self.time(text, now, Timestamp(promised: text, now: now)))
    case .shelf: return .shelf(try text())
    }
  }

  private func text() throws -> String {
    guard let value, !value.isEmpty else {
      throw CommandFailure(
        .usage, "« \(marker) » attend une valeur.", "\"\(marker)\" wants a value.")
    }
    return value
  }

  /// ISO 8601, or `typed`: how the screen reads it.
  private static func time(
    _ text: String, _ now: Timestamp, _ typed: Timestamp?
  ) throws -> Timestamp {
    guard let time = Timestamp(iso8601: text) ?? typed else {
      throw CommandFailure(
        .usage, "« \(text) » n’est pas une date ; par exemple 23/11, 17:00 ou 2026-11-20T17:00.",
        "\"\(text)\" is not a date; for example 23/11, 17:00 or 2026-11-20T17:00.")
    }
    return time
  }
}

/// `mssterm patient`
struct PatientCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "patient", abstract: "Say for whom a demande is (« Pour qui ? »).")

  @OptionGroup var options: CommonOptions
  @OptionGroup var wait: TeamWaitOptions
  @Argument var id: String
  @Option(help: "Name, family name first.") var name: String
  @Option(help: "YYYY-MM-DD, or DD/MM/YYYY.") var birthDate: String?
  @Option(help: "Refuse when the demande is no longer at this revision or token.")
  var revision: RevisionWord?

  func act(_ environment: Environment) throws {
    var birth: BirthDate?
    if let birthDate {
      guard let date = BirthDate(birthDate) else {
        throw CommandFailure(
          .usage, "Date de naissance : AAAA-MM-JJ ou JJ/MM/AAAA.",
          "Birth date: YYYY-MM-DD or DD/MM/YYYY.")
      }
      guard date.isPossible(on: CivilDay(environment.now())) else {
        throw CommandFailure(
          .usage, "--birth-date : une naissance entre 1890 et aujourd’hui.",
          "--birth-date: a birth between 1890 and today.")
      }
      birth = date
    }
    let session = try Session(options, environment)
    let order = try session.order(id)
    let patient = Patient.named(name, birthDate: birth, knowing: order.patient)
    if Patient.losesNumber(name, birthDate: birth, knowing: order.patient) {
      Output.error(
        session.words(
          "Autre nom ou autre naissance : le matricule connu n’a pas suivi.",
          "Another name or birth date: the known number did not follow."))
    }
    try Gestures.performOne(
      id, session, options, wait, revision: revision,
      .patientNamed(patient))
  }
}

/// `mssterm kind`
struct KindCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "kind", abstract: "Say what a demande is: prescription, question, document.")

  @OptionGroup var options: CommonOptions
  @OptionGroup var wait: TeamWaitOptions
  @Argument var id: String
  @Argument var kind: String

  func act(_ environment: Environment) throws {
    guard let kind = Order.Kind(rawValue: kind) else {
      throw CommandFailure(
        .usage, "Genre : prescription, question ou document.",
        "Kind: prescription, question or document.")
    }
    let session = try Session(options, environment)
    try Gestures.performOne(id, session, options, wait, .kindChanged(to: kind))
  }
}

/// `mssterm note`
struct NoteCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Write an internal note; it is never sent.")

  @OptionGroup var options: CommonOptions
  @OptionGroup var wait: TeamWaitOptions
  @Argument var id: String
  @Argument var text: [String]

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let note = NoteText(text.joined(separator: " "))
    // Before: a note that still waits for the other machines ends the command on its own.
    try Self.tellUnknown(note, session)
    try Gestures.performOne(id, session, options, wait, .noted(note))
  }

  /// The note is kept all the same; who wrote `@Samy` should not believe that somebody was told.
  private static func tellUnknown(_ note: NoteText, _ session: Session) throws {
    let members = try session.askTeam { store throws(StoreError) in try store.members() }
    let now = session.environment.now()
    let unknown = note.unknownNames(among: members.filter { $0.isActive(at: now) })
    guard !unknown.isEmpty else { return }
    let names = unknown.map { "@" + $0 }.joined(separator: ", ")
    Output.error(
      session.words(
        "Personne ici ne s'appelle \(names) (mssterm members list) : nul n’est prévenu.",
        "Nobody here is called \(names) (mssterm members list): nobody is told under that name."))
  }
}
