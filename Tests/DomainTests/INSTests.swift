import Domain
import Foundation
import Testing

@Suite("INS")
struct INSTests {
  /// Matricules of official guides whose key is wrong (domain note 3.06).
  static let wrongKeys = [
    "170017510112313", "123456789012244", "288091234567823", "253097812634581",
    "194052203228988",
  ]

  @Test("the official test patient has a valid key")
  func validKey() throws {
    let ins = try #require(INS("279035121518989"))
    #expect(ins.hasValidKey)
    #expect(ins.expectedKey == 89)
  }

  @Test("a wrong key is accepted and told", arguments: wrongKeys)
  func wrongKey(text: String) throws {
    let ins = try #require(INS(text))
    #expect(!ins.hasValidKey)
    #expect(ins.matricule == text)
  }

  @Test(
    "Corsica counts 2A as 19 and 2B as 18",
    arguments: [("279032A12345", "279031912345"), ("185072B03312", "185071803312")])
  func corsica(letters: String, digits: String) throws {
    let corsican = try #require(INS(letters + "600"))
    let plain = try #require(INS(digits + "600"))
    #expect(corsican.expectedKey == plain.expectedKey)
    let key = corsican.expectedKey < 10 ? "0\(corsican.expectedKey)" : "\(corsican.expectedKey)"
    #expect(try #require(INS((letters + "6" + key).lowercased())).hasValidKey)
  }

  @Test("the variant that replaces the letter by 0 is not used")
  func corsicaIsNotZero() throws {
    let corsican = try #require(INS("279032A12345600"))
    let zero = try #require(INS("279032012345600"))
    #expect(corsican.expectedKey != zero.expectedKey)
  }

  @Test(
    "every kind of space may stand between the groups",
    arguments: ["2 79 03 51 215 189 89", "2\u{A0}79\u{202F}035121518989", " 279035121518989\n"])
  func spaces(text: String) {
    #expect(INS(text)?.matricule == "279035121518989")
  }

  @Test(
    "what has another shape is no matricule",
    arguments: [
      "", "27903512151898", "2790351215189890", "579035121518989", "079035121518989",
      "27903512151898A", "279031A12151898", "279032C12151898", "2790é5121518989",
      "+79035121518989", "٢79035121518989",
    ])
  func refuses(text: String) {
    #expect(INS(text) == nil)
  }

  @Test("the OID says who issued the number; without one the first digit does")
  func authority() {
    func authority(_ text: String, _ oid: String?) -> INS.Authority? {
      INS(text, oid: oid)?.authority
    }
    let nir = "279035121518989"
    #expect(authority(nir, nil) == .nir)
    #expect(authority("379035121518989", nil) == .nir)
    #expect(authority("779035121518989", nil) == .nia)
    #expect(authority("879035121518989", nil) == .nia)
    #expect(authority(nir, "1.2.250.1.213.1.4.8") == .nir)
    #expect(authority(nir, "1.2.250.1.213.1.4.9") == .nia)
    #expect(authority(nir, "1.2.250.1.213.1.4.10") == .testNIR)
    #expect(authority(nir, "1.2.250.1.213.1.4.11") == .demonstrationNIR)
    #expect(authority(nir, "1.2.3") == .other)
  }

  @Test("a test OID is never the same person as a production one")
  func testOID() throws {
    let real = try #require(INS("279035121518989", oid: "1.2.250.1.213.1.4.8"))
    let test = try #require(INS("279035121518989", oid: "1.2.250.1.213.1.4.10"))
    #expect(test.isTest && !real.isTest)
    #expect(real != test)
    #expect(
      !Patient(name: "X", ins: real, source: .document)
        .mayBeSamePerson(as: Patient(name: "X", ins: test, source: .document)))
  }

  @Test("sex, two-digit year and month; 20 and more is unknown")
  func traits() throws {
    let woman = try #require(INS("279035121518989"))
    #expect(woman.sex == .female && woman.birthYear == 79 && woman.birthMonth == 3)
    #expect(woman.birthHint == "03/79")
    let man = try #require(INS("105205121518900"))
    #expect(man.sex == .male && man.birthYear == 5 && man.birthMonth == nil)
    #expect(man.birthHint == "??/05")
    #expect(INS("105005121518900")?.birthMonth == nil)
    #expect(INS("105135121518900")?.birthMonth == nil)
    #expect(INS("105125121518900")?.birthMonth == 12)
    #expect(INS("405125121518900")?.sex == .female)
    #expect(INS("705125121518900")?.sex == .male)
    #expect(INS("805125121518900")?.sex == .female)
  }

  @Test("the masked form hides place and order, and keeps homonyms apart")
  func masked() throws {
    let one = try #require(INS("279035121518989"))
    #expect(one.masked() == "2 79 03 •• ••• ••• 89")
    #expect(one.masked(hidden: "*") == "2 79 03 ** *** *** 89")
    #expect(one.grouped == "2 79 03 51 215 189 89")
    let homonym = try #require(INS("279035121519086"))
    #expect(homonym.masked() != one.masked())
  }

  @Test("a stored matricule of another shape is an error, not a crash")
  func damagedJSON() throws {
    let decoder = JSONDecoder()
    for text in [#"{"matricule":"27"}"#, #"{"matricule":""}"#, "{}"] {
      #expect(throws: DecodingError.self) { try decoder.decode(INS.self, from: Data(text.utf8)) }
    }
    let ins = try #require(INS("279035121518989", oid: "1.2.250.1.213.1.4.8"))
    #expect(try decoder.decode(INS.self, from: JSONEncoder().encode(ins)) == ins)
  }
}
