import Domain
import Foundation
import TestKit
import Testing

/// One person who opens every pane and menu of the demonstration, once each: what only opens
/// where a demande is in a certain state is opened in that view.
final class Visit {
  let demo: TerminalDemo
  let terminal: TmuxDriver
  /// Each screen on the way, whole: a number that the terminal put together out of pieces is here.
  private(set) var screens: [String] = []

  static let note = "noteCanari"
  static let answer = "reponseCanari"
  static let drugCode = "3400935955838"
  /// Invented: each first digit that there is, Corsica, an unknown month, wrong keys.
  static let numbers = [
    "190017500000126", "279035121518900", "385127599900111", "490067599900222",
    "785127599900455", "890067599900566", "190072A12345612", "290322B98765499",
    "200997512300417", "160207599900180",
  ]

  init(_ demo: TerminalDemo, columns: Int, rows: Int) throws {
    self.demo = demo
    terminal = try demo.terminal(columns: columns, rows: rows)
  }

  /// A mail with matricules in every spelling, in each place that a sender fills.
  static func spelled() -> TestMail {
    let lines = numbers.map { number -> String in
      let text = Array(number)
      let groups = [0..<1, 1..<3, 3..<5, 5..<7, 7..<10, 10..<13, 13..<15].map { String(text[$0]) }
      let spaced = [" ", ".", "-", "\u{A0}", " / ", "  "].map { groups.joined(separator: $0) }
      return "lu : \(([number, String(number.prefix(13))] + spaced).joined(separator: ", "))."
    }
    let born = lines.joined(separator: "\n")
    var mail = TestMail(
      from: .init("Assuré \(numbers[0])", "\(numbers[1])@patient.mssante.example"),
      subject: "Numéro \(numbers[2]) et \(numbers[3].prefix(13))",
      text: "Boîte \(drugCode).\n\(born)\n", messageID: "visite@canari.example")
    mail.date = Date(timeIntervalSinceNow: -60)
    mail.attachments = [
      .init(
        name: "carte \(numbers[4]).pdf", type: "application/pdf",
        bytes: TinyPDF(lines: ["Lecture " + numbers[5], "cle " + numbers[6]]).bytes),
      .init(name: "\(numbers[7]).txt", type: "text/plain", bytes: Array(born.utf8)),
    ]
    return mail
  }

  func walk() throws {
    try receives()
    try views()
    try reads()
    try panes()
    try remise()
    try search()
    try note()
    try answer()
  }

  private func receives() throws {
    try demo.deliver(Self.spelled().bytes, name: "1.visite.test")
    try terminal.expect("À prendre 7")
    try look()
  }

  /// Its drug code is legible, so the text was on the screen; its numbers are judged at the end.
  private func reads() throws {
    try terminal.press("Home")
    try terminal.waitForScreen("the first line selected") {
      TmuxDriver.selectedLine($0).contains("Assuré")
    }
    try terminal.press("Enter")
    try terminal.expect("Boîte")
    try look()
    for key in ["v", "PageDown", "PageDown", "v", "PageDown", "PageDown", "End"] {
      try terminal.pressAndSettle(key)
      try look()
    }
    // It is read meanwhile, and comes into the reader by itself; the key unfolds one document after
    // the other, then folds them all.
    try waitUntil("the text of the document on the screen", seen: { screens.last ?? "" }) {
      try terminal.pressAndSettle("v")
      try terminal.pressAndSettle("Home")
      for _ in 0..<9 {
        try terminal.pressAndSettle("PageDown")
        try look()
        if screens.last?.contains("Lecture ") == true { return true }
      }
      return false
    }
    #expect(screens.contains { $0.contains(Self.drugCode) }, "a drug code stays legible")
    try panes(of: readerPanes)
    try leave()
  }

  private var readerPanes: [(key: String, text: String)] {
    [
      ("w", "Pour qui ?"), ("e", "Changer l'état"), ("m", "Repères"), ("t", "C'est…"),
      ("x", "Histoire · "), ("a", "À qui la confier ?"), ("i", "ne pourra pas être annulée"),
      ("n", "jamais envoyée"),
    ]
  }

  private func views() throws {
    var seen: Set<String> = []
    for _ in 0..<40 {
      let before = Self.view(try terminal.screen())
      try terminal.press("Tab")
      let screen = try terminal.waitForScreen("the view after \(before)") {
        !Self.view($0).isEmpty && Self.view($0) != before
      }
      screens.append(screen)
      if !seen.insert(Self.view(screen)).inserted, screen.contains("[À prendre") { break }
    }
    let all: Set = [
      "À prendre", "Miennes", "En préparation", "À contrôler", "Prêtes", "Non retirées", "Promis",
      "Questions", "Alarmes", "Toutes", "Archives",
    ]
    #expect(seen.isSuperset(of: all), "\(seen)")
    try terminal.expect("[À prendre")
  }

  /// The name between the brackets.
  private static func view(_ screen: String) -> String {
    screen.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" && !$0.isNumber }
      .trimmingCharacters(in: .whitespaces)
  }

