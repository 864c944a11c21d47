import Domain
import Samples
import TestKit
import Testing

@testable import Documents

struct XDMReaderTests {
  private static let matricule = TestMail.matricule("2790399999123")
  private static let authority = "1.2.250.1.213.1.4.10"
  private let attachment = Attachment(
    n: 1, part: 2, filename: "IHE_XDM.zip", contentType: "application/zip", size: 1, kind: .xdm)

  private func metadata(_ matricule: String = matricule, name: String = "MARTIN^Jeanne") -> String {
    """
    <?xml version="1.0"?><lcm:SubmitObjectsRequest xmlns:lcm="urn:l" xmlns:rim="urn:r">
    <rim:ExtrinsicObject><rim:Slot name="sourcePatientInfo"><rim:ValueList>
    <rim:Value>PID-5|\(name)^^^^^L</rim:Value><rim:Value>PID-7|19790314</rim:Value>
    </rim:ValueList></rim:Slot>
    <rim:Classification classificationScheme="urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
      nodeRepresentation="57833-6"/>
    <rim:ExternalIdentifier value="\(matricule)^^^&amp;\(Self.authority)&amp;ISO^NH"/>
    </rim:ExtrinsicObject></lcm:SubmitObjectsRequest>
    """
  }

  private func cda(
    family: String = "MARTIN", body: String = "", head: String = ""
  ) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>\(head)
    <ClinicalDocument xmlns="urn:hl7-org:v3"><code code="57833-6" displayName="Prescription"/>
    <title>Ordonnance de sortie</title><effectiveTime value="20261120104107+0100"/>
    <recordTarget><patientRole><id root="1.2.3" extension="LOCAL-7"/>
    <id root="\(Self.authority)" extension="\(Self.matricule)"/><patient><name>
    <family qualifier="SP">DUBOIS</family><family qualifier="BR">\(family)</family>
    <given>Jeanne</given></name><birthTime value="19790314"/></patient></patientRole></recordTarget>
    <author><assignedAuthor><assignedPerson><name><prefix>Dr</prefix><given>Hervé</given>
    <family>Le Goff</family></name></assignedPerson></assignedAuthor></author>
    <documentationOf><serviceEvent><id root="1.2.250" extension="EPU-0042"/></serviceEvent>
    </documentationOf><component>\(body)</component></ClinicalDocument>
    """
  }

  private func narrative(_ text: String) -> String {
    "<structuredBody><component><section><title>Médicaments</title><text>\(text)</text>"
      + "</section></component></structuredBody>"
  }

  @Test func `an archive gives patient, head, PDF and narrative`() throws {
    let table = """
      <table><tbody><tr><td>Amoxicilline</td><td>1 g</td></tr>
      <tr><td><content revised="delete">Codéine</content></td><td></td></tr></tbody></table>
      """
    let zip = StoredZip([
      ("README.TXT", Array("x".utf8)),
      ("IHE_XDM/SUBSET01/METADATA.XML", Array(metadata().utf8)),
      ("IHE_XDM/SUBSET01/DOC0001.XML", Array(cda(body: narrative(table)).utf8)),
      ("IHE_XDM/SUBSET01/DOC0002.PDF", SampleDocuments.pdf(["Posologie détaillée"])),
      ("IHE_XDM/SUBSET01/PHOTO.JPG", [0xFF, 0xD8]),
    ]).bytes
    let raw = mail(with: "IHE_XDM.ZIP", "application/zip", zip)
    let client = try decoder()
    #expect(try client.decode(raw).attachments.map(\.kind) == [.xdm])
    let reading = try client.read(1, of: raw)
    #expect(reading.document.state == .done)
    #expect(
      reading.document.text == """
        Patient : MARTIN Jeanne, né(e) le 14/03/1979

        Ordonnance de sortie
        Type : Prescription (57833-6)
        Date : 20/11/2026 10:41
        Auteur : Dr LE GOFF Hervé
        N° d’ordonnance numérique : EPU-0042

        Médicaments

        Amoxicilline | 1 g
        ~Codéine~ |\u{20}

        Posologie détaillée

