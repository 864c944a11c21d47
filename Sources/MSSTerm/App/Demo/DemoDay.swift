import Domain
import Store

/// What the team of the demonstration did before somebody looks: a day like a real one, some work
/// in every view, few alarms.
struct DemoDay {
  let store: OfficineStore
  let environment: Environment
  /// A visitor's demonstration, where a colleague is there and asks for something.
  let hasColleague: Bool
  /// By initials.
  let team: [String: Actor]

  /// Newest demandes that wait for whoever tries the program.
  static let waiting = 6
  /// Demandes that have a story; a demonstration of thousands is for looking at speed.
  static let handled = 60
  /// Mails of the last of them came days ago: they are ready and nobody fetched them.
  static let old = 21..<24
  static let oldDays: Int64 = 5

  /// Who did what, so many minutes ago.
  private typealias Step = (who: String, ago: Int64, gesture: Gesture)

  func live() throws {
    let rows = try store.page(of: .todo, member: nil, after: nil, limit: Self.handled).rows
    var prescriptions = 0
    var others = 0
    for row in rows.dropFirst(Self.waiting) {
      let steps: [Step]
      if row.order.kind == .prescription {
        steps = story(prescriptions, row)
        prescriptions += 1
      } else {
        steps = story(other: others)
        others += 1
      }
      for step in steps { try act(step, on: row.id) }
    }
  }

  private func act(_ step: Step, on id: Order.ID) throws {
    guard let actor = team[step.who] else { return }
    _ = try store.perform(
      step.gesture, on: id, expecting: nil, by: actor, policy: Policy(),
      eventID: environment.uuid(), now: before(step.ago))
  }

  private func before(_ minutes: Int64) -> Timestamp {
    environment.now().adding(seconds: -minutes * 60)
  }

  private func story(other place: Int) -> [Step] {
    switch place {
    case 0:
      [
        ("CM", 25, .taken(over: nil)),
        ("CM", 24, .marked(.questionPrescriber("Posologie à confirmer, deux doses sur l'écran"))),
      ]
    default:
      [("LP", 80, .taken(over: nil)), ("LP", 78, .moved(to: .closed, reason: nil))]
    }
  }

  private func story(_ place: Int, _ row: QueueRow) -> [Step] {
    let minutes = environment.now().secondsSince(row.message.receivedAt) / 60
    // Whatever came days ago was made ready then.
    if minutes > Self.oldDays * 1440 {
      return ready(row, minutes - 30) + [
        ("CM", minutes - 90, .marked(.shelf("bac \(minutes % 9 + 1)")))
      ]
    }
    let day = environment.now().adding(seconds: 2 * 86_400)
    switch place {
    case 0:
      return [
        ("SH", 22, .taken(over: nil)),
        ("SH", 21, .marked(.promised(rounded(environment.now().adding(seconds: 5400))))),
      ]
    case 1:
      return [
        ("LP", 50, .taken(over: nil)), ("LP", 49, .patientNamed(Self.named(row))),
        ("LP", 45, .marked(.missing(MissingProduct(product: "Eliquis 5 mg", due: day)))),
        (
          "SH", 15,
          .noted(
            "\(hasColleague ? "@Claire " : "")la patiente passe vers 17 h, à voir avec toi avant")
        ),
      ]
    case 2: return prepared(row, 70)
    case 3: return ready(row, 85) + [("CM", 40, .marked(.shelf("bac 12")))]
    case 4:
      let owed = [MissingProduct(product: "Ventoline 100 µg", due: day)]
      return ready(row, 88) + [
        ("LP", 33, .handedOver(HandOver(owed: owed, givenTo: "à sa fille")))
      ]
    default:
      return ready(row, 90) + [("LP", 30, .handedOver(HandOver(givenTo: "au patient")))]
    }
  }

  private func prepared(_ row: QueueRow, _ ago: Int64) -> [Step] {
    [
      ("SH", ago, .taken(over: nil)), ("SH", ago - 2, .patientNamed(Self.named(row))),
      ("SH", ago - 58, .moved(to: .prepared, reason: nil)),
    ]
  }

  private func ready(_ row: QueueRow, _ ago: Int64) -> [Step] {
    [
      ("LP", ago, .taken(over: nil)), ("LP", ago - 2, .patientNamed(Self.named(row))),
      ("LP", ago - 20, .moved(to: .prepared, reason: nil)),
      ("CM", ago - 30, .moved(to: .checked, reason: nil)),
    ]
  }

  /// To the quarter of an hour: nobody promises 17:03.
  private func rounded(_ moment: Timestamp) -> Timestamp {
    Timestamp(seconds: moment.seconds / 900 * 900)
  }

  /// « Pour qui ? » answered with the sender's own name, or with the one a prescriber writes in
  /// the subject: a doctor is nobody's patient here.
  private static func named(_ row: QueueRow) -> Patient {
    let sender = row.message.sender
    guard sender.kind == .patient else {
      // The title: an XDM subject has its own words in front.
      let (subject, title) = (row.message.title, "Prescription ")
      let name = subject.hasPrefix(title) ? String(subject.dropFirst(title.count)) : "DURAND Inès"
      return Patient(name: name, birthDate: nil, ins: nil, source: .person)
    }
    // A date that goes with the number: nobody learns to overlook a contradiction here.
    let birth = sender.ins.flatMap {
      BirthDate(year: 1900 + $0.birthYear, month: $0.birthMonth ?? 3, day: 14)
    }
    return Patient(name: sender.display, birthDate: birth, ins: sender.ins, source: .person)
  }
}
