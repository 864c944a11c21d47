import Domain
import Foundation
import Samples
import TestKit
import Testing

@testable import Documents

/// A client of the decoder that was built beside the tests.
func decoder(
  _ confinement: Confinement? = nil, programs: String = "/usr/bin:/bin",
  limits: DecoderLimits = .standard
) throws -> DecoderClient {
  DecoderClient(
    executable: try Products.binary("mssterm-worker"), programs: programs,
    confinement: confinement, limits: limits)
}

/// A mail in plain lines; CRLF is put in.
func mail(_ lines: String...) -> [UInt8] {
  let head = ["From: Jeanne <a@b.example>", "Subject: essai", "Message-ID: <1@b.example>"]
  return Array((head + lines).joined(separator: "\n").replacing("\n", with: "\r\n").utf8)
}

/// A mail with one file.
func mail(with name: String, _ type: String, _ bytes: [UInt8]) -> [UInt8] {
  var letter = TestMail(from: .patient, subject: "x", text: "voici", messageID: "1@b.example")
  letter.attachments = [.init(name: name, type: type, bytes: bytes)]
  return letter.bytes
}

struct DecoderClientTests {
  @Test func `a patient's mail comes back as plain values`() throws {
    let client = try decoder()
    let raw = TestMail.patientPrescription().bytes
    let message = try client.decode(raw)
    #expect(message.isReadable)
    #expect(message.subject == "Mon ordonnance à préparer")
    #expect(message.messageID == "<ordonnance-1@patient.mssante.example>")
    #expect(message.from.first?.name == "Jeanne MARTIN")
    #expect(message.text.contains("voici mon ordonnance. Je passe ce soir."))
    #expect(message.preview == "Bonjour,")
    #expect(message.attachments.map(\.kind) == [.pdf])
    #expect(message.attachments.first?.filename == "ordonnance n° 1.pdf")
    #expect(message.headers.first?.name == "Date")
    #expect(message.identity.count == 32)
    #expect(message.rawDigest.hasPrefix("sha256:") && message.rawDigest.count == 71)
    #expect(message.date == Timestamp(seconds: 1_795_167_667))
    let facts = message.facts(sender: .patient, isOutgoing: false)
    #expect(MessageKind.classify(facts) == .prescription)
  }

  @Test func `attachment bytes come back exact`() throws {
    let client = try decoder()
    var random = SampleRandom(seed: 7)
    let photo = SampleDocuments.photo(random: &random)
    let raw = mail(with: "photo.png", "image/png", photo)
    #expect(try client.attachment(1, of: raw) == photo)
    #expect(throws: DecoderError.noSuchAttachment) { try client.attachment(2, of: raw) }
    #expect(throws: DecoderError.noSuchAttachment) { try client.attachment(0, of: raw) }
  }
}
