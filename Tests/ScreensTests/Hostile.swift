import Desk
import Domain
import TestKit

/// A mail written to deceive the reader or the terminal; every trick is inside one demande.
enum Hostile {
  /// Clears the screen, renames the window, hides text behind a bidi override, adds a C1 CSI, a
  /// carriage return over what was said, a zero-width joiner run, and names of two columns.
  static let subject =
    "\u{1B}[2J\u{1B}]0;x\u{07}Ordonnance \u{202E}fdp.exe\u{202C} "
    + "\u{9B}31m 佐藤花子\u{200B}\u{200B} \rFAUX"

  /// Known matricules in the spellings people use; none may ever be read on a screen.
  static let ins = Officine.ins("2790375123456")
  static let corsican = Officine.ins("165072A087031")

  static let text = """
    Bonjour, mon numéro est \(ins.grouped), ou \(ins.matricule).
    page 2 \(ins.matricule) et \(corsican.matricule)
    \u{1B}]52;c;Y3VybA==\u{07}Amoxicilline 1 g\rAmoxicilline 9 g
    """

  static let sender = Sender(
    name: "pharmacien.conseil@mssante.example", address: "\(ins.matricule)@patient.mssante.fr",
    kind: .patient, display: "")

  static func opened() -> OpenedOrder {
    let original = Officine.opened(Officine.jeanne)
    var (opened, body) = (original, original.bodies[0])
    body.message.sender = sender
    body.message.subject = subject
    body.message.warnings = ["patient.conflict"]
    body.message.defects = [Defect(code: "mime.truncated", text: "cut")]
    body.message.attachments[0].filename = "ord\u{1B}[8m\u{202E}gpj.exe \(ins.matricule).jpg"
    body.text = text
    opened.bodies = [body]
    opened.order.patient = Patient(name: "", ins: ins, source: .sender)
    opened.samePatient = nil
    opened.events.append(
      OrderEvent(
        id: "h", order: opened.order.id, number: opened.events.count + 1,
        author: Officine.actor(Officine.sami).author, at: Officine.now, basedOn: nil,
        gesture: .noted("appeler \(ins.grouped)\u{1B}[5m")))
    return opened
  }
}
