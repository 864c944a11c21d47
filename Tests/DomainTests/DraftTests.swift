import Domain
import Testing

@Suite("Drafts")
struct DraftTests {
  func blanks(_ body: String) -> [String] {
    Draft(id: "x", body: body, authorID: "lea", updatedAt: Timestamp(seconds: 0)).blanks
  }

  @Test("blanks of a template are found, whatever surrounds them")
  func found() {
    #expect(blanks("Prête à [heure], demandez [prénom].") == ["[heure]", "[prénom]"])
    #expect(blanks("[[heure]]") == ["[heure]"])
    #expect(blanks("- [ pas fermé\nà [heure]") == ["[heure]"])
    #expect(blanks("a ] b [n° de téléphone] [jour/mois] [après-midi]").count == 3)
  }

  @Test("what is no blank lets the mail leave")
  func notBlank() {
    #expect(blanks("> reçu à [heure] et [date]\n  > [encore]") == [])
    #expect(blanks("[] [...] [12] [10:30] tab[i]=0x1 [a_b]").filter { $0 != "[i]" } == [])
    #expect(blanks("[\(String(repeating: "a", count: 41))]") == [])
    #expect(blanks("[deux\nlignes]") == [])
    #expect(blanks(String(repeating: "[", count: 50_000)) == [])
  }

  @Test(
    "an answer's subject has one Re:, one line and no XDM prefix",
    arguments: [
      ("Ordonnance", "Re: Ordonnance"), ("Re: Ordonnance", "Re: Ordonnance"),
      ("RE : re:Re: x", "Re: x"), ("TR: x", "Re: TR: x"), ("", "Re: "), ("Réf: 3", "Re: Réf: 3"),
      ("a\r\nBcc: b@c.example", "Re: a Bcc: b@c.example"),
      ("XDM/1.0/DDM+Prescription", "Re: Prescription"),
      ("Re: XDM/1.0/DDM+Prescription", "Re: Prescription"),
    ])
  func replySubject(subject: String, answer: String) {
    #expect(Draft.replySubject(subject) == answer)
  }
}

@Suite struct QuoteTests {
  @Test func `the original is quoted below two empty lines, quotes of quotes stay apart`() {
    let original = "Bonjour,\n\nMerci.\n> avant\n\n"
    #expect(Draft.quote(original) == "\n\n> Bonjour,\n>\n> Merci.\n>> avant\n")
    #expect(Draft.quote("") == "")
    let long = Draft.quote(String(repeating: "x\n", count: 1000))
    #expect(long.split(separator: "\n").count == Draft.quotedLineLimit)
  }

  @Test func `an answer that holds only the quotation is empty`() {
    let trust = TrustSpace()
    var draft = Draft(
      id: "b1", to: [MailAddress(address: "279035121518989@patient.mssante.fr")],
      body: Draft.quote("Bonjour"), authorID: "lea", updatedAt: Timestamp(seconds: 0))
    #expect(draft.problem(in: trust) == .emptyBody)
    draft.body = "Oui.\n" + draft.body
    #expect(draft.problem(in: trust) == .noSubject)
    draft.subject = "Re: Ordonnance\nBcc: x"
    #expect(draft.problem(in: trust) == .unsafeSubject)
    draft.subject = "Re: Ordonnance"
    #expect(draft.problem(in: trust) == nil)
    draft.to.append(MailAddress(address: "179035121518989@patient.mssante.fr"))
    #expect(draft.problem(in: trust) == .severalPatients)
    draft.to = [MailAddress(address: "quelquun@courriel.example")]
    #expect(draft.problem(in: trust) == .outsideTrustSpace("quelquun@courriel.example"))
  }
}
