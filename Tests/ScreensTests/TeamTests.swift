import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

/// Who has it, what was done and what can be taken back, for eyes.
@Suite("Team on screen")
struct TeamScreenTests {
  private func frame(
    _ columns: Int, _ rows: Int, _ language: Language = .french,
    _ arrange: (inout State) -> Void
  ) -> Frame {
    var state = Scene.queue.state
    arrange(&state)
    return render(
      state, language.strings, size: Size(columns: columns, rows: rows), now: state.now)
  }

  private func event(
    _ number: Int, _ member: Member, _ gesture: Gesture, minutesAgo: Int64
  ) -> OrderEvent {
    OrderEvent(
      id: "t\(number)", order: Officine.luc, number: number,
      author: Officine.actor(member).author, at: Officine.now.adding(seconds: -minutesAgo * 60),
      basedOn: nil, gesture: gesture)
  }

  private func text(_ frame: Frame) -> String { frame.rows.joined(separator: "\n") }

  /// A demande that went through everything.
  private func eventful(_ state: inout State) {
    var opened = Officine.opened(Officine.luc)
    let next = opened.events.count
    opened.events += [
      event(next + 1, Officine.sami, .noted("elle passe demain"), minutesAgo: 3_800),
      event(next + 2, Officine.lea, .marked(.urgent), minutesAgo: 3_700),
      event(next + 3, Officine.lea, .undone(event: "t\(next + 2)"), minutesAgo: 3_699),
      event(next + 4, Officine.claire, .reminded(messageID: "<r@x>"), minutesAgo: 1_500),
      event(next + 5, Officine.claire, .answered(messageID: "<r@x>"), minutesAgo: 1_499),
      event(
        next + 6, Officine.lea,
        .handedOver(
          HandOver(
            originalSeen: true,
            owed: [MissingProduct(product: "Eliquis 5 mg", quantity: 2)], givenTo: "sa fille")),
        minutesAgo: 5),
    ]
    if let order = Order.fold(opened.events) { opened.order = order }
    state = .fixture(view: .all)
    state.selection = Officine.luc
    state.opened = opened
  }

  @Test("the whole history is one screen", arguments: [(80, 24), (120, 40)])
  func history(columns: Int, rows: Int) {
    let frame = frame(columns, rows) {
      eventful(&$0)
      $0.layers = [.history(scroll: 0)]
    }
    assertScreen(frame, named: "history-\(columns)x\(rows)")
    let text = self.text(frame)
    #expect(text.contains("[annulé]") && text.contains("annule : marquée urgente"))
    #expect(text.contains("à qui :") && text.contains("original ou QR vu"))
  }

  @Test("ready and waiting, with its reminder", arguments: [(80, 24), (120, 40)])
  func waiting(columns: Int, rows: Int) {
    let frame = frame(columns, rows) { state in
      eventful(&state)
      var opened = state.opened ?? Officine.opened(Officine.luc)
      opened.events.removeLast()
      if let order = Order.fold(opened.events) { opened.order = order }
      state.opened = opened
      state.view = .ready
      state.reminder = Template(name: "Rappel", body: "C'est prêt.")
      state.page = QueuePage(
        rows: [
          QueueRow(
            key: RowKey(1), order: opened.order, message: Officine.row(Officine.luc).message)
        ])
      state.focus = columns < 100 ? .queue : .reader
    }
    assertScreen(frame, named: "waiting-\(columns)x\(rows)")
    #expect(text(frame).contains("prête depuis 2 j") || text(frame).contains("prête depuis 3 j"))
  }

  @Test("what is to be redone says why on its row, and what was given says by whom")
  func rows() {
    func row(_ change: (inout Order) -> Void) -> String {
      text(
        frame(80, 24) { state in
          state.view = .mine
          state.page = Officine.page(of: .mine)
          for place in state.page.rows.indices {
            state.page.rows[place].order.markers = Markers()
            change(&state.page.rows[place].order)
          }
        })
    }
    let redo = row { $0.redoReason = "posologie" }
    #expect(redo.contains("à reprendre : posologie"))
    let given = row { $0.owner?.givenBy = "Claire" }
    #expect(given.contains("confiée par Claire"))
  }

