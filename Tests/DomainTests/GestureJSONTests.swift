import Domain
import Foundation
import Testing

/// The JSON of a gesture is a stored format: whoever changes one of these lines makes the histories
/// of every officine unreadable, and needs a migration first.
@Suite("Stored form of gestures")
struct GestureJSONTests {
  static let author =
    #"{"initials":"LP","isDeclared":false,"memberID":"lea","name":"Léa","poste":"comptoir 1"}"#
  static let patient =
    #"{"birthDate":{"month":3,"year":1979},"ins":{"matricule":"279035121518989","#
    + #""oid":"1.2.250.1.213.1.4.8"},"name":"MARTIN Jeanne","source":"document"}"#
  static let named =
    #"{"birthDate":{"day":2,"month":1,"year":1950},"name":"ROY Paul","source":"person"}"#

  static let golden: [(Gesture, String)] = [
    (
      .opened(kind: .prescription, proposed: []),
      #"{"opened":{"kind":"prescription","proposed":[]}}"#
    ),
    (
      .opened(kind: .question, proposed: [.urgent, .originalAwaited]),
      #"{"opened":{"kind":"question","proposed":[{"urgent":{}},{"originalAwaited":{}}]}}"#
    ),
    (.messageArrived(message: "m1", patient: nil), #"{"messageArrived":{"message":"m1"}}"#),
    (
      .messageArrived(
        message: "m1",
        patient: Patient(
          name: "MARTIN Jeanne", birthDate: BirthDate(year: 1979, month: 3),
          ins: INS("279035121518989", oid: "1.2.250.1.213.1.4.8"), source: .document)),
      #"{"messageArrived":{"message":"m1","patient":\#(patient)}}"#
    ),
    (.taken(over: nil), #"{"taken":{}}"#),
    (.taken(over: Team.léa), #"{"taken":{"over":\#(author)}}"#),
    (.taken(over: nil, seen: ["m1"]), #"{"taken":{"seen":["m1"]}}"#),
    (
      .assigned(to: Team.léa, over: nil), #"{"assigned":{"to":\#(author)}}"#
    ),
    (
      .handedOver(
        HandOver(originalSeen: true, owed: [MissingProduct(product: "X")], givenTo: "sa fille")),
      #"{"handedOver":{"_0":{"givenTo":"sa fille","originalSeen":true,"#
        + #""owed":[{"product":"X","quantity":1}]}}}"#
    ),
    (.reminded(messageID: "<a@b>"), #"{"reminded":{"messageID":"<a@b>"}}"#),
    (.answerWithdrawn(messageID: "<a@b>"), #"{"answerWithdrawn":{"messageID":"<a@b>"}}"#),
    (.released, #"{"released":{}}"#),
    (.moved(to: .preparing, reason: nil), #"{"moved":{"to":"preparing"}}"#),
    (.moved(to: .closed, reason: "doublon"), #"{"moved":{"reason":"doublon","to":"closed"}}"#),
    (.refused(reason: "dosage"), #"{"refused":{"reason":"dosage"}}"#),
    (
      .refused(reason: "dosage", isFree: true),
      #"{"refused":{"isFree":true,"reason":"dosage"}}"#
    ),
    (.kindChanged(to: .document), #"{"kindChanged":{"to":"document"}}"#),
    (
      .patientNamed(
        Patient(
          name: "ROY Paul", birthDate: BirthDate(year: 1950, month: 1, day: 2), source: .person)),
      #"{"patientNamed":{"_0":\#(named)}}"#
    ),
    (.marked(.urgent), #"{"marked":{"_0":{"urgent":{}}}}"#),
    (.marked(.originalAwaited), #"{"marked":{"_0":{"originalAwaited":{}}}}"#),
    (
      .marked(.missing(MissingProduct(product: "X", quantity: 2, due: Timestamp(seconds: 1)))),
      #"{"marked":{"_0":{"missing":{"_0":{"due":1000,"product":"X","quantity":2}}}}}"#
    ),
    (.marked(.questionPrescriber("q")), #"{"marked":{"_0":{"questionPrescriber":{"_0":"q"}}}}"#),
    (.marked(.questionPatient("q")), #"{"marked":{"_0":{"questionPatient":{"_0":"q"}}}}"#),
    (.marked(.promised(Timestamp(seconds: 1))), #"{"marked":{"_0":{"promised":{"_0":1000}}}}"#),
    (.marked(.shelf("bac 12")), #"{"marked":{"_0":{"shelf":{"_0":"bac 12"}}}}"#),
    (
      .unmarked(.originalAwaited, value: nil), #"{"unmarked":{"_0":"original-awaited"}}"#
    ),
    (.unmarked(.missing, value: "X"), #"{"unmarked":{"_0":"missing","value":"X"}}"#),
    (.noted("vu"), #"{"noted":{"_0":"vu"}}"#),
    (.printed(printer: "p"), #"{"printed":{"printer":"p"}}"#),
    (.attached(from: "d2", messages: ["m2"]), #"{"attached":{"from":"d2","messages":["m2"]}}"#),
    (.mergedInto("d2"), #"{"mergedInto":{"_0":"d2"}}"#),
    (.split(message: "m2", into: "d2"), #"{"split":{"into":"d2","message":"m2"}}"#),
    (.renewed(from: "d2"), #"{"renewed":{"from":"d2"}}"#),
    (.answerQueued(messageID: "<a@b>"), #"{"answerQueued":{"messageID":"<a@b>"}}"#),
    (
      .answerQueued(messageID: "<a@b>", seen: "m1"),
      #"{"answerQueued":{"messageID":"<a@b>","seen":"m1"}}"#
    ),
    (
      .answerQueued(messageID: "<a@b>", seen: "m1", having: ["m0", "m1"]),
      #"{"answerQueued":{"having":["m0","m1"],"messageID":"<a@b>","seen":"m1"}}"#
    ),
    (
      .productCorrected("X", to: MissingProduct(product: "Y")),
      #"{"productCorrected":{"_0":"X","to":{"product":"Y","quantity":1}}}"#
    ),
    (.newsHandled, #"{"newsHandled":{}}"#),
    (
      .notHandedOver(event: "e1", by: Team.léa, at: Timestamp(seconds: 1)),
      #"{"notHandedOver":{"at":1000,"by":\#(author),"event":"e1"}}"#
    ),
    (.answered(messageID: "<a@b>"), #"{"answered":{"messageID":"<a@b>"}}"#),
    (.undone(event: "e1"), #"{"undone":{"event":"e1"}}"#),
    (.purged(before: Timestamp(seconds: 1)), #"{"purged":{"before":1000}}"#),
  ]

  @Test("each gesture is written and read as it always was", arguments: golden)
  func goldenJSON(gesture: Gesture, json: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    #expect(String(decoding: try encoder.encode(gesture), as: UTF8.self) == json)
    #expect(try JSONDecoder().decode(Gesture.self, from: Data(json.utf8)) == gesture)
  }

  /// Without a `default`: a new case does not compile here until its golden line exists.
  static func name(_ gesture: Gesture) -> String {
    switch gesture {
    case .opened: "opened"
    case .messageArrived: "messageArrived"
    case .taken: "taken"
    case .assigned: "assigned"
    case .handedOver: "handedOver"
    case .reminded: "reminded"
    case .answerWithdrawn: "answerWithdrawn"
    case .released: "released"
    case .moved: "moved"
    case .refused: "refused"
    case .kindChanged: "kindChanged"
    case .patientNamed: "patientNamed"
    case .marked: "marked"
    case .unmarked: "unmarked"
    case .noted: "noted"
    case .printed: "printed"
    case .attached: "attached"
    case .mergedInto: "mergedInto"
    case .split: "split"
    case .renewed: "renewed"
    case .answerQueued: "answerQueued"
    case .productCorrected: "productCorrected"
    case .newsHandled: "newsHandled"
    case .notHandedOver: "notHandedOver"
    case .answered: "answered"
    case .undone: "undone"
    case .purged: "purged"
    }
  }

  @Test("every case has its golden line")
  func complete() {
    #expect(Set(Self.golden.map { Self.name($0.0) }).count == 27)
  }

  @Test(
    "a gesture of a later version is a clean error",
    arguments: [
      #"{"teleported":{"to":"mars"}}"#, #"{"moved":{"to":"teleported"}}"#, "{}", "[]", "null",
      #"{"taken":{},"released":{}}"#, #"{"marked":{"_0":{"later":{}}}}"#, #""released""#,
      #"{"patientNamed":{"_0":{"name":"x","source":"person","ins":{"matricule":"1"}}}}"#,
    ])
  func unknown(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Gesture.self, from: Data(json.utf8))
    }
  }

  @Test("a demande's snapshot survives the round trip")
  func snapshot() throws {
    var history = History.checked()
    history.add(Team.léa, .marked(.missing(MissingProduct(product: "X"))))
    let data = try JSONEncoder().encode(history.order)
    #expect(try JSONDecoder().decode(Order.self, from: data) == history.order)
  }
}
