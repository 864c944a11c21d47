public import Desk
public import Domain

extension Officine {
  public static let jeanne = "dmartinj00001"
  public static let durand = "ddurandc00002"
  public static let anh = "dnguyena00003"
  public static let oedipe = "dlefevre00004"
  public static let labo = "dlabopor00005"
  public static let mohamed = "dbenalim00006"
  public static let elodie = "drouxelo00007"
  public static let ines = "dmorelin00008"
  public static let luc = "dgarcial00009"

  private static func patient(_ name: String, _ body: String) -> (Sender, Patient) {
    let ins = ins(body)
    let sender = Sender(
      name: name, address: "\(ins.matricule)@patient.mssante.fr", kind: .patient, display: name)
    return (sender, Patient(name: name, ins: ins, source: .sender))
  }

  private static func file(
    _ n: Int, _ name: String, _ size: Int, _ kind: AttachmentKind
  ) -> Attachment {
    let types: [AttachmentKind: String] = [.pdf: "application/pdf", .image: "image/jpeg"]
    return Attachment(
      n: n, part: n, filename: name, contentType: types[kind] ?? "application/zip", size: size,
      kind: kind)
  }

  static let sketches: [DemandeSketch] = {
    let martin = patient("MARTIN Jeanne", "2510375123456")
    let nguyen = patient("NGUYEN Anh", "1880692044210")
    let lefevre = patient("LEFÈVRE Œdipe", "165072A087031")
    let benali = patient("BEN ALI Mohamed", "1740513055089")
    let roux = patient("ROUX Élodie", "2910869123077")
    let morel = patient("MOREL Inès", "2030433063012")
    let garcia = patient("GARCIA Luc", "1591231555020")
    var confirmed = benali.1
    confirmed.source = .person
    confirmed.birthDate = BirthDate(year: 1974, month: 5, day: 2)
    var known = morel.1
    known.source = .person
    var given = garcia.1
    given.source = .person
    return [
      DemandeSketch(
        id: jeanne, minutesAgo: 4, sender: martin.0, subject: "Ordonnance",
        preview: "Bonjour, voici l'ordonnance du Dr Petit. Je passerai vers 17 h. Merci.",
        attachments: [
          file(1, "IMG_2041.jpg", 2_100_000, .image), file(2, "IMG_2042.jpg", 1_800_000, .image),
        ],
        proposed: [.urgent, .originalAwaited], patient: martin.1),
      DemandeSketch(
        id: durand, minutesAgo: 11,
        sender: Sender(
          name: "Dr Camille DURAND", address: "camille.durand@medecin.mssante.fr",
          kind: .professional, display: "Dr DURAND Camille"),
        subject: "XDM/1.0/DDM+Prescription MARTIN Jeanne", preview: "Prescription jointe.",
        attachments: [file(1, "IHE_XDM.zip", 48_000, .xdm)],
        patient: Patient(
          name: "MARTIN Jeanne", birthDate: BirthDate(year: 1951, month: 3, day: 8),
          ins: martin.1.ins, source: .document)),
      DemandeSketch(
        id: anh, minutesAgo: 38, sender: nguyen.0,
        subject: "Avez-vous reçu mon Lévothyrox ?", preview: "Bonjour, avez-vous reçu…",
        kind: .question, patient: nguyen.1),
      DemandeSketch(
        id: oedipe, minutesAgo: 52, sender: lefevre.0, subject: "Ordonnance",
        preview: "Ordonnance en pièce jointe", attachments: [file(1, "ord.pdf", 91_000, .pdf)],
        proposed: [.originalAwaited], patient: lefevre.1),
      DemandeSketch(
        id: labo, minutesAgo: 70,
        sender: Sender(
          name: "Laboratoire du Port", address: "laboratoire.port@labo.mssante.fr",
          kind: .organisation, display: "Laboratoire du Port"),
        subject: "Résultats de biologie", preview: "Compte rendu joint.", kind: .document,
        attachments: [file(1, "resultats.pdf", 64_000, .pdf)]),
      DemandeSketch(
        id: mohamed, minutesAgo: 95, sender: benali.0, subject: "Ordonnance",
        preview: "Merci de préparer.", attachments: [file(1, "ordonnance.pdf", 120_000, .pdf)],
        patient: confirmed,
        gestures: [
          (lea, 60, .taken(over: nil)), (lea, 58, .patientNamed(confirmed)),
          (lea, 40, .marked(.missing(MissingProduct(product: "Eliquis 5 mg")))),
          (lea, 39, .marked(.promised(now.adding(seconds: 6 * 3600 + 18 * 60)))),
        ]),
      DemandeSketch(
        id: elodie, minutesAgo: 100, sender: roux.0, subject: "Ordonnance", preview: "Bonjour",
        attachments: [file(1, "photo.jpg", 900_000, .image)], patient: roux.1,
        gestures: [(sami, 9, .taken(over: nil))]),
      DemandeSketch(
        id: ines, minutesAgo: 130, sender: morel.0, subject: "Renouvellement", preview: "Bonjour",
        patient: known,
        gestures: [
          (lea, 90, .taken(over: nil)), (lea, 88, .patientNamed(known)),
          (lea, 50, .moved(to: .prepared, reason: nil)),
        ]),
      DemandeSketch(
        id: luc, minutesAgo: 4000, sender: garcia.0, subject: "Ordonnance", preview: "Bonjour",
        patient: given,
        gestures: [
          (lea, 3900, .taken(over: nil)), (lea, 3890, .patientNamed(given)),
          (lea, 3880, .moved(to: .prepared, reason: nil)),
          (claire, 3870, .moved(to: .checked, reason: nil)),
          (claire, 3869, .marked(.shelf("bac 4"))),
        ]),
    ]
  }()

