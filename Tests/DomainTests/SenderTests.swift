import Domain
import Testing

@Suite("Senders (M14)")
struct SenderTests {
  let space = TrustSpace()

  @Test(
    "an address tells what kind of correspondent writes",
    arguments: [
      ("279035121518989@patient.mssante.fr", SenderKind.patient),
      ("279035121518989@PATIENT.MSSANTE.FR", .patient),
      ("mailer-daemon@patient.mssante.fr", .application),
      ("camille.durand@medecin.mssante.fr", .professional),
      ("cdurand@medecin.mssante.fr", .professional),
      ("camille.durand@operateur.mssante.fr", .professional),
      ("pharmacie.du.marche@operateur.mssante.fr", .organisation),
      ("secretariat@medecin.mssante.fr", .organisation),
      ("biologie-nord@labo.mssante.fr", .organisation),
      ("standard@operateur.mssante.fr", .organisation),
      ("750012345@operateur.mssante.fr", .organisation),
      ("no-reply@operateur.mssante.fr", .application),
      ("ne-pas-repondre.labo@operateur.mssante.fr", .application),
      ("noreply2@operateur.mssante.fr", .application),
      ("apple.martin@operateur.mssante.fr", .professional),
      ("camille.durand@mail.example", .unknown),
      ("x@patient.mssante.fr.example", .unknown),
      ("x@notmssante.fr", .unknown),
      ("", .unknown), ("mssante.fr", .unknown), ("@mssante.fr", .unknown),
    ])
  func kinds(address: String, kind: SenderKind) {
    #expect(space.kind(of: address) == kind)
  }

  @Test(
    "an address that two programs could read differently is outside",
    arguments: [
      "a@evil.example\0@mssante.fr", "a@evil.example @x.mssante.fr", "a@b@x.mssante.fr",
      "a@x.mssante.fr\n", "a@x.mssante.fr, b@evil.example", "<a@x.mssante.fr>",
      "\"a@evil.example\"@x.mssante.fr", "a@.mssante.fr", "a@x..mssante.fr", "a b@x.mssante.fr",
      "a\u{202E}@x.mssante.fr", "a@mss\u{430}nte.fr", "a(@x)@x.mssante.fr",
    ])
  func refusesDoubtful(address: String) {
    #expect(!space.contains(address))
    #expect(space.kind(of: address) == .unknown)
  }

  @Test("a domain with an accent, as some operators have, is inside")
  func accentedDomain() {
    #expect(space.contains("a.b@santé.mssante.fr"))
  }

  @Test(
    "a person's name has the family name first when it is sure which one it is",
    arguments: [
      ("Jeanne MARTIN", "MARTIN Jeanne"), ("MARTIN Jeanne", "MARTIN Jeanne"),
      ("Jean-Marie DA SILVA", "DA SILVA Jean-Marie"), ("DA SILVA Maria", "DA SILVA Maria"),
      ("Camille de LA TOUR", "de LA TOUR Camille"), ("Anne Le GALL", "Le GALL Anne"),
      ("Charles d'ARTAGNAN", "d'ARTAGNAN Charles"), ("Ann McDONALD", "McDONALD Ann"),
      ("Dr Camille DURAND", "Dr DURAND Camille"), ("M. Paul ROY", "M. ROY Paul"),
      ("Marie-Ève ÉLUARD", "ÉLUARD Marie-Ève"), ("J DURAND", "DURAND J"),
      ("Dr_Camille_DURAND_Cabinet", "Dr DURAND Camille"),
      ("Dr_Camille_DURAND_Cabinet_Médical", "Dr DURAND Camille"),
      ("Dr_Jean Marie_DA SILVA_Cabinet du Port", "Dr DA SILVA Jean Marie"),
      ("Camille_DURAND", "DURAND Camille"),
    ])
  func sure(name: String, shown: String) {
    #expect(DisplayName.personName(name) == shown)
  }

