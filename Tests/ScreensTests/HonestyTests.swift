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

  /// The rule under the tabs, where nothing may be overlooked.
  private func topRule(
    _ state: State, _ columns: Int = 80, in strings: any Strings = French()
  ) -> String {
    render(state, strings, size: Size(columns: columns, rows: 24), now: state.now).rows[2]
  }

  @Test("a BAL that is nearly full is said while the cell still says « à jour »")
  func nearlyFull() {
    var state = Scene.queue.state
    #expect(state.sync.phase == .upToDate && !topRule(state).contains("⚠"))
    func note(percent: Int64) {
      var health = SyncHealth()
      health.quota = .init(usedKiB: percent * 10, limitKiB: 1_000)
      _ = state.apply(.healthNoted(health))
    }
    note(percent: 89)
    #expect(!topRule(state).contains("⚠"))
    note(percent: 90)
    #expect(topRule(state).contains("⚠ boîte pleine à 90 % (s) ──"))
    #expect(topRule(state, in: English()).contains("⚠ mailbox 90% full (s) ──"))
    // Beside the other alarms, and first where all do not fit.
    state.counts.quarantine = 2
    state.counts.outboxTrouble = 1
    #expect(topRule(state).contains("boîte pleine à 90 % (s) · 2 messages illisibles · 1 envoi"))
    #expect(topRule(state, 40).contains("⚠ boîte pleine à 90 % (s)"))
    note(percent: 100)
    #expect(topRule(state).contains("⚠ boîte pleine (s) ·"))
    // The pane says it whole; its key opens it.
    _ = state.apply(.commanded(.showHealth))
    #expect(!topRule(state).contains("(s)"))
    #expect(text(state).contains { $0.contains("elle refuse les patients") })
  }

  @Test("T01: a certificate is said a month before it ends, in red only at the end")
  func expiring() {
    var state = Scene.queue.state
    func alarm(_ days: Int64..., quota: Int64 = 10) -> (String, String) {
      var health = SyncHealth()
      health.quota = .init(usedKiB: quota, limitKiB: 100)
      health.certificates = days.enumerated().map { n, days in
        .init(host: "h\(n).example", notAfter: state.now.adding(seconds: days * 86_400 + 60))
      }
      _ = state.apply(.healthNoted(health))
      return (topRule(state), topRule(state, in: English()))
    }
    #expect(!alarm(31, 400).0.contains("⚠"))
    #expect(alarm(400, 30).0.contains("⚠ certificat du serveur : encore 30 j (s) ──"))
    #expect(alarm(30).1.contains("⚠ server certificate: 30 days left (s) ──"))
    #expect(alarm(1).1.contains("server certificate: 1 day left (s)"))
    #expect(alarm(0).0.contains("certificat du serveur : dernier jour (s)"))
    #expect(alarm(-3).0.contains("certificat du serveur expiré (s)"))
    // One alarm: what bounces patients comes before what will.
    #expect(alarm(3, quota: 95).0.contains("⚠ boîte pleine à 95 % (s) ──"))
    func role(_ days: Int64) -> Cells.Role {
      _ = alarm(days)
      let frame = render(
        state, French(), size: Size(columns: 80, rows: 24), now: state.now)
      return frame.grid.cells[2 * 80 + 75].role
    }
    #expect(role(30) == .statusInfo && role(8) == .statusInfo)
    #expect(role(7) == .statusError && role(-1) == .statusError)
  }

  @Test("the pane says of the service what it does now, not what it did")
  func service() {
    var state = Scene.health.state
    func pane(
      _ phase: SyncStatus.Phase, isServed: Bool, ago: Int64 = 10, in strings: any Strings = French()
    ) -> String {
      state.sync = SyncStatus(phase: phase, since: state.now, failure: nil)
      state.sync.lastSuccess = state.now.adding(seconds: -ago)
      state.health.isServed = isServed
      return render(
        state, strings, size: Size(columns: 120, rows: 50), now: state.now
      ).rows.joined(separator: " ")
    }
    for isPushed in [true, false] {
      state.health.health.isPushed = isPushed
      let arrivals = isPushed ? "prévient à chaque arrivée" : "interrogé régulièrement"
      for phase in [SyncStatus.Phase.upToDate, .working] {
        let pane = pane(phase, isServed: true)
        #expect(pane.contains("Un service synchronise cette boîte.") && pane.contains(arrivals))
      }
      for phase in [SyncStatus.Phase.refused, .offline, .closed, .never] {
        let pane = pane(phase, isServed: true)
        #expect(!pane.contains("service synchronise") && !pane.contains(arrivals), "\(phase)")
        #expect(pane.contains("sans échange avec le serveur"), "\(phase)")
      }
      // After a clean stop the cell still says « à jour » for a while.
      let stopped = pane(.upToDate, isServed: false)
      #expect(stopped.contains("Aucun service") && !stopped.contains(arrivals))
      #expect(pane(.upToDate, isServed: true, ago: 400).contains("sans échange"))
    }
    #expect(
      pane(.refused, isServed: true, in: English()).contains("exchanges nothing with the server"))
  }

  @Test("which of several BALs is open stands in the title line, at every width")
  func openBAL() {
    var state = Scene.trouble.state
    func title(_ columns: Int) -> String {
      render(state, French(), size: Size(columns: columns, rows: 24), now: state.now).rows[0]
    }
    #expect(!title(80).contains("officine"), "one BAL: nothing to tell apart")
    state.bals = [
      BALChoice(name: "officine", kind: .organisationnelle, isOpen: false),
      BALChoice(name: "petitjean", kind: .nominative, isOpen: true),
    ]
    state.bal = BAL(
      name: "petitjean", address: "lea.petitjean@pharmacien.mssante.fr", kind: .nominative)
    #expect(title(80).contains("… · petitjean "))
    #expect(title(80).contains("mot de passe refusé"))
    for columns in [60, 100, 120, 180] {
      #expect(title(columns).contains(" · petitjean"), "\(columns)")
      #expect(title(columns).contains("mot de passe refusé"), "\(columns)")
    }
    #expect(title(40).contains("mot de passe refusé"))
    #expect(title(140).contains("Pharmacie du Marché · petitjean, BAL nominative"))
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

  @Test("what the server lists and does not give is named, with whose it is and what to do")
  func withheldMail() {
    var state = Scene.health.state
    state.health.health.refusedMailboxes = ["Archive 2025"]
    state.health.withheld = [Withholding.cut, .empty].map {
      WithheldMail(
        receivedAt: state.now,
        sender: Sender(
          name: "", address: $0 == .cut ? "jeanne.martin@patient.mssante.example" : "",
          kind: .patient, display: "MARTIN Jeanne"), reason: $0)
    }
    func rows(_ strings: some Strings) -> String {
      render(state, strings, size: Size(columns: 100, rows: 60), now: state.now)
        .rows.map { $0.filter { $0 != "│" } }.joined(separator: " ")
        .split(separator: " ").joined(separator: " ")
    }
    let french = rows(French())
    #expect(french.contains("Le serveur n'ouvre pas le dossier « Archive 2025 »"))
    #expect(french.contains("Le serveur annonce 2 messages et ne les donne pas."))
    #expect(french.contains("MARTIN Jeanne la connexion se coupe quand il est demandé"))
    #expect(french.contains("expéditeur inconnu donné sans contenu"))
    let english = rows(English())
    #expect(english.contains("The server announces 2 messages and does not give them."))
    #expect(english.contains("The server does not open the mailbox “Archive 2025”"))
    var queue = Scene.queue.state
    queue.counts.withheld = 1
    #expect(text(queue).contains { $0.contains("1 message resté au serveur") })
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

  @Test("M7 a second patient named by what came is a safety line, until a person decides")
  func otherPatients() {
    var state = Scene.reader.state
    #expect(!text(state).contains { $0.contains("Autre patient nommé ici") })
    let birth = BirthDate(year: 1962, month: 4, day: 14)
    state.opened?.order.otherPatients = [
      Patient(name: "DURAND Paul", birthDate: birth, source: .document)
    ]
    #expect(text(state).contains { $0.contains("Autre patient nommé ici : DURAND Paul") })
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
