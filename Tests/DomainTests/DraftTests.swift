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
