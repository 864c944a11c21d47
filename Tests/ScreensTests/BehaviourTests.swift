import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

/// What a screen promises to the person at the counter, one sentence a test.
@Suite("Screens behave")
struct BehaviourTests {
  private func text(_ state: State, _ columns: Int = 80, _ rows: Int = 24) -> [String] {
    render(state, French(), size: Size(columns: columns, rows: rows), now: state.now).rows
  }

  @Test("T01: each failure of TLS has advice of its own, in both languages")
  func tlsAdvice() {
    func advice(_ strings: any Strings) -> [String] {
      FailureCodes.tls.compactMap {
        strings.advice(SyncStatus(phase: .refused, since: Officine.now, failure: $0))
      }
    }
    let (french, english) = (advice(French()), advice(English()))
    #expect(Set(french + english).count == 2 * FailureCodes.tls.count)
    let unknown = SyncStatus(phase: .refused, since: Officine.now, failure: "tls.x")
    #expect(!french.contains(French().advice(unknown) ?? ""))
  }

  @Test(
    "a certificate's end is an alarm from 30 days on, with its remedy", arguments: [20, 30, 31])
  func certificateEnd(days: Int64) {
    var state = Scene.health.state
    state.health.health.certificates = [
      .init(host: "imap.example", notAfter: state.now.adding(seconds: days * 86_400 + 60))
    ]
    let rows = text(state, 100, 60).joined(separator: "\n")
    #expect(rows.contains("expire dans \(days) j. Prévenir l'opérateur.") == (days <= 30))
    #expect(rows.contains("valable encore \(days) jours") == (days > 30))
  }

  @Test("O05: what the server said of each recipient stands in the health pane")
  func outboxTroubles() {
    var state = Scene.health.state
    var item = OutgoingItem(
      id: "o1", messageID: "<o1@example>", state: .refused,
      from: MailAddress(address: "a@b.example"),
      to: [
        MailAddress(name: "Dr Un", address: "un@cabinet.example"),
        MailAddress(address: "deux@cabinet.example"),
      ], subject: "s", body: "b",
      author: Author(
        memberID: "x", name: "Léa", initials: "LP", poste: "c"),
      queuedAt: state.now, notBefore: state.now, lastAnswer: "550 5.1.1")
    item.results = [
      .init(address: "un@cabinet.example", isAccepted: true, answer: "250 2.1.5"),
      .init(address: "deux@cabinet.example", isAccepted: false, answer: "550 5.1.1"),
    ]
    state.health.outbox = [item]
    let rows = text(state, 100, 60).joined(separator: "\n")
    #expect(rows.contains("1 envoi à vérifier"), "\(rows)")
    #expect(rows.contains("deux@cabinet.example : refusé (550 5.1.1) : vérifiez l'adresse"))
    #expect(rows.contains("un@cabinet.example : accepté, mais rien n'est parti"))
    item.results = []
    item.lastAnswer = "smtp.size"
    state.health.outbox = [item]
    #expect(text(state, 100, 60).joined(separator: "\n").contains("trop gros pour le"))
  }

  @Test("why a mail did not leave has its own words, in both languages")
  func sendingReasons() {
    let codes = [
      "smtp.size", "smtp.8bit", "smtp.utf8", "smtp.missing", "address", "mail.address",
      "mail.control", "552 5.3.4",
    ]
    let french = codes.compactMap { French().sendingReason($0) }
    let english = codes.compactMap { English().sendingReason($0) }
    #expect(Set(french).count == codes.count - 2 && Set(french).isDisjoint(with: english))
    #expect(Set(english).count == codes.count - 2)
    #expect(French().sendingReason("550 5.1.1")?.contains("550 5.1.1") == true)
  }

  @Test("the active view's tab is never hidden", arguments: QueueView.allCases)
  func activeTab(view: QueueView) {
    var state = Scene.queue.state
    state.view = view
    for view in QueueView.allCases { state.counts.byView[view] = 118 }
    for columns in stride(from: 30, through: 200, by: 3) {
      let tabs = text(state, columns)[1]
      #expect(tabs.contains("[\(French().view(view)) 118]"), "\(columns) columns: \(tabs)")
    }
  }

