import Domain
import Testing

@Suite("Who may do what, when (design 4)")
struct TransitionTests {
  /// Columns of the table, in this order.
  static let gestures: [Gesture] = [
    .taken(over: nil), .taken(over: Team.léa), .released,
    .moved(to: .received, reason: "x"), .moved(to: .preparing, reason: "x"),
    .moved(to: .prepared, reason: "x"), .moved(to: .checked, reason: "x"),
    .moved(to: .partial, reason: "x"), .moved(to: .collected, reason: "x"),
    .moved(to: .closed, reason: "x"), .refused(reason: "x"),
  ]

  /// For a pharmacist. Three letters a cell: nobody holds it, I do, a colleague does.
  /// `.` may, `y` already mine, `t` taken by a colleague, `h` not held, `d` already done,
  /// `f` not from here, `k` not for this kind, `o` nothing is owed.
  static let prescription: [(Order.Status, String)] = [
    // take over rel  →rec →prng →prd →chk →part →coll →clos refused
    (.received, ".yt .y. h.t ddd ..t ..t fff fff fff ..t fff"),
    (.preparing, ".yt .y. h.t fff ddd ..t fff fff fff ..t fff"),
    (.prepared, ".yt .y. h.t fff ..t ddd ... fff fff ..t ..."),
    (.checked, ".yt .y. h.t fff ..t fft ddd ooo ... ... ..."),
    (.partial, ".yt .y. h.t fff fft fft fff ddd ... ... fff"),
    (.collected, "fff fff h.t fff fft fft fff fff ddd ... fff"),
    (.closed, "fff fff h.t fff ..t fft fff fff fff ddd fff"),
  ]

  /// Questions and documents are taken and closed; they are neither prepared nor handed over.
  static let other: [(Order.Status, String)] = [
    (.received, ".yt .y. h.t ddd ..t kkt kkk kkk kkk ..t kkk"),
    (.preparing, ".yt .y. h.t fff ddd kkt kkk kkk kkk ..t kkk"),
    (.closed, "fff fff h.t fff ..t kkt kkk kkk kkk ddd kkk"),
  ]

  static func letter(_ refusal: Refusal?) -> Character {
    switch refusal {
    case nil: "."
    case .alreadyYours: "y"
    case .alreadyTaken: "t"
    case .notHeld: "h"
    case .alreadyDone: "d"
    case .notFromHere: "f"
    case .notForThisKind: "k"
    case .needsPharmacist: "P"
    case .needsPatient: "N"
    case .needsReason: "R"
    case .nothingOwed: "o"
    default: "?"
    }
  }

  static func order(_ kind: Order.Kind, _ status: Order.Status, owner: Author?) -> Order {
    var order = Order(id: "d1", kind: kind, openedAt: Timestamp(seconds: 0))
    order.status = status
    order.patient = History.mother
    order.messages = ["m1", "m2"]
    order.owner = owner.map {
      Order.Owner(
        memberID: $0.memberID ?? "", name: $0.name, initials: $0.initials, poste: $0.poste,
        since: Timestamp(seconds: 0))
    }
    return order
  }

  static func answers(
    _ kind: Order.Kind, _ status: Order.Status, role: Role, policy: Policy = Policy()
  ) -> String {
    gestures.map { gesture in
      String(
        [nil, Team.paul, Team.léa].map { owner in
          letter(
            order(kind, status, owner: owner)
              .refusal(of: gesture, by: Team.paul, role: role, policy: policy))
        })
    }.joined(separator: " ")
  }

  @Test("a prescription, by a pharmacist", arguments: prescription)
  func pharmacist(status: Order.Status, expected: String) {
    for role in Role.allCases where role.isPharmacist {
      #expect(Self.answers(.prescription, status, role: role) == expected)
    }
  }

  @Test("a question or a document, whoever acts", arguments: other)
  func questions(status: Order.Status, expected: String) {
    for role in Role.allCases {
      #expect(Self.answers(.question, status, role: role) == expected)
      #expect(Self.answers(.document, status, role: role) == expected)
    }
  }

