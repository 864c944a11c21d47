import Domain
import Foundation
import Samples
import Store
import TestKit
import Testing

/// The whole work of one ordonnance, by the keys that the screen shows.
@Suite(.serialized) struct TerminalGestures {
  @Test(arguments: [(80, 24), (120, 40)])
  func `K01 an ordonnance is read, taken, prepared, checked, printed, answered, found again`(
    columns: Int, rows: Int
  ) throws {
    let gesture = try Gesturing(columns: columns, rows: rows)
    try gesture.reads()
    try gesture.takes()
    try gesture.saysForWhom()
    try gesture.prepares()
    try gesture.checks()
    try gesture.prints()
    try gesture.answers()
    try gesture.notes()
    try gesture.undoes()
    try gesture.searches()
    try gesture.readsTheHelp()
    try gesture.quits()
    try gesture.showedNoMatricule()
  }
}

/// One person at one terminal with one ordonnance; every step asserts on screen and store.
private struct Gesturing {
  let demo: TerminalDemo
  let terminal: TmuxDriver
  let row: QueueRow
  var name: String { row.message.sender.display }
  var id: Order.ID { row.id }
  /// A date that goes with the patient's number.
  let born: BirthDate

  init(columns: Int, rows: Int) throws {
    demo = try TerminalDemo()
    row = try demo.waiting(.prescription, with: .pdf)
    let ins = try #require(row.message.sender.ins)
    born = BirthDate(year: 1900 + ins.birthYear, month: ins.birthMonth ?? 3, day: 14)
    terminal = try demo.terminal(columns: columns, rows: rows)
  }

  /// Presses a key that must stand in the hints of the moment.
  private func pressShown(_ key: String, _ hint: String) throws {
    let screen = try terminal.expect(hint)
    #expect(screen.split(separator: "\n").last?.contains(hint) == true, "\(screen)")
    try terminal.press(key)
  }

  func reads() throws {
    let screen = try terminal.expect("DÉMO")
    #expect(screen.contains("F1 Aide"))
    try terminal.select(name)
    #expect(try terminal.expect("envoyé par \(name)").contains("INS"))
    try pressShown("Enter", "Entrée Lire")
    try terminal.expect("Échap Retour")
    try terminal.expect("Patient : ")
    #expect(try demo.order(id).status == .received, "reading takes nothing")
    try demo.waitForStore("the mail to be read") {
      try $0.message(row.message.id)?.flags.isSeen == true
    }
  }

  func takes() throws {
    try terminal.act(as: "Léa PETITJEAN")
    try pressShown("p", "p Je prends")
    try terminal.expect("Prise")
    try terminal.expect("chez Léa")
    let order = try demo.order(id)
    #expect(order.status == .preparing)
    #expect(order.owner?.name == "Léa")
  }

  func saysForWhom() throws {
    try terminal.press("w")
    try terminal.expect("Pour qui ?")
    try terminal.expect("Nom Prénom  \(name)")
    try terminal.press("Enter")
    try terminal.type(born.french)
    try terminal.expect(born.french)
    try terminal.press("Enter")
    try terminal.expect("pour \(name)")
    let patient = try #require(try demo.order(id).patient)
    #expect(patient.isConfirmed && patient.name == name)
    #expect(patient.birthDate == born)
  }

  func prepares() throws {
    try pressShown("f", "f Préparée par Léa")
    try terminal.expect("Préparée")
    try terminal.expect("◑ à contrôler")
    #expect(try demo.order(id).status == .prepared)
    // Léa prepares, she does not check.
    try terminal.press("c")
    try terminal.expect("Initiales du pharmacien")
    try terminal.press("Escape")
    try terminal.waitForScreen("the question to go") { !$0.contains("Initiales du pharmacien") }
    #expect(try demo.order(id).status == .prepared)
  }

  func checks() throws {
    try terminal.act(as: "Claire MOREAU")
    try pressShown("c", "c Contrôlée")
    try terminal.expect("● prête")
    let order = try demo.order(id)
    #expect(order.status == .checked)
    #expect(order.checked?.author.name == "Claire")
  }

  func prints() throws {
    // Its hint gives way to that of the check, which can be taken back for a minute.
    try terminal.press("i")
    try terminal.expect("ne pourra pas être annulée")
    try terminal.press("Right", "Enter")
    try terminal.expect("Imprimé ")
    let folder = demo.directory + "/impressions"
    let job = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/" + job).sorted()
    #expect(names == ["00-couverture.txt", "01-ordonnance.pdf"])
    let cover = try String(
      contentsOfFile: "\(folder)/\(job)/00-couverture.txt", encoding: .utf8)
    #expect(cover.contains("COPIE"))
    #expect(cover.contains("Claire MOREAU"))
    #expect(cover.contains("Pour \(name), \(born.french)"))
    let pdf = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(job)/01-ordonnance.pdf"))
    #expect(try Array(pdf) == demo.sample(from: row.message.sender.address).files[0].bytes)
    #expect(try demo.order(id).printed != nil)
  }