  @Test("a click finds the tab that is drawn under it")
  func tabUnderClick() {
    let state = Scene.queue.state
    let picture = picture(
      of: state, French(), size: Size(columns: 80, rows: 24), now: state.now)
    let line = Array(picture.frame.rows[1])
    for place in picture.tabs {
      // The last one ends in a space that the row does not keep.
      let drawn = String(line[place.columns.clamped(to: 0..<line.count)])
      #expect(drawn.contains(French().view(place.view)))
      #expect(picture.tab(column: place.columns.lowerBound, row: 1) == place.view)
    }
    #expect(picture.tab(column: 1, row: 5) == nil)
    #expect(picture.tab(column: 79, row: 1) == nil)
    let covered = Screens.picture(
      of: Scene.takeOver.state, French(), size: Size(columns: 80, rows: 24), now: state.now)
    #expect(covered.tab(column: 1, row: 1) == nil, "a dialog is in front")
  }

  @Test("the cursor stands on the selected row, wherever it is")
  func cursorOnSelection() {
    for (columns, rows) in [(80, 24), (120, 40)] {
      var state = Scene.queue.state
      state.selection = Officine.elodie
      let frame = render(
        state, French(), size: Size(columns: columns, rows: rows), now: state.now)
      guard case .at(let point) = frame.cursor else {
        Issue.record("no cursor")
        continue
      }
      #expect(frame.rows[point.row].contains("ROUX Élodie"))
      #expect(frame.rows[point.row].hasPrefix("▌"))
    }
  }

  @Test("late is said by a sign: 29 minutes are not, 30 are")
  func late() {
    var state = Scene.queue.state
    for (minutes, sign) in [(29, " "), (30, "!")] {
      state.page.rows[0].order.openedAt = state.now.adding(seconds: Int64(-60 * minutes))
      #expect(text(state)[3].contains("\(minutes) min\(sign)"), "\(minutes)")
    }
  }

  @Test("« envoyé par » until the patient is confirmed, « pour » afterwards")
  func whom() {
    var state = Scene.queue.state
    #expect(text(state)[3].contains("envoyé par MARTIN Jeanne"))
    state.page.rows[0].order.patient?.source = .person
    #expect(text(state)[3].contains("pour MARTIN Jeanne"))
  }

  @Test("a gesture on its way shows « … » beside the sign")
  func pending() {
    var state = Scene.queue.state
    state.pending = [Officine.jeanne: .take]
    #expect(text(state)[3].hasPrefix("▌○…"))
  }

  @Test("names and titles stand in the same columns on every row")
  func columns() {
    let rows = text(Scene.queue.state).map(Array.init)
    for row in rows[3...10] where row.count > 40 && !row.starts(with: " ──") {
      #expect(row[10] == " " && row[11] != " ", "\(String(row))")
      #expect(row[36] == " " && row[37] != " ", "\(String(row))")
    }
  }

  @Test("« démonstration » survives every width")
  func demo() {
    for columns in stride(from: 30, through: 200, by: 3) {
      let bar = text(Scene.demo.state, columns)[0]
      #expect(bar.contains("DÉMO"), "\(columns): \(bar)")
    }
  }

  @Test("the truth about the mail survives every width")
  func syncTruth() {
    for columns in stride(from: 30, through: 200, by: 3) {
      #expect(text(Scene.trouble.state, columns)[0].contains("mot de passe refusé"), "\(columns)")
    }
  }

  @Test("what is in quarantine or stuck is counted on every screen with rules")
  func trouble() {
    for columns in [60, 80, 120, 200] {
      let rule = text(Scene.trouble.state, columns)[2]
      #expect(rule.contains("2 messages illisibles"))
      #expect(rule.contains("1 envoi à vérifier"))
    }
  }

  @Test("the countdown follows into the reader, a dialog and the writing of another mail")
  func countdown() {
    for scene in [Scene.queue, .reader, .note, .writeNew] {
      var state = scene.state
      state.held = [
        HeldSend(item: "o", order: nil, display: "X", until: state.now.adding(seconds: 9))
      ]
      #expect(text(state)[22].contains("Envoi dans 9 s"), "\(scene)")
      state.now = state.now.adding(seconds: 10)
      #expect(!text(state)[22].contains("Envoi dans"), "\(scene)")
    }
  }

