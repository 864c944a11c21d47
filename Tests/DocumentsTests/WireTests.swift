import Domain
import TestKit
import Testing

@testable import Documents

/// The child's answers are foreign bytes too: the worker checks every length.
struct WireTests {
  private var message: DecodedMessage {
    MessageDecoding.decode(TestMail.patientPrescription().bytes)
  }

  private var reading: DocumentReading {
    let document = ReadableDocument(
      attachment: 2, kind: .cda, state: .done, text: "é", pages: 3, isMachineRead: true,
      defects: [Defect(code: "a", text: "b")])
    let patient = Patient(
      name: "MARTIN Jeanne", birthDate: BirthDate(year: 1979, month: 3),
      ins: INS(TestMail.matricule("2790399999123"), oid: "1.2"), source: .document)
    return DocumentReading(document: document, patient: patient, codes: ["57833-6"])
  }

  @Test func `values come back as they went`() throws {
    var writer = WireWriter()
    writer.message(message)
    var reader = WireReader(writer.bytes[...])
    #expect(try reader.message() == message)
    var second = WireWriter()
    second.reading(reading)
    var secondReader = WireReader(second.bytes[...])
    #expect(try secondReader.reading() == reading)
  }

  @Test func `every truncation is refused, none ends the worker`() {
    var writer = WireWriter()
    writer.message(message)
    for length in 0..<writer.bytes.count {
      var reader = WireReader(writer.bytes[..<length])
      #expect(throws: WireDamage.self) { try reader.message() }
    }
  }

  @Test func `lying lengths and counts are refused`() {
    var writer = WireWriter()
    writer.reading(reading)
    for place in writer.bytes.indices.dropLast(7) {
      for lie in [UInt64.max, UInt64(Int64.max), 1 << 40] {
        var bytes = writer.bytes
        for step in 0..<8 { bytes[place + step] = UInt8(truncatingIfNeeded: lie >> (step * 8)) }
        var reader = WireReader(bytes[...])
        // Some places hold text or numbers, where any bytes are right: it only must not trap.
        if let value = try? reader.reading() { #expect(value.document.text.utf8.count < 4096) }
      }
    }
    var list = WireReader([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0][...])
    #expect(throws: WireDamage.self) {
      try list.list { (r) throws(WireDamage) in try r.byte() }
    }
  }
}
