import Domain
import Testing

@Suite("For whom: whose number it is")
struct NamingTests {
  private static let daughter = INS("287095121518989")
  private static let known = Patient(
    name: "MARTIN Jeanne", birthDate: BirthDate(year: 1987, month: 9, day: 4), ins: daughter,
    source: .sender)

  private func named(
    _ name: String, _ date: String?, knowing known: Patient? = Self.known
  ) -> Patient {
    Patient.named(name, birthDate: date.flatMap { BirthDate($0) }, knowing: known)
  }

  @Test("B3 the number of one homonym never stays on the other")
  func homonyms() {
    let mother = named("MARTIN Jeanne", "12/03/1951")
    #expect(mother.ins == nil && mother.birthDate?.year == 1951 && mother.source == .person)
    let date = mother.birthDate
    #expect(Patient.losesNumber("MARTIN Jeanne", birthDate: date, knowing: Self.known))
  }

  @Test("the same name and birth date keep it, accents and case apart")
  func same() {
    #expect(named("Martin JEANNE", "04/09/1987").ins == Self.daughter)
    var known = Self.known
    known.birthDate = nil
    #expect(named("MARTIN Jeanne", nil, knowing: known).ins == Self.daughter)
    #expect(named("MARTIN Odette", "04/09/1987").ins == nil)
    #expect(named("MARTIN Jeanne", nil).ins == nil, "a date that was taken away says nothing")
    #expect(!Patient.losesNumber("X", birthDate: nil, knowing: nil))
  }

  @Test("a date that the year and month of the number confirm keeps it")
  func confirmed() {
    var known = Self.known
    known.birthDate = nil
    #expect(named("MARTIN Jeanne", "04/09/1987", knowing: known).ins == Self.daughter)
    #expect(named("MARTIN Jeanne", "09/1987", knowing: known).ins == Self.daughter)
    #expect(named("MARTIN Jeanne", "1987", knowing: known).ins == nil)
    #expect(named("MARTIN Jeanne", "04/10/1987", knowing: known).ins == nil)
    known.ins = INS("287335121518989")
    #expect(named("MARTIN Jeanne", "04/09/1987", knowing: known).ins == nil, "month unknown")
  }
}

@Suite("What is still owed, as one line")
struct MissingListTests {
  private static let known = [
    MissingProduct(product: "LEVOTHYROX 12,5 µg", quantity: 2, due: Timestamp(seconds: 5)),
    MissingProduct(product: "SERINGUE, boîte de 10", quantity: 3),
    MissingProduct(product: "Kardegic"),
  ]

  @Test("M4 a decimal comma never separates, and an untouched line gives the list back as it is")
  func untouched() {
    let line = MissingList.text(Self.known)
    #expect(MissingList.read(line, knowing: Self.known) == Self.known)
    #expect(MissingList.read("  " + line + " ", knowing: Self.known) == Self.known)
    let half = [Self.known[0]]
    #expect(MissingList.read("LEVOTHYROX 12,5 µg", knowing: half) == half)
    let twins = [MissingProduct(product: "A", quantity: 2), MissingProduct(product: "a")]
    #expect(MissingList.read(MissingList.text(twins), knowing: twins) == twins)
    #expect(MissingList.read("", knowing: Self.known) == [])
  }

  @Test(
    "« non » is an answer, and no product's name",
    arguments: ["non", "Aucun", "RIEN", "0", "-", " — ", "néant", "aucun.", "R.A.S.", "none"])
  func nothing(word: String) {
    #expect(MissingList.read(word, knowing: Self.known) == [])
    #expect(MissingList.read(word, knowing: []) == [])
    #expect(MissingList.read("Kardegic; Nonacog", knowing: []).count == 2)
    let odd = [MissingProduct(product: word, quantity: 2)]
    #expect(MissingList.read(word + " ", knowing: odd) == odd, "one that is on the list stays")
  }

  @Test("what stays keeps its quantity and its date, what is new is one more")
  func shortened() {
    let read = MissingList.read(
      "levothyrox 12,5 µg, seringue , boîte de 10; Eliquis 2,5 mg, Doliprane\nKARDEGIC;;",
      knowing: Self.known)
    #expect(read.prefix(2) == Self.known.prefix(2))
    #expect(read.map(\.product).dropFirst(2) == ["Eliquis 2,5 mg", "Doliprane", "Kardegic"])
    #expect(MissingList.read("X; x, X", knowing: []).count == 1)
  }

  @Test("m6 a known name keeps its semicolon when the line is touched")
  func semicolon() {
    let odd = MissingProduct(product: "Set n° 4; stérile, petit", quantity: 4)
    let known = [odd] + Self.known
    let line = MissingList.text(known)
    #expect(MissingList.read(line + "; Eliquis", knowing: known).prefix(4) == known[...])
    #expect(MissingList.read("Kardegic; set n° 4 ;stérile , petit", knowing: known).last == odd)
    #expect(
      MissingList.read("Set n° 4; Kardegic", knowing: known).map(\.product)
        == ["Set n° 4", "Kardegic"])
  }

  @Test("m6 a letter put right keeps quantity and date; another dose, or a doubt, does not")
  func corrected() throws {
    let known = [
      MissingProduct(product: "Levothirox 25 µg", quantity: 2, due: Timestamp(seconds: 5)),
      MissingProduct(product: "Kardegic", quantity: 3),
    ]
    func read(_ name: String) throws -> MissingProduct {
      try #require(MissingList.read("\(name); Kardegic", knowing: known).first)
    }
    for name in ["Levothyrox 25 µg", "Levothrox 25 µg", "Levothiroxe 25 µg", "Levohtirox 25 µg"] {
      let product = try read(name)
      #expect(product.product == name)
      #expect(product.quantity == 2 && product.due == Timestamp(seconds: 5))
    }
    for name in ["Levothirox 75 µg", "Levothirox 125 µg", "Levotyrox 25 µg", "Eliquis"] {
      #expect(try read(name) == MissingProduct(product: name))
    }
    let two = MissingList.read("Kardegix; Kardegik", knowing: known)
    #expect(two.allSatisfy { $0.quantity == 1 }, "which of them was meant?")
  }
}