  @Test("a key that would undo another demande's answer is not promised")
  func countdownOfAnother() {
    var state = Scene.queue.state
    let until = state.now.adding(seconds: 9)
    state.held = [HeldSend(item: "o", order: Officine.luc, display: "X", until: until)]
    #expect(text(state)[22].contains("Envoi dans 9 s"))
    #expect(!text(state)[22].contains("annule"))
    state.held[0].order = Officine.jeanne
    #expect(text(state)[22].contains("u annule"))
  }

  @Test("a sentence beside the countdown is whole, and the countdown still there")
  func noticeBesideCountdown() {
    let line = text(Scene.trouble.state)[22]
    #expect(line.contains("Prise par Sami il y a 2 min (comptoir 2). p pour reprendre."))
    #expect(line.hasSuffix("Envoi dans 9 s"))
  }

  @Test("a notice disappears after its time and gives the identity back")
  func notice() {
    var state = Scene.trouble.state
    #expect(text(state)[22].contains("Prise par Sami"))
    state.now = state.now.adding(seconds: 4)
    #expect(!text(state)[22].contains("Prise par Sami"))
    #expect(text(state)[22].contains("MARTIN Jeanne"))
  }

  @Test("what is needed at every demande stays in the bar, also after a gesture")
  func hintsAfterGesture() {
    var state = Scene.queue.state
    func hints(_ gesture: Gesture, on id: Order.ID) -> String {
      let event = OrderEvent(
        id: "e", order: id, number: 9, author: Officine.actor(Officine.lea).author,
        at: state.now, basedOn: nil, gesture: gesture)
      let order = Officine.row(id).order
      _ = state.apply(.gestureDone(gesture, order))
      _ = state.apply(
        .lastGesturesLoaded(
          [LastGesture(event: event, order: order, name: "MARTIN Jeanne")], held: [],
          queued: []))
      return text(state)[23]
    }
    let check = hints(.moved(to: .checked, reason: nil), on: Officine.jeanne)
    for word in ["Entrée Lire", "r Répondre", "n Note", "u Annuler : Contrôlée", "F1 Aide"] {
      #expect(check.contains(word), "\(check)")
    }
  }

  @Test("a note to the reader counts as drawn once all of its lines are", arguments: [10, 2_000])
  func mentionDrawn(length: Int) throws {
    var state = Scene.reader.state
    let id = try #require(state.selection)
    let text = String(repeating: "à vérifier ", count: length / 10)
    state.opened?.events.append(
      OrderEvent(
        id: "n", order: id, number: 90, author: Officine.actor(Officine.sami).author,
        at: state.now, basedOn: nil, gesture: .noted(NoteText("@Léa \(text)"))))
    _ = state.apply(
      .mentionsLoaded([
        Mention(event: "n", order: id, at: state.now, by: Officine.actor(Officine.sami).author)
      ]))
    func drawn(scroll: Int) -> Set<String> {
      state.readerScroll = scroll
      return picture(
        of: state, French(), size: Size(columns: 80, rows: 24), now: state.now
      ).mentions
    }
    let isShort = length == 10
    #expect(self.text(state).contains { $0.contains("@ Sami vous écrit") }, "unread, it is shown")
    #expect(drawn(scroll: 0).contains("n") == isShort)
    // Scrolled away it is not; the end of a long one is.
    #expect(drawn(scroll: isShort ? 12 : 20).contains("n") == !isShort)
  }

  @Test("whom the key would replace is named in the bar")
  func hintOfTakingOver() {
    var state = Scene.all.state
    state.selection = Officine.elodie
    state.opened = Officine.opened(Officine.elodie)
    #expect(text(state)[23].contains("p Reprendre à Sami"))
  }

  @Test("the hint bar names who signs")
  func hintsNameTheActor() {
    #expect(text(Scene.mine.state)[23].contains("f Préparée par Léa"))
  }

  @Test("hints never run into each other or over the edge, and help stays")
  func hintsFit() {
    for columns in stride(from: 40, through: 200, by: 3) {
      let bar = text(Scene.queue.state, columns)[23]
      #expect(bar.hasSuffix("F1 Aide"), "\(columns): \(bar)")
      #expect(bar.count < columns)
    }
  }