  @Test(
    "only a pharmacist checks and sends back, unless the officine decided otherwise",
    arguments: prescription)
  func préparateur(status: Order.Status, expected: String) {
    var cells = expected.split(separator: " ").map(String.init)
    if cells[6] == "..." { cells[6] = "PPP" }
    if cells[10] == "..." { cells[10] = "PPP" }
    for role in Role.allCases where !role.isPharmacist {
      #expect(
        Self.answers(.prescription, status, role: role) == cells.joined(separator: " "))
      #expect(
        Self.answers(.prescription, status, role: role, policy: Policy(doubleCheck: false))
          == expected)
    }
  }

  @Test("the check waits for « Pour qui ? », whoever is said to have sent it")
  func needsPatient() {
    for patient in [nil, History.sender] {
      var order = Self.order(.prescription, .prepared, owner: nil)
      order.patient = patient
      let refusal = order.refusal(
        of: .moved(to: .checked, reason: nil), by: Team.paul, role: .titulaire, policy: Policy())
      #expect(refusal == .needsPatient)
    }
    var order = Self.order(.prescription, .prepared, owner: nil)
    order.patient?.source = .document
    #expect(
      order.refusal(
        of: .moved(to: .checked, reason: nil), by: Team.paul, role: .titulaire, policy: Policy())
        == nil)
  }

  func refusal(_ order: Order, _ gesture: Gesture) -> Refusal? {
    order.refusal(of: gesture, by: Team.paul, role: .adjoint, policy: Policy())
  }

  @Test("reasons and texts must say something", arguments: ["", "  ", "\n"])
  func blankTexts(text: String) {
    let order = Self.order(.prescription, .prepared, owner: nil)
    #expect(refusal(order, .moved(to: .closed, reason: text)) == .needsReason)
    #expect(refusal(order, .moved(to: .closed, reason: nil)) == .needsReason)
    #expect(refusal(order, .refused(reason: text)) == .needsReason)
    #expect(refusal(order, .noted(NoteText(text))) == .needsText)
    #expect(refusal(order, .marked(.shelf(text))) == .needsText)
    #expect(refusal(order, .marked(.missing(MissingProduct(product: text)))) == .needsText)
    #expect(refusal(order, .patientNamed(Patient(name: text, source: .person))) == .needsText)
    let question = Self.order(.question, .preparing, owner: nil)
    #expect(refusal(question, .moved(to: .closed, reason: nil)) == nil)
  }

  @Test("what is over can no longer be made urgent, only freed of it")
  func urgentOnFinished() {
    for status in Order.Status.allCases {
      let order = Self.order(.prescription, status, owner: nil)
      let isOver = status == .collected || status == .closed
      #expect(refusal(order, .marked(.urgent)) == (isOver ? .notFromHere(status) : nil))
      #expect(refusal(order, .unmarked(.urgent, value: nil)) == nil)
    }
  }

  @Test("a finished demande with news may be taken again")
  func takeNews() {
    for status in [Order.Status.collected, .closed] {
      var order = Self.order(.prescription, status, owner: nil)
      order.hasNews = true
      #expect(refusal(order, .taken(over: nil)) == nil)
    }
  }

  @Test("taking over is refused when somebody else holds it by now, and is plain when nobody does")
  func takeOver() {
    let sami = Author(memberID: "sami", name: "Sami", initials: "SH", poste: "comptoir 3")
    for (owner, over, expected) in [
      (Team.léa, Team.léa, "."), (sami, Team.léa, "t"), (Team.léa, sami, "t"),
      (Team.léa, .mailbox, "t"), (Team.paul, Team.léa, "y"), (nil, Team.léa, "."),
    ] as [(Author?, Author, String)] {
      let order = Self.order(.prescription, .preparing, owner: owner)
      let refusal = refusal(order, .taken(over: over))
      #expect(String(Self.letter(refusal)) == expected, "\(over) of \(String(describing: owner))")
      if expected == "t" { #expect(refusal == order.owner.map { .alreadyTaken(by: $0) }) }
      #expect(order.asTold(.taken(over: over)) == .taken(over: owner == nil ? nil : over))
    }
  }

  @Test("what was attached elsewhere only takes notes")
  func merged() {
    var order = Self.order(.prescription, .closed, owner: nil)
    order.mergedInto = "d2"
    let gestures =
      Self.gestures + [.patientNamed(History.mother), .marked(.urgent), .printed(printer: "p")]
    for gesture in gestures { #expect(refusal(order, gesture) == .merged(into: "d2")) }
    #expect(refusal(order, .noted("vu")) == nil)
    #expect(refusal(order, .noted(" ")) == .needsText)
    #expect(order.moves(by: Team.paul, role: .titulaire, policy: Policy()) == [])
  }

  @Test("a message leaves only the demande it is in, and never the last one")
  func splitAndAttach() {
    var order = Self.order(.prescription, .received, owner: nil)
    #expect(refusal(order, .split(message: "m2", into: "d2")) == nil)
    #expect(refusal(order, .split(message: "m3", into: "d2")) == .notItsMessage)
    order.messages = ["m1"]
    #expect(refusal(order, .split(message: "m1", into: "d2")) == .lastMessage)
    #expect(refusal(order, .attached(from: "d1", messages: ["m1"])) == .notItsMessage)
    #expect(refusal(order, .mergedInto("d1")) == .notItsMessage)
    #expect(refusal(order, .mergedInto("d2")) == nil)
    #expect(refusal(order, .kindChanged(to: .prescription)) == .alreadyDone(.received))
    #expect(refusal(order, .kindChanged(to: .question)) == nil)
  }

  @Test("the menu of states offers exactly what is allowed")
  func moves() {
    func moves(_ kind: Order.Kind, _ status: Order.Status, _ role: Role) -> [Order.Status] {
      Self.order(kind, status, owner: nil).moves(by: Team.paul, role: role, policy: Policy())
    }
    #expect(moves(.prescription, .received, .adjoint) == [.preparing, .prepared, .closed])
    #expect(moves(.prescription, .prepared, .adjoint) == [.preparing, .checked, .closed])
    #expect(moves(.prescription, .prepared, .preparateur) == [.preparing, .closed])
    #expect(
      moves(.prescription, .checked, .preparateur) == [.preparing, .partial, .collected, .closed])
    #expect(moves(.prescription, .partial, .preparateur) == [.collected, .closed])
    #expect(moves(.question, .received, .preparateur) == [.preparing, .closed])
    #expect(moves(.question, .closed, .preparateur) == [.preparing])
  }

  @Test("a demande is in the views where somebody looks for it")
  func views() {
    func views(_ order: Order, _ member: String? = "lea") -> [QueueView] {
      QueueView.allCases.filter { $0.contains(order, member: member) }
    }
    let p = { Self.order(.prescription, $0, owner: $1) }
    #expect(views(p(.received, nil)) == [.todo, .all])
    #expect(views(p(.preparing, Team.léa)) == [.mine, .preparing, .all])
    #expect(views(p(.preparing, Team.léa), "paul") == [.preparing, .all])
    #expect(views(p(.preparing, Team.léa), nil) == [.preparing, .all])
    #expect(views(p(.prepared, Team.léa)) == [.check, .all])
    #expect(views(p(.checked, nil)) == [.ready, .all])
    #expect(views(p(.partial, nil)) == [.promised, .all])
    #expect(views(p(.collected, nil)) == [.all, .archive])
    #expect(views(p(.closed, nil)) == [.all, .archive])
    #expect(views(Self.order(.question, .received, owner: nil)) == [.todo, .questions, .all])
    var missing = p(.checked, nil)
    missing.markers.set(.missing(MissingProduct(product: "Doliprane")))
    missing.markers.set(.questionPatient("laquelle ?"))
    #expect(views(missing) == [.ready, .promised, .questions, .all])
    for status in Order.Status.allCases where status != .preparing {
      var news = p(status, status.isFinished ? nil : Team.léa)
      news.hasNews = true
      #expect(QueueView.todo.contains(news, member: "lea"), "\(status)")
      news.mergedInto = "d2"
      #expect(views(news) == [.all])
    }
    var mine = p(.preparing, Team.léa)
    mine.hasNews = true
    #expect(!QueueView.todo.contains(mine, member: "lea"))
  }
}