  @Test("a gesture elsewhere is named before it is taken back", arguments: [(80, 24), (120, 40)])
  func undo(columns: Int, rows: Int) {
    let frame = frame(columns, rows) { state in
      let ines = Officine.row(Officine.ines)
      let last = LastGesture(
        event: event(9, Officine.lea, .moved(to: .prepared, reason: nil), minutesAgo: 12),
        order: ines.order, name: "MOREL Inès")
      state.lastGestures = [last]
      _ = state.apply(.commanded(.undo))
    }
    assertScreen(frame, named: "undo-\(columns)x\(rows)")
    #expect(text(frame).contains("Annuler : Préparée, MOREL Inès ?"))
  }

  @Test("giving everything away says how many, to whom and from whom")
  func reassign() {
    let owner = Order.Owner(
      memberID: "sami", name: "Sami", initials: "SH", poste: "comptoir 2", since: Officine.now)
    let holding = Holding(
      owner: owner,
      demandes: [
        HeldDemande(id: "d1", name: "ROUX Élodie"), HeldDemande(id: "d2", name: "COLIN Zoé"),
      ])
    let frame = frame(80, 24) {
      $0.layers = [.confirm(Confirm(.reassign(holding, to: Officine.lea)))]
    }
    assertScreen(frame, named: "reassign-80x24")
    let text = self.text(frame)
    #expect(text.contains("Sami") && text.contains("Léa") && text.contains("2 demandes"))
    #expect(text.contains("ROUX Élodie, COLIN Zoé"))
  }

  private static let jeanne = Officine.row(Officine.jeanne)

  @Test("M5 the last question before attaching names both, who loses it, and two patients loudly")
  func attaching() {
    let other = Officine.row(Officine.luc)
    let attaching = Attaching(
      source: Self.jeanne, target: other, over: Officine.actor(Officine.sami).author)
    let frame = frame(80, 24) { $0.layers = [.confirm(Confirm(.attach(attaching)))] }
    assertScreen(frame, named: "attach-80x24")
    let text = self.text(frame)
    #expect(text.contains("Sami") && text.contains("ATTENTION"))
    for row in [Self.jeanne, other] {
      let name = row.order.patient?.name ?? row.message.sender.display
      #expect(name.split(separator: " ").allSatisfy { text.contains($0) }, "\(name)")
    }
    let same = Attaching(source: Self.jeanne, target: Self.jeanne)
    #expect(Language.french.strings.alert(.attach(same)) == nil)
    #expect(!Language.french.strings.consequence(.attach(same)).contains("travaille"))
  }

  @Test("B3 the form says that the known number will not follow")
  func losesNumber() {
    let order = Officine.row(Officine.jeanne).order
    var form = Form(
      kind: .patient, order: Officine.jeanne, expecting: nil,
      fields: [.init(.name, order.patient?.name ?? ""), .init(.birthDate, "04/09/1987")])
    form.focus = 1
    let shown = form
    let frame = frame(80, 24) { $0.layers = [.form(shown)] }
    assertScreen(frame, named: "formPatient-80x24")
    #expect(text(frame).contains("ne suivra pas"))
  }

  @Test("what cannot be undone says so before it is done", arguments: [Language.french, .english])
  func beforehand(language: Language) {
    let strings = language.strings
    let word = language == .french ? "annul" : "undo"
    let questions: [Confirm.Question] = [
      .print("d1", printer: "comptoir"), .printHandover(printer: "comptoir"), .renew("d1"),
      .attach(Attaching(source: Self.jeanne, target: Self.jeanne)),
      .split("m1", from: Self.jeanne, over: nil),
    ]
    for question in questions {
      #expect(strings.consequence(question).contains(word), "\(question)")
    }
    #expect(strings.afterSending(seconds: 12).contains(word))
    #expect(strings.menu(.messages).contains(word))
  }
}