  @Test("a question's safe answer is the selected one")
  func safeDefault() {
    let rows = text(Scene.takeOver.state).joined(separator: "\n")
    #expect(rows.contains("[ Laisser à Sami ]"))
    #expect(!rows.contains("[ Reprendre ]"))
  }

  @Test("a note and a mail cannot be taken for each other")
  func noteIsNotMail() {
    let note = Scene.note.frame(80, 24)
    let mail = Scene.compose.frame(80, 24)
    #expect(note.rows.contains { $0.contains("Note interne, jamais envoyée") })
    #expect(!mail.rows.contains { $0.contains("jamais envoyée") })
    #expect(mail.rows[0].contains("Répondre à MARTIN Jeanne"))
    let noteRoles = Set(note.grid.cells.map(\.role))
    let mailRoles = Set(mail.grid.cells.map(\.role))
    #expect(noteRoles.isSuperset(of: [.noteInternal, .noteTitle]))
    #expect(mailRoles.isDisjoint(with: [.noteInternal, .noteTitle]))
    #expect(noteRoles.isDisjoint(with: [.replyPatient, .composeTitle]))
  }

  @Test("a collision shows what moved, on the smallest screen too")
  func collision() {
    for (columns, rows) in [(80, 24), (40, 12), (120, 40)] {
      let shown = text(Scene.collision.state, columns, rows).joined(separator: "\n")
      #expect(shown.contains("Depuis que vous avez ouvert"), "\(columns)")
      #expect(shown.contains("Claire"), "\(columns)")
      #expect(shown.contains("Envoyer quand même"), "\(columns)")
    }
  }

  @Test("the review of a new mail says who receives it, without a number")
  func reviewOfNewMail() {
    var state = Scene.writeNew.state
    guard case .compose(var compose) = state.layers[0] else { return }
    compose.to = TextBuffer("\(Hostile.ins.matricule)@patient.mssante.fr, dr.x@medecin.mssante.fr")
    compose.phase = .reviewing
    state.layers = [.compose(compose)]
    let shown = text(state)[2]
    #expect(shown.contains("patiente · F, née 03/79 · INS 2 79 03 •• ••• ••• 91"))
    #expect(shown.contains("dr.x@medecin"))
  }

  @Test("the cursor of the writing stands behind the last letter typed")
  func composeCursor() {
    var state = Scene.compose.state
    guard case .compose(var compose) = state.layers[0] else { return }
    compose.body = TextBuffer("Bonjour 佐藤")
    state.layers = [.compose(compose)]
    let frame = render(state, French(), size: Size(columns: 80, rows: 24), now: state.now)
    #expect(frame.cursor == .at(Point(column: 13, row: 5)))
  }

  @Test("the reader says how tall its text is, and stops at its end")
  func readerHeight() throws {
    var state = Scene.reader.state
    let size = Size(columns: 80, rows: 24)
    let total = try #require(
      picture(of: state, French(), size: size, now: state.now).readerLines)
    #expect(total > 18)
    state.readerScroll = 10_000
    let end = render(state, French(), size: size, now: state.now).rows
    #expect(end[20].contains("message reçu de MARTIN Jeanne"))
  }

  @Test("every state of a document is a sentence")
  func documentStates() {
    var state = Scene.reader.state
    for document in [ReadableDocument.State.pending, .failed, .toolMissing, .tooLarge] {
      state.opened?.bodies[0].documents[0].state = document
      let shown = text(state, 80, 40).joined(separator: "\n")
      let sentence = French().documentState(document, .image) ?? "?"
      #expect(shown.contains(sentence.prefix(40)), "\(document)")
    }
  }

  @Test("help and key table know every command")
  func everyCommandIsDocumented() {
    var state = Scene.help.state
    let table = KeyTable.markdown(French(), .standard)
    var shown = ""
    for scroll in stride(from: 0, to: 200, by: 20) {
      state.layers = [.help(scroll: scroll)]
      shown += text(state).joined(separator: "\n")
    }
    for command in Command.allCases {
      #expect(shown.contains(French().title(command)), "\(command)")
      #expect(table.contains("| \(French().title(command)) |"), "\(command)")
    }
  }

  @Test("the same state gives the same cells")
  func pure() {
    for scene in Scene.allCases { #expect(scene.frame(80, 24) == scene.frame(80, 24)) }
  }
}
