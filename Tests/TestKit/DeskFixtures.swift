public import Desk
public import Domain

/// An invented officine with its people and demandes, for tests of Desk, Screens and App.
///
/// Every person is fictitious; matricules have a right key over an invented commune and number.
public enum Officine {
  /// Friday 20 November 2026, 10:42 in Paris (09:42 UTC).
  public static let now = Timestamp(seconds: 1_795_167_720)
  public static let bal = BAL(
    name: "officine", address: "pharmacie.marche@officine.mssante.fr", kind: .organisationnelle)
  public static let poste = Poste(name: "comptoir 1", printer: "comptoir")

  public static let lea = Member(
    id: "lea", name: "Léa PETITJEAN", initials: "LP", role: .preparateur, hasPIN: true)
  public static let sami = Member(id: "sami", name: "Sami HADDAD", initials: "SH", role: .etudiant)
  public static let claire = Member(
    id: "claire", name: "Claire VASSEUR", initials: "CV", role: .titulaire, isResponsable: true,
    hasPIN: true)

  public static func actor(_ member: Member, poste: String = "comptoir 1") -> Actor {
    Actor(member: member, poste: poste, isDeclared: !member.hasPIN)
  }

  /// 13 characters of a matricule, to which the right key is added.
  public static func ins(_ body: String) -> INS {
    guard let draft = INS(body + "00"),
      let ins = INS(body + (draft.expectedKey < 10 ? "0" : "") + String(draft.expectedKey))
    else { preconditionFailure("a fixture matricule has 13 characters") }
    return ins
  }

  public static let templates = [
    Template(
      name: "Bien reçue, prête vers …",
      body: """
        Bonjour,

        Nous avons bien reçu votre ordonnance. Elle sera prête vers [heure].
        Pensez à apporter l'original.

        L'équipe de la Pharmacie du Marché

        """),
    Template(
      name: "Photo illisible",
      body: "Bonjour,\n\nLa photo de [document] est illisible, pouvez-vous la refaire ?\n"),
  ]
}

/// One demande of the fixture queue, before its events are folded.
struct DemandeSketch {
  var id: String
  var minutesAgo: Int64
  var sender: Sender
  var subject: String
  var preview: String
  var kind: Order.Kind = .prescription
  var attachments: [Attachment] = []
  var proposed: [Marker] = []
  var patient: Patient?
  var gestures: [(by: Member, minutesAgo: Int64, gesture: Gesture)] = []
}

extension DemandeSketch {
  var receivedAt: Timestamp { Officine.now.adding(seconds: -60 * minutesAgo) }
  var messageID: Message.ID { "m" + id.dropFirst() }

  var message: Message {
    Message(
      id: messageID, receptionKey: receivedAt.seconds << 20, messageID: "<\(id)@mes.example>",
      digest: "sha256:" + String(repeating: "0", count: 64), mailbox: "INBOX", uid: 1,
      receivedAt: receivedAt, date: receivedAt, sender: sender,
      to: [MailAddress(name: "Pharmacie du Marché", address: Officine.bal.address)],
      subject: subject, kind: kind == .prescription ? .prescription : .message,
      isOutgoing: false, flags: Flags(), thread: messageID, preview: preview,
      attachments: attachments, patient: patient)
  }

  var events: [OrderEvent] {
    var events: [OrderEvent] = []
    func add(_ author: Author, _ at: Timestamp, _ gesture: Gesture) {
      let number = events.count + 1
      let isByHand = author.memberID != nil && gesture.countsAsRevision
      events.append(
        OrderEvent(
          id: "\(id)-\(number)", order: id, number: number, author: author, at: at,
          basedOn: isByHand ? number - 1 : nil, gesture: gesture))
    }
    add(.mailbox, receivedAt, .opened(kind: kind, proposed: proposed))
    add(.mailbox, receivedAt, .messageArrived(message: messageID, patient: patient))
    for step in gestures {
      let at = Officine.now.adding(seconds: -60 * step.minutesAgo)
      add(Officine.actor(step.by, poste: "comptoir 2").author, at, step.gesture)
    }
    return events
  }

  var order: Order {
    guard let order = Order.fold(events) else { preconditionFailure("opened comes first") }
    return order
  }

  var row: QueueRow {
    QueueRow(key: RowKey(message.receptionKey), order: order, message: message)
  }
}
