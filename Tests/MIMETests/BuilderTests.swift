import MIME
import Testing

@Suite struct BuilderTests {
  private func mail(
    subject: String = "Votre ordonnance", text: String = "Bonjour",
    attachments: [OutgoingAttachment] = []
  ) -> OutgoingMail {
    OutgoingMail(
      messageID: "c0ffee@officine.example",
      date: MailDate(seconds: 1_795_165_509, offsetMinutes: 60),
      from: MailAddress(name: "Pharmacie du Marché", address: "pharmacie@officine.example"),
      to: [MailAddress(name: "Jérôme Œuvrard", address: "199075612345678@patient.example")],
      subject: subject, text: text, attachments: attachments)
  }

  private func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self)
      .split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// What the wire forbids: bare CR or LF, 8-bit, NUL, long lines.
  private func checkWire(_ bytes: [UInt8]) {
    let indices = bytes.indices
    let bareLF = indices.contains { bytes[$0] == 0x0A && ($0 == 0 || bytes[$0 - 1] != 0x0D) }
    let bareCR = indices.contains {
      bytes[$0] == 0x0D && ($0 + 1 == bytes.count || bytes[$0 + 1] != 0x0A)
    }
    #expect(!bareLF && !bareCR)
    #expect(bytes.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || [9, 10, 13].contains($0)) })
    #expect(lines(bytes).allSatisfy { $0.utf8.count <= 78 })
  }

  @Test(
    "round trip of subjects",
    arguments: [
      "Ordonnance", "Été à l'hôpital : œdème", "💉💊👩‍⚕️ prêt", "a=?utf-8?Q?b?=", "deux  blancs",
      String(repeating: "Prescription de produits de santé ", count: 12) + "fin",
      String(repeating: "x", count: 300), String(repeating: "処方箋", count: 40), "",
      "XDM/1.0/DDM+Prescription de produits de sante DURAND ALICE 02/03/1954", " bord ",
      String(repeating: "mot ", count: 60) + "fin",
    ])
  func subjects(subject: String) throws {
    let bytes = try mail(subject: subject).build()
    checkWire(bytes)
    let message = MIMEMessage.parse(bytes)
    #expect(message.envelope.subject == subject)
    #expect(message.defects.isEmpty)
  }

  @Test(
    "round trip of texts",
    arguments: [
      "Bonjour,\nvotre ordonnance est prête.\n", "", "sans fin de ligne",
      ".\n..\n.seul\nFrom moi\n",
      "blancs  \n\ttab\t\nfin ", String(repeating: "é", count: 500), "💊 \u{301}œ\n",
      String(repeating: "処方箋をお願いします。", count: 100), String(repeating: "a", count: 5_000),
      "a=b =C3=A9 =\n", "lignes\n\n\nvides\n",
    ])
  func texts(text: String) throws {
    let file = OutgoingAttachment(
      filename: "a.bin", contentType: "application/pdf", bytes: [0, 255, 13, 10])
    for attachments in [[], [file]] {
      let bytes = try mail(text: text, attachments: attachments).build()
      checkWire(bytes)
      let message = MIMEMessage.parse(bytes)
      let seen = message.bodyParts.map(\.text).joined()
      #expect(seen == text || seen == text + "\n")
      #expect(message.defects.isEmpty)
      #expect(message.attachments.count == attachments.count)
    }
  }

  @Test("O10 attachments arrive byte for byte under their names")
  func attachments() throws {
    let names = [
      "ordonnance.pdf", "Œuvre d'été (2).pdf", "20261120_Prescription_DURAND_Alice.pdf", "",
      String(repeating: "très long nom ", count: 12) + ".jpg", "a\"b\\c%41.txt", "処方箋.xml",
    ]
    let files = names.enumerated().map { index, name in
      OutgoingAttachment(
        filename: name, contentType: index == 3 ? "message/rfc822" : "application/pdf",
        bytes: (0..<(index * 100)).map { UInt8($0 * 7 % 256) })
    }
    let bytes = try mail(attachments: files).build()
    checkWire(bytes)
    let message = MIMEMessage.parse(bytes)
    #expect(message.attachments.map { $0.filename ?? "" } == names)
    #expect(message.attachments.map { message.content(of: $0.n) } == files.map(\.bytes))
    #expect(message.attachments[3].contentType == "application/octet-stream")
    #expect(message.defects.isEmpty)
  }

  @Test("headers, threading and MSSanté fields come back; same value, same bytes")
  func headers() throws {
    var reply = mail()
    reply.cc = [
      MailAddress(name: "Durand, Alice (cabinet)", address: "a.durand@medecin.example"),
      MailAddress(name: "Dr_Paul_EXEMPLE_Cabinet", address: "paul@medecin.example"),
    ]
    reply.inReplyTo = "m1@patient.example"
    reply.references = (0..<60).map { "r\($0)@patient.example" }
    reply.references += ["pas un id", "m1@patient.example"]
    reply.extraHeaders = [
      ("X-MSS-NIL", "DEV000000"), ("X-MSS-INS", "O"), ("x-mss-codecda", "57833-6,PRESC-BIO"),
      ("X-MSS-MES", "FIN"), ("Reply-To", "reponse@officine.example"),
      ("Disposition-Notification-To", "pharmacie@officine.example"),
    ]
    let bytes = try reply.build()
    #expect(try reply.build() == bytes)
    checkWire(bytes)
    let message = MIMEMessage.parse(bytes)
    let envelope = message.envelope
    #expect(envelope.from == [reply.from])
    #expect(envelope.to == reply.to)
    #expect(envelope.cc == reply.cc)
    #expect(envelope.date == reply.date)
    #expect(envelope.messageID == reply.messageID)
    #expect(envelope.inReplyTo == reply.inReplyTo)
    #expect(envelope.references.count == 21)
    #expect(envelope.references.first == "r0@patient.example")
    #expect(envelope.references.last == "m1@patient.example")
    #expect(message.header("X-MSS-CODECDA") == "57833-6,PRESC-BIO")
    #expect(message.header("X-MSS-MES") == "FIN")
    #expect(envelope.replyTo.map(\.address) == ["reponse@officine.example"])
    #expect(message.header("Bcc") == nil)
    #expect(message.defects.isEmpty)
  }

  static let poison = [
    "a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\0b", "a\u{1B}[2Jb", "a\u{85}b", "a\u{2028}b",
  ]

  @Test("O08 controls in any header field are refused", arguments: poison)
  func injection(poison: String) {
    var variants: [OutgoingMail] = []
    func vary(_ change: (inout OutgoingMail) -> Void) {
      var copy = mail()
      change(&copy)
      variants.append(copy)
    }
    vary { $0.subject = poison }
    vary { $0.messageID = poison + "@b.example" }
    vary { $0.from = MailAddress(name: poison, address: "a@b.example") }
    vary { $0.from = MailAddress(name: "", address: poison + "@b.example") }
    vary { $0.to = [MailAddress(name: "", address: "\"\(poison)\"@b.example")] }
    vary { $0.to = [MailAddress(name: "", address: "a@b.example" + poison)] }
    vary { $0.cc = [MailAddress(name: poison, address: "a@b.example")] }
    vary { $0.inReplyTo = poison + "@b.example" }
    vary { $0.references = [poison + "@b.example"] }
    vary { $0.extraHeaders = [("X-MSS-NIL", poison)] }
    vary { $0.extraHeaders = [("X-MSS-NIL: a\r\nBcc", poison)] }
    vary { $0.attachments = [.init(filename: poison, contentType: "text/plain", bytes: [])] }
    vary { $0.attachments = [.init(filename: "a", contentType: "text/" + poison, bytes: [])] }
    for variant in variants {
      #expect(throws: BuilderError.self) { try variant.build() }
    }
  }

  @Test("O08 addresses and headers outside the rules are refused")
  func refused() {
    for address in [
      "", "a", "a@", "@b", "a b@c.example", "a@b@c", "b@é.example", "a\u{200D}é@b.example",
      "<a@b.example>",
      "a@b.example,c@d.example", "a..b@c.example", "a@b..c",
    ] {
      var copy = mail()
      copy.to = [MailAddress(name: "", address: address)]
      #expect(throws: BuilderError.address(field: "To")) { try copy.build() }
    }
    var bcc = mail()
    bcc.extraHeaders = [("Bcc", "x@y.example")]
    #expect(throws: BuilderError.header(field: "Bcc")) { try bcc.build() }
    bcc.extraHeaders = [("X-MSS-INS", "O"), ("x-mss-ins", "N")]
    #expect(throws: BuilderError.header(field: "x-mss-ins")) { try bcc.build() }
    var nobody = mail()
    nobody.to = []
    #expect(throws: BuilderError.noRecipient) { try nobody.build() }
  }

  @Test("every error has both languages and no data")
  func errorTexts() {
    let errors: [BuilderError] = [
      .control(field: "Subject"), .address(field: "To"), .messageID, .header(field: "Bcc"),
      .value(field: "X-MSS-NIL"), .contentType, .noRecipient,
    ]
    #expect(errors.allSatisfy { !$0.french.isEmpty && $0.french != $0.english })
    #expect(Set(DefectCode.allCases.map(\.explanation)).count == DefectCode.allCases.count)
  }
}
