import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

/// Words and behaviour must agree: nothing on screen promises what does not come.
@Suite("Screens are honest")
struct HonestyTests {
  private func text(_ state: State) -> [String] {
    render(state, French(), size: Size(columns: 80, rows: 24), now: state.now).rows
  }

  @Test("a gesture on the demande before names it, one on the selected demande does not")
  func noticeNamesWhom() {
    var state = Scene.queue.state
    var notice = Notice(
      .done(.moved(to: .prepared, reason: nil), Officine.durand),
      until: state.now.adding(seconds: 4))
    notice.about = "DURAND Camille"
    state.notice = notice
    #expect(text(state)[22].hasPrefix(" DURAND Camille · Préparée · u pour annuler"))
    notice.content = .done(.moved(to: .prepared, reason: nil), Officine.jeanne)
    state.notice = notice
    #expect(text(state)[22].hasPrefix(" Préparée · u pour annuler"))
  }

  @Test("Enter is named after what it does in the line with the cursor")
  func enterInForms() {
    var state = Scene.patient.state
    #expect(text(state).contains { $0.contains("Entrée Suivant   Échap Abandonner") })
    guard case .form(var form)? = state.layers.last else {
      Issue.record("no form")
      return
    }
    form.focus = form.fields.count - 1
    state.layers = [.form(form)]
    #expect(text(state).contains { $0.contains("Entrée Valider   ↑ Précédent   Échap") })
  }

  @Test("no dialog clips its keys in the smallest window", arguments: [Scene.patient, .note])
  func smallDialogs(scene: Scene) {
    let rows = scene.frame(40, 12).rows.joined(separator: "\n")
    #expect(rows.contains("Échap Abandonner") || rows.contains("Échap Garder"))
  }

  @Test("S13: a mail removed at the server stays to be read, and says so")
  func removedMail() {
    var state = Scene.reader.state
    #expect(!text(state).contains { $0.contains("Effacé du serveur ; gardé ici.") })
    for index in state.opened?.bodies.indices ?? 0..<0 {
      state.opened?.bodies[index].message.isGoneFromServer = true
    }
    let rows = render(state, French(), size: Size(columns: 80, rows: 60), now: state.now).rows
    #expect(rows.contains { $0.contains("Effacé du serveur ; gardé ici.") })
    let title = state.opened?.bodies.first?.message.title ?? "-"
    #expect(rows.contains { $0.contains(title.prefix(12)) })
  }

  @Test("O07: mail comes in and nothing leaves: the cell says so, the pane what to do")
  func sendingHeld() {
    var state = Scene.sendingHeld.state
    func rows(_ strings: any Strings) -> [String] {
      render(state, strings, size: Size(columns: 100, rows: 30), now: state.now).rows
    }
    #expect(rows(French())[0].contains("envoi : mot de passe refusé"))
    #expect(rows(English())[0].contains("sending: password refused"))
    let pane = rows(French()).joined(separator: " ")
    #expect(pane.contains("à jour") && pane.contains("Envoi : mot de passe refusé"))
    #expect(pane.contains("Un seul essai a été fait"))
    // What is older than everything else is worse.
    state.sync.phase = .offline
    #expect(rows(French())[0].contains("hors ligne"))
  }

  @Test("a mailbox that is not there any more is said calmly, with what to do")
  func missingMailbox() {
    var state = Scene.health.state
    state.health.health.missingMailboxes = ["Archive 2025"]
    let rows = render(
      state, French(), size: Size(columns: 100, rows: 50), now: state.now
    ).rows.joined(separator: " ")
    #expect(rows.contains("Dossier « Archive 2025 » absent du serveur"))
  }

  @Test("a document that nobody will read promises no text")
  func unreadDocument() {
    var state = Scene.reader.state
    for index in state.opened?.bodies.indices ?? 0..<0 {
      state.opened?.bodies[index].documents = []
    }
    let rows = render(state, French(), size: Size(columns: 80, rows: 60), now: state.now).rows
    #expect(!rows.contains { $0.contains("il s'affichera ici") })
    #expect(rows.contains { $0.contains("Photo : pas de lecture automatique") })
  }

  @Test("a birth date that the number contradicts is a safety line of its own")
  func birthMismatch() {
    var state = Scene.reader.state
    let ins = state.opened?.bodies.first?.message.sender.ins
    func shown(_ month: Int) -> Bool {
      let birth = BirthDate(year: 1951, month: month, day: 14)
      state.opened?.order.patient = Patient(
        name: "MARTIN Jeanne", birthDate: birth, ins: ins, source: .person)
      return text(state).contains { $0.contains("ne va pas avec l'INS") }
    }
    #expect(!shown(3))
    #expect(shown(4))
  }

  @Test("an empty search says what it searches; found demandes say how to leave")
  func search() {
    var state = Scene.queue.state
    var search = Search()
    search.rows = []
    state.search = search
    #expect(!text(state).contains { $0.contains("Rien pour") })
    #expect(text(state)[1].contains("(nom, objet"))
    state = Scene.search.state
    state.search?.isTyping = false
    #expect(text(state)[23].contains("Échap Retour"))
  }

  @Test("the title line keeps its words when the sync's age grows by a digit")
  func steadyTitle() {
    var state = Scene.demo.state
    let names = [5, 15, 55].map { (seconds: Int64) in
      state.sync.lastSuccess = state.now.adding(seconds: -seconds)
      return text(state)[0].prefix(28)
    }
    #expect(Set(names).count == 1, "\(names)")
  }
}
