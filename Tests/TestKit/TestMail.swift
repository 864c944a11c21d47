public import Foundation

/// A mail for a test, built part by part; all people, addresses and numbers are invented.
public struct TestMail: Sendable {
  /// A file that goes with the mail.
  public struct Attachment: Sendable {
    public var name: String
    public var type: String
    public var bytes: [UInt8]

    public init(name: String, type: String, bytes: [UInt8]) {
      (self.name, self.type, self.bytes) = (name, type, bytes)
    }
  }

  /// Display name (may be empty) and address.
  public struct Party: Sendable {
    public var name: String
    public var address: String

    public init(_ name: String, _ address: String) { (self.name, self.address) = (name, address) }
  }

  public var from: Party
  public var to: [Party] = [.officine]
  public var subject: String
  /// When it was written; a fixed day by default, so that two builds are the same bytes.
  public var date = Date(timeIntervalSince1970: 1_795_167_667)
  /// Without its angle brackets.
  public var messageID: String
  public var text: String
  public var attachments: [Attachment] = []
  /// Header lines added as they are, without CRLF (`X-MSS-NIL: …`, `In-Reply-To: …`).
  public var extraHeaders: [String] = []

  public init(from: Party, subject: String, text: String, messageID: String) {
    (self.from, self.subject, self.text, self.messageID) = (from, subject, text, messageID)
  }

  /// The mail as RFC 5322 bytes, CRLF, 7-bit.
  public var bytes: [UInt8] {
    let head =
      [
        "Date: \(Self.rfc5322(date))", "From: \(Self.field(from))",
        "To: \(to.map(Self.field).joined(separator: ", "))",
        "Subject: \(Self.encodedWords(subject))", "Message-ID: <\(messageID)>",
      ] + extraHeaders + ["MIME-Version: 1.0"]
    let body = attachments.isEmpty ? textPart : multipart
    return Array((head + body).joined(separator: "\r\n").utf8)
  }

  private var textPart: [String] {
    [
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
      Self.base64(Array(text.utf8)), "",
    ]
  }

  private var multipart: [String] {
    let border = "=_limite_\(messageID.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xff_ffff })"
    let parts = attachments.flatMap { part -> [String] in
      [
        "--\(border)", "Content-Type: \(part.type)", "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename*=utf-8''\(Self.percent(part.name))", "",
        Self.base64(part.bytes),
      ]
    }
    return [
      "Content-Type: multipart/mixed; boundary=\"\(border)\"", "", "--\(border)",
    ] + textPart.dropLast() + parts + ["--\(border)--", ""]
  }

  // MARK: - Wire forms

  private static func field(_ party: Party) -> String {
    party.name.isEmpty ? party.address : "\(encodedWords(party.name)) <\(party.address)>"
  }

  /// RFC 2047: ASCII stays, anything else becomes encoded words of at most 75 characters.
  private static func encodedWords(_ text: String) -> String {
    if text.utf8.allSatisfy({ (32..<127).contains($0) }) { return text }
    var words: [[UInt8]] = [[]]
    for character in text {
      // 45 bytes give 60 of base64; a character is never split between two words.
      if words[words.count - 1].count + character.utf8.count > 45 { words.append([]) }
      words[words.count - 1] += Array(character.utf8)
    }
    return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }

  private static func percent(_ name: String) -> String {
    name.utf8.map { byte in
      let scalar = Character(UnicodeScalar(byte))
      let plain = byte < 128 && (scalar.isLetter || scalar.isNumber || "-._".contains(scalar))
      return plain ? String(scalar) : (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
    }.joined()
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let options: Data.Base64EncodingOptions = [
      .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
    ]
    return Data(bytes).base64EncodedString(options: options)
  }

  private static func rfc5322(_ date: Date) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "Europe/Paris")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
    return format.string(from: date)
  }
}

extension TestMail.Party {
  /// The shared address of the invented pharmacy.
  public static let officine = TestMail.Party(
    "Pharmacie du Marché", "pharmacie.dumarche@officine.mssante.example")
  /// A patient of Mon espace santé, whose address is an invented matricule with a valid key.
  public static let patient = TestMail.Party(
    "Jeanne MARTIN", "\(TestMail.matricule("2790399999123"))@patient.mssante.fr")
  public static let doctor = TestMail.Party(
    "Dr Hervé LE GOFF", "herve.legoff@medecin.mssante.fr")
}

extension TestMail {
  /// The matricule of 15 digits: the 13 given and their key, 97 less the rest by 97.
  public static func matricule(_ body: String) -> String {
    let key = 97 - body.utf8.reduce(0) { ($0 * 10 + Int($1) - 48) % 97 }
    return body + (key < 10 ? "0\(key)" : "\(key)")
  }

  /// A patient sends a prescription as a PDF of one page.
  public static func patientPrescription(
    _ number: Int = 1, from patient: Party = .patient
  ) -> TestMail {
    var mail = TestMail(
      from: patient, subject: "Mon ordonnance à préparer",
      text: "Bonjour,\nvoici mon ordonnance. Je passe ce soir.\nMerci, à bientôt.\n",
      messageID: "ordonnance-\(number)@patient.mssante.example")
    mail.attachments = [
      Attachment(
        name: "ordonnance n° \(number).pdf", type: "application/pdf",
        bytes: TinyPDF(lines: [
          "Dr Hervé LE GOFF, médecine générale", "Ordonnance du 20/11/2026 pour Jeanne MARTIN",
          "Amoxicilline 1 g : 1 comprimé matin et soir pendant 6 jours",
          "Paracétamol 1 g si douleur, au plus 3 par jour",
        ]).bytes)
    ]
    return mail
  }

  /// A doctor writes about a patient.
  public static func doctorLetter(_ number: Int = 1) -> TestMail {
    var mail = TestMail(
      from: .doctor, subject: "Changement de posologie pour Mme MARTIN",
      text: "Chers confrères,\nmerci de remplacer l'amoxicilline 1 g par 500 mg.\nBien à vous.\n",
      messageID: "medecin-\(number)@medecin.mssante.example")
    mail.extraHeaders = ["X-MSS-NIL: TEST000001"]
    return mail
  }

  /// A patient asks something; no document.
  public static func patientQuestion(
    _ number: Int = 1, from patient: Party = .patient
  ) -> TestMail {
    TestMail(
      from: patient, subject: "Question sur mon traitement",
      text: "Puis-je prendre l'œstradiol avec du pamplemousse ?\n",
      messageID: "question-\(number)@patient.mssante.example")
  }

  /// A subject and a name that try to command the terminal: escape, OSC, bell, bidi override.
  public static func hostile(_ number: Int = 1) -> TestMail {
    TestMail(
      from: Party("Paul\u{1b}[31m\u{7} DURAND", Party.patient.address),
      subject: "Ordonnance\u{1b}]0;pwned\u{7}\u{1b}[2J\u{202e}fdp.exe\u{9b}31m",
      text: "Bonjour\u{1b}[2J\u{1b}]52;c;cHduZWQ=\u{7} et merci\u{0}.\n",
      messageID: "hostile-\(number)@patient.mssante.example")
  }
}