  func answers() throws {
    // Its hint may stand behind that of the check, which can be taken back for a minute.
    try terminal.press("r")
    try terminal.expect("Répondre à \(name)")
    try terminal.type("Bonjour, tout est prêt au comptoir.")
    try terminal.expect("tout est prêt au comptoir.")
    try send()
    try pressWhile("u", until: "annulé, rien n'est parti")
    try demo.waitForStore("the answer to be taken back") {
      try $0.outbox(states: [.cancelled]).count == 1
    }
    // What was written is still there, and goes out this time.
    try terminal.press("r")
    try terminal.expect("tout est prêt au comptoir.")
    try send()
    try demo.waitForStore("the answer to leave") { try $0.outbox(states: [.sent]).count == 1 }
    let left = try FileManager.default.contentsOfDirectory(atPath: demo.directory + "/envois/new")
    #expect(left.count == 1)
    // The history ends the text of the reader.
    // Its copy may still be on its way into the reader: the end moves with it.
    try waitUntil("the answer in the history") {
      try terminal.press("End")
      return try terminal.screen().contains("réponse partie")
    }
  }

  private func send() throws {
    try pressShown("C-e", "Ctrl-E Relire et envoyer")
    let review = try terminal.expect("Relire avant d'envoyer")
    #expect(review.contains(name) && review.contains("par Claire MOREAU"))
    try pressShown("Enter", "Entrée Envoyer")
    try terminal.expect("u pour annuler")
  }

  private func pressWhile(_ key: String, until text: String) throws {
    try terminal.press(key)
    try terminal.expect(text)
  }

  func notes() throws {
    try terminal.press("n")
    try terminal.expect("Note interne, jamais envoyée")
    try terminal.type("elle passe à 17 h")
    try terminal.expect("elle passe à 17 h")
    try terminal.press("Enter")
    try terminal.expectGone("jamais envoyée")
    try demo.waitForStore("the note") {
      try $0.events(of: id).contains { $0.gesture == .noted("elle passe à 17 h") }
    }
  }

  func undoes() throws {
    try terminal.press("m")
    try terminal.expect("Repères")
    try terminal.press("Enter")
    try terminal.expect("u pour annuler")
    #expect(try demo.order(id).markers.isUrgent)
    try terminal.press("u")
    try terminal.expect("Annulé")
    #expect(try demo.order(id).markers.isUrgent == false)
    #expect(try demo.order(id).status == .checked)
    try pressShown("Escape", "Échap Retour")
    try terminal.expect("Entrée Lire")
  }

  func searches() throws {
    try pressShown("F3", "F3 Chercher")
    try terminal.expect("Chercher :")
    // Another state, and neither capitals nor accents.
    let plain = name.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
    try terminal.type(plain)
    let found = try terminal.expect("1 demande")
    #expect(found.contains("pour \(name)"))
    try pressShown("Enter", "Entrée Lire")
    try terminal.expect("● prête")
    try pressShown("Escape", "Échap Retour")
    try terminal.expect("Chercher : \(plain)")
    try pressShown("Escape", "Échap Retour")
    try terminal.expectGone("Chercher :")
  }

  func readsTheHelp() throws {
    try pressShown("F1", "F1 Aide")
    try terminal.expect("Aide : toutes les touches")
    var pages = try terminal.screen()
    for _ in 0..<12 where !pages.contains("Quitter") {
      pages += try terminal.pressAndSettle("PageDown")
    }
    // The way out of the program is said there.
    #expect(pages.contains { $0 == "q" } && pages.contains("Quitter"))
    try terminal.press("Escape")
    try terminal.expectGone("Aide : toutes les touches")
  }

  func quits() throws {
    try terminal.press("q")
    #expect(try terminal.waitForExit() == 0)
  }

  /// P01: nothing that reached the terminal was the number of a demonstration patient.
  func showedNoMatricule() throws {
    let bytes = terminal.recorded()
    #expect(bytes.count > 5000, "the recording is there")
    let text = String(decoding: bytes, as: UTF8.self)
    // Moves of the cursor between two digits must not hide them.
    let digits = text.replacing(/\u{1b}\[[0-9;?]*[A-Za-z]/, with: "")
      .filter { $0 != " " && $0 != "\u{a0}" }
    for matricule in demo.matricules {
      let number = String(matricule.prefix(13))
      #expect(!text.contains(number) && !digits.contains(number))
    }
  }
}
