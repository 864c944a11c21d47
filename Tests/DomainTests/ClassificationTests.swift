import Domain
import Testing

@Suite("What a message is for")
struct ClassificationTests {
  static let cases: [(String, MessageFacts, MessageKind)] = [
    ("unreadable", MessageFacts(sender: .patient, isReadable: false), .unreadable),
    ("receipt", MessageFacts(sender: .patient, reportType: "Disposition-Notification"), .receipt),
    ("bounce", MessageFacts(sender: .application, reportType: "delivery-status"), .bounce),
    ("MES bounce", MessageFacts(sender: .application, subject: "Message non distribué"), .bounce),
    (
      "postfix bounce",
      MessageFacts(
        sender: .application, subject: "Undelivered Mail Returned to Sender",
        attachments: [.message]), .bounce
    ),
    (
      "KO",
      MessageFacts(
        sender: .organisation, subject: "[KO Intégration système !][902] x", attachments: [.pdf]),
      .notice
    ),
    ("automatic", MessageFacts(sender: .professional, isAutomatic: true), .notice),
    (
      "automatic document",
      MessageFacts(sender: .organisation, attachments: [.pdf], isAutomatic: true), .document
    ),
    ("question", MessageFacts(sender: .patient, subject: "ordonnance ?"), .message),
    ("photo", MessageFacts(sender: .patient, attachments: [.image]), .prescription),
    ("odd file", MessageFacts(sender: .patient, attachments: [.other]), .prescription),
    ("forwarded", MessageFacts(sender: .patient, attachments: [.message]), .prescription),
    (
      "forwarded by a doctor", MessageFacts(sender: .professional, attachments: [.message]),
      .document
    ),
    ("note", MessageFacts(sender: .patient, attachments: [.text]), .document),
    (
      "CDA prescription",
      MessageFacts(sender: .professional, attachments: [.xdm, .pdf], documentCodes: ["57833-6"]),
      .prescription
    ),
    (
      "lab CDA that names an ordonnance",
      MessageFacts(
        sender: .organisation, subject: "votre ordonnance", attachments: [.xdm],
        documentCodes: ["11502-2"]), .document
    ),
    (
      "named file",
      MessageFacts(
        sender: .professional, attachments: [.pdf],
        filenames: ["20261120_Prescription de produits de santé_MARTIN_Jeanne.pdf"]),
      .prescription
    ),
    (
      "decomposed accents",
      MessageFacts(sender: .application, subject: "Message non distribue\u{301}"), .bounce
    ),
    ("letter", MessageFacts(sender: .professional, attachments: [.pdf]), .document),
  ]

  @Test("the strongest fact decides", arguments: cases)
  func classify(name: String, facts: MessageFacts, kind: MessageKind) {
    #expect(MessageKind.classify(facts) == kind, "\(name)")
  }

  @Test("receipts and unreadable messages open no demande, all others do")
  func opens() {
    let closed = MessageKind.allCases.filter { !$0.opensOrder }
    #expect(closed == [.receipt, .unreadable])
    #expect(MessageKind.prescription.orderKind == .prescription)
    #expect(MessageKind.document.orderKind == .document)
    #expect(MessageKind.bounce.orderKind == .question)
  }

  @Test(
    "an attachment is what its type says, or its name where the type is vague",
    arguments: [
      ("application/pdf", "x", AttachmentKind.pdf), ("APPLICATION/PDF; name=a", "a.jpg", .pdf),
      ("application/octet-stream", "Ordonnance.PDF ", .pdf), ("text/plain", "scan.pdf", .pdf),
      ("image/pdf", "a", .pdf), ("image/jpeg", "a.pdf", .image), ("image/heic", "", .image),
      ("", "photo.HEIC", .image), ("application/octet-stream", "a.jfif", .image),
      ("application/zip", "IHE_XDM.ZIP", .xdm), ("application/x-zip-compressed", "a.zip", .other),
      ("application/octet-stream", "ihe-xdm.zip", .xdm), ("application/octet-stream", "", .other),
      ("text/xml", "a", .cda), ("application/hl7-cda+xml", "", .cda), ("", "DOC0001.XML", .cda),
      ("application/xhtml+xml", "a", .html), ("text/html", "a.txt", .html),
      ("text/plain", "a.txt", .text), ("text/calendar", "rdv.ics", .text),
      ("message/rfc822", "", .message), ("application/octet-stream", "mail.eml", .message),
      ("application/pkcs7-signature", "smime.p7s", .other), ("application/x", "pdf", .other),
    ])
  func attachments(type: String, name: String, kind: AttachmentKind) {
    #expect(AttachmentKind.of(contentType: type, filename: name) == kind)
  }

  @Test(
    "the XDM prefix is hidden in lists, also behind Re: (M15)",
    arguments: [
      ("XDM/1.0/DDM+Prescription MARTIN", "Prescription MARTIN"),
      ("xdm/1.0/ddm+ Prescription", "Prescription"), ("Re: XDM/1.0/DDM+P", "Re: P"),
      ("RE:XDM/1.0/DDM+P", "RE: P"), ("TR : Re: XDM/1.0/DDM+P", "TR : Re: P"),
      ("[Annule et remplace] XDM/1.0/DDM+P", "[Annule et remplace] P"),
      ("[FIN]", "[FIN]"), ("[KO][902] x", "[KO][902] x"), ("Bonjour\r\n  monde", "Bonjour monde"),
      ("A propos de XDM/1.0/DDM+", "A propos de XDM/1.0/DDM+"), ("", ""),
      ("XDM/1.0/DDM+", ""), ("RDV: demain", "RDV: demain"), ("Re:", "Re:"),
    ])
  func titles(subject: String, title: String) {
    #expect(Message.title(ofSubject: subject) == title)
  }

  @Test("words are compared without case, accents and ligatures")
  func foldedWords() {
    #expect(folded("ÉLÉONORE") == "eleonore")
    #expect(folded("e\u{301}t\u{e9}") == "ete")
    #expect(folded("Cœur d’Ægidius") == "coeur d'aegidius")
    #expect(folded("Çà ÿ") == "ca y")
  }
}