        Fichier : PHOTO.JPG
        """)
    #expect(reading.codes == ["57833-6"])
    let patient = try #require(reading.patient)
    #expect(patient.name == "MARTIN Jeanne" && patient.source == .document)
    #expect(patient.birthDate == BirthDate(year: 1979, month: 3, day: 14))
    #expect(patient.ins?.matricule == Self.matricule && patient.ins?.oid == Self.authority)
    #expect(reading.document.defects.isEmpty && reading.document.pages == 1)
  }

  @Test func `a CDA with its PDF inside, once though it also lies beside`() {
    let pdf = SampleDocuments.pdf(["Prendre 1 g"])
    let body =
      "<nonXMLBody><text mediaType=\"application/pdf\" representation=\"B64\">\n"
      + base64(pdf) + "\n</text></nonXMLBody>"
    let zip = StoredZip([
      ("A/DOC1.XML", Array(cda(body: body).utf8)), ("A/DOC2.PDF", pdf),
    ]).bytes
    let text = XDMReader.read(zip, attachment).document.text
    #expect(text.ranges(of: "Prendre 1 g").count == 1)
    let alone = XDMReader.readDocument(Array(cda(body: body).utf8), attachment)
    #expect(alone.document.text.hasSuffix("Prendre 1 g") && alone.patient?.name == "MARTIN Jeanne")
  }

  @Test func `M15 two patients in one archive are nobody's, and it says so`() {
    let stranger = metadata(TestMail.matricule("1690599999456"), name: "PETIT^Paul")
    let zip = StoredZip([
      ("X/METADATA.XML", Array(stranger.utf8)),
      ("X/DOC1.XML", Array(cda(body: narrative("Amoxicilline")).utf8)),
    ]).bytes
    let reading = XDMReader.read(zip, attachment)
    #expect(reading.patient == nil)
    #expect(reading.document.defects.map(\.code) == ["xdm.patient-conflict"])
    #expect(reading.document.text.contains("Patient : PETIT Paul"))
    #expect(reading.document.text.contains("Patient : MARTIN Jeanne"))
  }

  @Test func `M09 a DOCTYPE is refused and no file is read through it`() throws {
    try withTemporaryDirectory { directory in
      let secret = try directory.write("secret", "SESAME")
      let head = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file://\(secret)\">]>"
      let bytes = Array(cda(body: narrative("avant &x; après"), head: head).utf8)
      let reading = XDMReader.readDocument(bytes, attachment)
      #expect(reading.document.state == .failed)
      #expect(reading.document.defects.map(\.code) == ["xml.doctype", "cda.not-read"])
      #expect(!reading.document.text.contains("SESAME") && reading.patient == nil)
    }
  }

  @Test func `M08 a bomb is stopped while inflating`() throws {
    let client = try decoder()
    // 200 MB of zeros in 200 kB, announced as nothing of the kind.
    let bomb = try zeros(megabytes: 200)
    let raw = mail(with: "IHE_XDM.zip", "application/zip", bomb)
    let document = try client.read(1, of: raw).document
    #expect(document.defects.contains { $0.code == "xdm.capped" })
    #expect(document.state == .failed)
    #expect(try client.decode(mail("", "après")).text.contains("apr"))
    let opened = Archive.open(bomb)
    #expect(opened.end == .capped && !opened.entries.isEmpty)
    #expect(opened.entries.allSatisfy { $0.bytes.count <= 25 << 20 && $0.isCut })
    #expect(opened.entries.reduce(0) { $0 + $1.bytes.count } <= 50 << 20)
  }

  @Test func `M08 names that climb are only words`() {
    let zip = StoredZip([
      ("../../etc/evil.txt", Array("mots".utf8)), ("..\\..\\autre.bin", [1]),
    ]).bytes
    let document = XDMReader.read(zip, attachment).document
    #expect(document.state == .done)
    #expect(document.text == "mots\n\nFichier : autre.bin")
  }

  @Test func `what is no archive fails with its reason`() {
    let document = XDMReader.read(Array("PK nothing".utf8), attachment).document
    #expect(document.state == .failed)
    #expect(document.defects.map(\.code) == ["xdm.broken", "xdm.not-read"])
    let xml = XDMReader.readDocument(Array("<facture/>".utf8), attachment).document
    #expect(xml.state == .failed && xml.defects.map(\.code) == ["cda.not-read"])
  }
}