  @Test(
    "in doubt the order stays as written",
    arguments: [
      "Martin Bernard", "Bernard Martin", "MARTIN BERNARD", "BERNARD MARTIN", "Marie Le Gall",
      "Jeanne MARTIN née DURAND", "MARTIN Jeanne épouse DURAND", "Camille DURAND Cabinet",
      "Marie Dupont CHU", "Anh Thi LE", "Ben DUPONT-martin", "Docteur", "Jeanne", "李 小龙", "",
    ])
  func doubtful(name: String) {
    #expect(DisplayName.personName(name) == name)
  }

  @Test("two people never get one name: order, capitals and words are kept apart")
  func notConfused() {
    let names = [
      "Martin BERNARD", "Bernard MARTIN", "Martin Bernard", "Bernard Martin", "MARTIN BERNARD",
      "Jeanne MARTIN DURAND", "Jeanne MARTIN née DURAND", "Jeanne DURAND MARTIN",
    ]
    #expect(Set(names.map(DisplayName.personName)).count == names.count)
  }

  @Test(
    "a name that is an address, in any disguise, gives way to the real address",
    arguments: [
      "dr.durand@medecin.mssante.fr", "Dr DURAND <dr.durand@medecin.mssante.fr>",
      "dr.durand＠medecin.mssante.fr", "dr.durand\0@medecin.mssante.fr\n",
      "potus@white\u{200B}house.example", "medecin.mssante.fr DURAND",
    ])
  func addressAsName(name: String) {
    let mail = MailAddress(name: name, address: "intrus@mail.example")
    #expect(DisplayName.of(mail, kind: .unknown) == "intrus@mail.example")
    let patient = MailAddress(name: name, address: "279035121518989@patient.mssante.fr")
    #expect(DisplayName.of(patient, kind: .patient) == "")
  }

  @Test("no display name ever shows a matricule")
  func noMatricule() {
    let matricule = "279035121518989"
    let address = "\(matricule)@patient.mssante.fr"
    for name in ["", "   ", matricule, "2 79 03 51 215 189 89", "\u{200B}", "\"\""] {
      #expect(DisplayName.of(MailAddress(name: name, address: address), kind: .patient) == "")
    }
    for kind in SenderKind.allCases {
      for name in ["", "Jeanne MARTIN \(matricule)", "x@y \(matricule)"] {
        let mail = MailAddress(name: name, address: "\(matricule)@mail.example")
        #expect(!DisplayName.of(mail, kind: kind).contains("5121518"))
      }
    }
  }

  @Test("a display name is one clean line of bounded length")
  func cleaned() {
    func shown(_ name: String, _ kind: SenderKind = .patient) -> String {
      DisplayName.of(MailAddress(name: name, address: "a@b.example"), kind: kind)
    }
    #expect(shown("\"Jeanne\r\n MARTIN\"") == "MARTIN Jeanne")
    #expect(shown("Jeanne\u{202E} MAR\u{200B}TIN\u{1B}") == "MARTIN Jeanne")
    #expect(shown("MARTIN, Jeanne") == "MARTIN Jeanne")
    #expect(shown("Martin, Jeanne") == "Martin, Jeanne")
    #expect(shown("Pharmacie_du_Marché", .organisation) == "Pharmacie du Marché")
    #expect(shown("Jeanne MARTIN", .unknown) == "Jeanne MARTIN")
    #expect(shown(String(repeating: "a", count: 5000)).count == 200)
    #expect(shown("", .organisation) == "a")
  }

  @Test("a sender of the patients' domain carries the matricule of the address")
  func senderINS() {
    let mail = MailAddress(name: "Jeanne MARTIN", address: "279032a12345612@patient.mssante.fr")
    let sender = space.sender(mail)
    #expect(sender.ins?.matricule == "279032A12345612")
    #expect(sender.display == "MARTIN Jeanne" && sender.name == "Jeanne MARTIN")
    #expect(
      space.sender(MailAddress(address: "279035121518989@medecin.mssante.fr")).ins == nil)
  }
}