  private func panes() throws {
    try panes(
      of: readerPanes + [
        ("F4", "Quelle vue ?"), ("s", "Santé de la boîte"), ("F1", "Aide : toutes les touches"),
        ("?", "Aide : toutes les touches"), (":", "Commandes"), ("F2", "Qui agit ?"),
        ("y", "Nouveau message MSSanté"), ("u", "Lui seul est"), ("z", "Relève · "),
      ])
    for key in ["F5", "F6", "F7", "F8", "F9", "F10", "F11", "b", "o", "g", "d", "c"] {
      try terminal.pressAndSettle(key)
      try look()
      try leave()
    }
    try terminal.press("z")
    try terminal.expect("Relève · ")
    for key in ["i", "a"] {
      try terminal.pressAndSettle(key)
      try look()
    }
    try leave()
    try terminal.press(":")
    try terminal.expect("Commandes")
    try terminal.type("équipe")
    try terminal.press("Enter")
    try terminal.expect("Ajouter quelqu'un")
    try look()
    try terminal.press("Enter")
    try terminal.expect("Donner un code")
    try look()
    try leave()
    try terminal.press("F12")
    try terminal.expectGone("À prendre")
    try look()
    try terminal.press("F12")
    try terminal.expect("Entrée Lire")
  }

  private func panes(of list: [(key: String, text: String)]) throws {
    for (key, text) in list {
      // Where the words stood there before, the line of hints says that a pane is over it.
      let before = try terminal.screen()
      func isOpen(_ screen: String) -> Bool {
        screen.contains(text) && (!before.contains(text) || hints(screen) != hints(before))
      }
      try terminal.press(key)
      try terminal.waitForScreen("« \(text) » after \(key)", isOpen)
      try look()
      try terminal.press("Escape")
      try terminal.waitForScreen("« \(text) » to close after \(key)") { !isOpen($0) }
      try look()
    }
  }

  /// What is ready is handed over: the form of the remise, on a demande that is there.
  private func remise() throws {
    try go(to: "Prêtes")
    try terminal.press("d")
    try terminal.expect("Original")
    try look()
    try leave()
    try terminal.press("F7")
    try terminal.pressAndSettle("Escape")
    try go(to: "À prendre")
  }

  private func go(to view: String) throws {
    for _ in 0..<40 {
      let now = Self.view(try terminal.screen())
      if now == view { return }
      try terminal.press("Tab")
      try terminal.waitForScreen("the view after \(now)") { Self.view($0) != now }
    }
    try terminal.expect("[\(view)")
  }

  private func search() throws {
    try terminal.press("F3")
    try terminal.expect("Chercher :")
    for text in ["martin", "2", "7", " ", "9"] {
      try terminal.type(text)
      try terminal.pressAndSettle("Down")
      try look()
    }
    try leave()
    try terminal.press("F3")
    try terminal.expect("Chercher :")
    try terminal.type(Self.drugCode)
    try terminal.expect("1 demande")
    try look()
    try terminal.press("Enter")
    try terminal.expect("Échap Retour")
    try look()
    try leave()
  }

  private func note() throws {
    try terminal.pressAndSettle("Home")
    try terminal.press("n")
    try terminal.expect("jamais envoyée")
    try terminal.type(Self.note)
    try terminal.expect(Self.note)
    try look()
    try terminal.press("Escape")
    try terminal.expectGone("jamais envoyée")
  }

  /// The answer to the first quotes its matricules; the second one's may be sent.
  private func answer() throws {
    try terminal.press("r")
    try terminal.expect("Répondre à Assuré")
    try look()
    try leave()
    try terminal.pressAndSettle("Down")
    try terminal.press("Enter")
    try terminal.expect("Échap Retour")
    try terminal.press("r")
    try terminal.expect("Répondre à")
    try terminal.press("F2")
    try terminal.pressAndSettle("Escape")
    try terminal.expect("Répondre à")
    try terminal.type(Self.answer)
    try terminal.expect(Self.answer)
    try terminal.press("C-e")
    try terminal.expect("Relire avant d'envoyer")
    try look()
    try terminal.press("Escape")
    try terminal.expect("Ctrl-E")
  }

  private func look() throws { screens.append(try terminal.screen()) }

  private func hints(_ screen: String) -> Substring {
    screen.split(separator: "\n", omittingEmptySubsequences: false).dropLast().last ?? ""
  }

  /// Escape until the queue shows its hints again.
  private func leave() throws {
    for _ in 0..<8 {
      if Self.isQueue(try terminal.screen()) { return }
      try terminal.pressAndSettle("Escape")
      try look()
    }
    try terminal.waitForScreen("the queue again", Self.isQueue)
  }

  private static func isQueue(_ screen: String) -> Bool {
    screen.contains("Entrée Lire") && screen.contains("Toutes 2") && !screen.contains("Chercher :")
  }

  // MARK: - What it showed

  func showedNoMatricule() {
    let bytes = terminal.recorded()
    let visit = MatriculeShapes.plain(bytes)
    var found = Set(([visit] + screens).flatMap(MatriculeShapes.found))
    let numbers = Set((demo.matricules + Self.numbers).map { String($0.prefix(13)) })
    let streams = [visit.replacing("\u{1}", with: "")] + screens
    for digits in streams.map(MatriculeShapes.squeezed) {
      found.formUnion(numbers.filter { digits.contains($0) })
    }
    #expect(found.isEmpty, "\(found.sorted())")
    #expect(visit.contains(Self.note) && visit.contains(Self.answer), "the canaries sang")
  }
}
