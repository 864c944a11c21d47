import Domain
import GRDB

/// The words of messages and notes, folded the same way on both sides of a search.
///
/// FTS5 takes accents off (`remove_diacritics 2`); œ, æ and ß are unfolded here. The tables are
/// contentless: taking a row out needs its exact words, which are made again from what is stored.
enum SearchIndex {
  /// Bytes of one column that are indexed; the rest of a longer text can be read, not found.
  static let columnLimit = 512 * 1024

  struct Words: Equatable {
    var people: String
    var subject: String
    var body: String
    var documents: String
  }

  static func words(
    of message: Message, text: String, documents: [ReadableDocument]
  ) -> Words {
    let sender = message.sender
    let names =
      [sender.name, sender.address, sender.display]
      + (message.to + message.cc).flatMap { [$0.name, $0.address] }
      + [message.patient?.name, message.patient?.ins?.matricule].compactMap { $0 }
    let papers = message.attachments.map(\.filename) + documents.map(\.text)
    let papersText = clipped(papers.joined(separator: "\n"))
    let bodyText = clipped(text)
    // Numbers written in groups are found as one word too.
    let numbers = ([message.subject, bodyText, papersText] + names).flatMap(matricules)
    return Words(
      people: unfolded((names + numbers).joined(separator: "\n")),
      subject: unfolded(message.subject), body: unfolded(bodyText),
      documents: unfolded(papersText))
  }

  static func insert(_ db: Database, key: Int64, _ words: Words) throws {
    try db.cachedStatement(
      sql: "INSERT INTO search (rowid, people, subject, body, documents) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [key, words.people, words.subject, words.body, words.documents])
  }

  static func remove(_ db: Database, key: Int64, _ words: Words) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO search (search, rowid, people, subject, body, documents)
        VALUES ('delete', ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [key, words.people, words.subject, words.body, words.documents])
  }

  /// What a gesture says in words, for `note_search`; nil when it says none.
  static func words(of gesture: Gesture) -> String? {
    switch gesture {
    case .noted(let note): unfolded(clipped(note.forTheTeam))
    // A renewal brings whom a person named before; a mail's own patient is among its words.
    case .messageArrived(_, let patient?) where patient.source != .sender:
      unfolded([patient.name, patient.ins?.matricule ?? ""].joined(separator: " "))
    case .patientNamed(let patient):
      unfolded([patient.name, patient.ins?.matricule ?? ""].joined(separator: " "))
    case .marked(.missing(let product)), .productCorrected(_, let product):
      unfolded(product.product)
    case .handedOver(let handing) where !handing.owed.isEmpty:
      unfolded(handing.owed.map(\.product).joined(separator: "\n"))
    case .marked(.questionPatient(let text)), .marked(.questionPrescriber(let text)),
      .marked(.shelf(let text)):
      unfolded(text)
    default: nil
    }
  }

  static func insertNote(_ db: Database, seq: Int64, _ words: String) throws {
    try db.cachedStatement(sql: "INSERT INTO note_search (rowid, text) VALUES (?, ?)").execute(
      arguments: [seq, words])
  }

  static func removeNote(_ db: Database, seq: Int64, _ words: String) throws {
    try db.cachedStatement(
      sql: "INSERT INTO note_search (note_search, rowid, text) VALUES ('delete', ?, ?)"
    ).execute(arguments: [seq, words])
  }

  private static func clipped(_ text: String) -> String {
    guard text.utf8.count > columnLimit else { return text }
    return String(decoding: text.utf8.prefix(columnLimit), as: UTF8.self)
  }

  /// œ → oe, æ → ae, ß → ss; everything else is FTS5's work.
  static func unfolded(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0xC5 || $0 == 0xC3 || $0 == 0xE1 }) else {
      return text
    }
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "œ", "Œ": result += [0x6F, 0x65]
      case "æ", "Æ": result += [0x61, 0x65]
      case "ß", "ẞ": result += [0x73, 0x73]
      default: result += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The compact form of every grouped number in `text` that could be a matricule: 13 to 15
  /// characters, groups parted by one space, dot or hyphen.
  static func matricules(in text: String) -> [String] {
    var found: [String] = []
    var run: [UInt8] = []
    var isGrouped = false
    var gap = 0
    func flush() {
      if isGrouped, (13...15).contains(run.count), let first = run.first,
        [0x31, 0x32, 0x33, 0x34, 0x37, 0x38].contains(first)
      {
        found.append(String(decoding: run, as: UTF8.self))
      }
      run.removeAll(keepingCapacity: true)
      isGrouped = false
      gap = 0
    }
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41, 0x42:
        // A or B only as in Corsica's 2A and 2B.
        if byte > 0x39, run.count != 6 || run.last != 0x32 { flush(); continue }
        if gap > 0 { isGrouped = true }
        gap = 0
        run.append(byte)
        if run.count > 15 { flush() }
      case 0x20, 0x2E, 0x2D:
        gap += 1
        if gap > 1 { flush() }
      // The bytes of U+00A0 and U+202F, the no-break spaces of French typography.
      case 0xC2, 0xA0, 0xE2, 0x80, 0xAF: gap = max(gap, run.isEmpty ? 0 : 1)
      default: flush()
      }
    }
    flush()
    return found
  }
}