  /// Every demande of the fixture, newest first.
  public static let rows: [QueueRow] = sketches.map(\.row)

  public static func row(_ id: Order.ID) -> QueueRow {
    guard let row = rows.first(where: { $0.id == id }) else {
      preconditionFailure("no such fixture")
    }
    return row
  }

  public static func page(of view: QueueView, for member: Member? = lea) -> QueuePage {
    QueuePage(rows: rows.filter { view.contains($0.order, member: member?.id) })
  }

  public static let counts: QueueCounts = {
    let views = QueueView.allCases.map { ($0, page(of: $0).rows.count) }
    return QueueCounts(byView: Dictionary(uniqueKeysWithValues: views))
  }()

  /// A demande as the store would open it, with readable text for its documents.
  public static func opened(_ id: Order.ID) -> OpenedOrder {
    guard let sketch = sketches.first(where: { $0.id == id }) else {
      preconditionFailure("no such fixture")
    }
    let documents = sketch.attachments.map { attachment in
      ReadableDocument(
        attachment: attachment.n, kind: attachment.kind,
        state: attachment.n == 1 ? .done : .pending,
        text: attachment.n == 1 ? prescriptionText : "", pages: attachment.kind == .pdf ? 1 : nil,
        isMachineRead: attachment.kind == .image)
    }
    let body = MessageBody(message: sketch.message, text: sketch.preview, documents: documents)
    let other = [jeanne: durand, durand: jeanne][id].map { row($0) }
    return OpenedOrder(
      order: sketch.order, bodies: [body], events: sketch.events, samePatient: other)
  }

  static let prescriptionText = """
    Dr Alain PETIT   médecin généraliste
    le 19/11/2026
    Amoxicilline 1 g    1 cp matin et soir    7 jours
    Paracétamol 1 g     si douleur, max 3/jour
    """
}

extension State {
  /// The counter at 10:42: the view's rows are there, the first one is selected and opened.
  public static func fixture(
    view: QueueView = .todo, actor: Member? = Officine.lea, columns: Int = 80, rows: Int = 24
  ) -> State {
    var state = State(
      officine: "Pharmacie du Marché", bal: Officine.bal, poste: Officine.poste,
      actor: actor.map { Officine.actor($0) },
      members: [Officine.lea, Officine.sami, Officine.claire], templates: Officine.templates,
      columns: columns, rows: rows, now: Officine.now)
    state.view = view
    state.counts = Officine.counts
    state.page = Officine.page(of: view, for: actor)
    if view == .todo { state.underway = Officine.page(of: .preparing).rows }
    let synced = Officine.now.adding(seconds: -12)
    state.sync = SyncStatus(phase: .upToDate, since: synced, lastSuccess: synced)
    state.selection = state.page.rows.first?.id
    state.opened = state.selection.map { Officine.opened($0) }
    state.unfolded = Set(state.documents.prefix(1))
    return state
  }
}
