import Domain
import Samples
import TestKit
import Testing

@testable import Documents

struct DocumentReaderTests {
  @Test func `a PDF is read with its accents and pages`() throws {
    let client = try decoder()
    let raw = TestMail.patientPrescription().bytes
    let document = try client.read(1, of: raw).document
    #expect(document.state == .done)
    #expect(document.text.hasPrefix("Dr Hervé LE GOFF, médecine générale\n"))
    #expect(document.text.contains("Amoxicilline 1 g : 1 comprimé matin et soir pendant 6 jours"))
    #expect(document.pages == 1)
    #expect(document.kind == .pdf && document.attachment == 1 && document.defects.isEmpty)
  }

  @Test func `M10 without pdftotext a PDF has a calm state`() throws {
    let client = try decoder(programs: "/nonexistent")
    let document = try client.read(1, of: TestMail.patientPrescription().bytes).document
    #expect(document.state == .toolMissing)
    #expect(document.defects.map(\.code) == ["pdf.tool-missing"])
    #expect(document.text.isEmpty)
  }

  @Test func `M10 a PDF that is none, one without text, one behind a password`() throws {
    let client = try decoder()
    func read(_ bytes: [UInt8]) throws -> ReadableDocument {
      try client.read(1, of: mail(with: "a.pdf", "application/pdf", bytes)).document
    }
    let broken = try read(Array("%PDF-1.4\nrien".utf8))
    #expect(broken.state == .failed && broken.defects.map(\.code) == ["pdf.broken"])
    let empty = try read(SampleDocuments.pdf([]))
    #expect(empty.state == .done && empty.text.isEmpty)
    #expect(empty.defects.map(\.code) == ["pdf.no-text"])
    let locked = try read(Array("%PDF-1.4\n1 0 obj\n<</Encrypt 2 0 R>>\nendobj\n".utf8))
    #expect(locked.state == .failed && locked.defects.map(\.code) == ["pdf.encrypted"])
  }

  @Test func `a PDF labelled as any bytes is still a PDF`() throws {
    let raw = mail(with: "scan", "application/octet-stream", SampleDocuments.pdf(["Bonjour é"]))
    let client = try decoder()
    #expect(try client.decode(raw).attachments.map(\.kind) == [.pdf])
    #expect(try client.read(1, of: raw).document.text == "Bonjour é")
  }

  @Test func `pictures wait for a reader, other files have none`() throws {
    let client = try decoder()
    var random = SampleRandom(seed: 1)
    let photo = mail(with: "p.png", "image/png", SampleDocuments.photo(random: &random))
    let picture = try client.read(1, of: photo).document
    #expect(picture.state == .toolMissing && picture.defects.map(\.code) == ["ocr.absent"])
    let other = try client.read(1, of: mail(with: "a.exe", "application/x-exe", [1, 2])).document
    #expect(other.state == .failed && other.defects.map(\.code) == ["document.kind"])
  }

  @Test func `texts, HTML and attached messages are read`() throws {
    let client = try decoder()
    func text(_ name: String, _ type: String, _ content: String) throws -> String {
      try client.read(1, of: mail(with: name, type, Array(content.utf8))).document.text
    }
    #expect(try text("a.txt", "text/plain; charset=utf-8", "Posologie\r\n1 g") == "Posologie\n1 g")
    #expect(try text("a.html", "text/html; charset=utf-8", "<p>É<p>à") == "É\n\nà")
    let inner = try text(
      "fwd.eml", "message/rfc822",
      "From: Dr Zoé <z@c.example>\r\nSubject: XDM/1.0/DDM+Avis\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\n\r\nContinuer.\r\n")
    #expect(inner == "De : Dr Zoé <z@c.example>\nObjet : Avis\n\nContinuer.\n")
  }

  @Test func `M02 a message without a single known header is unreadable`() throws {
    let client = try decoder()
    #expect(try !client.decode(Array("\u{0}\u{1}garbage".utf8)).isReadable)
    #expect(try !client.decode([UInt8]()).isReadable)
    #expect(try client.decode(mail("", "x")).isReadable)
  }
}
