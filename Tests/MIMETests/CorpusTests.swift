import Foundation
import MIME
import Testing

/// Every `Corpus/*.eml` has a `.parts` file beside it that says what must come out.
///
/// After reading the difference, `RECORD_SNAPSHOTS=1 swift test --filter Corpus` writes them again.
@Suite struct CorpusTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".eml") }.map { String($0.dropLast(4)) }.sorted()
  }()

  static func raw(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name + ".eml")))
  }

  @Test("the corpus is there") func present() {
    #expect(Self.names.count >= 34)
  }

  @Test("M02 M13 parts as expected", arguments: names)
  func expected(name: String) throws {
    let seen = Summary.of(MIMEMessage.parse(try Self.raw(name)))
    let file = Self.folder.appending(path: name + ".parts")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try Data(seen.utf8).write(to: file)
    }
    let expected = try String(decoding: Data(contentsOf: file), as: UTF8.self)
    #expect(seen == expected)
  }
}

/// A message as lines that a person can review.
enum Summary {
  static func of(_ message: ParsedMessage) -> String {
    let envelope = message.envelope
    var lines = ["subject \(envelope.subject)"]
    for (label, list) in [
      ("from", envelope.from), ("to", envelope.to), ("cc", envelope.cc),
      ("receipt-to", envelope.dispositionNotificationTo),
    ] {
      lines += list.map { "\(label) [\($0.name)] <\($0.address)>" }
    }
    lines.append("date \(envelope.date?.headerValue ?? "-") id \(envelope.messageID ?? "-")")
    if let parent = envelope.inReplyTo { lines.append("in-reply-to \(parent)") }
    if !envelope.references.isEmpty { lines.append("references \(envelope.references)") }
    for part in message.parts {
      let indent = String(repeating: "  ", count: part.depth)
      let name = part.filename.map { " name [\($0)]" } ?? ""
      let charset = part.charset.map { " charset \($0)" } ?? ""
      let head = "\(indent)\(part.n) \(part.contentType) \(part.role.rawValue)"
      lines.append("\(head) \(part.size)\(charset)\(name)")
    }
    for report in message.reports {
      let fields = [
        report.disposition, report.originalMessageID, report.finalRecipient, report.action,
        report.status,
      ].map { $0 ?? "-" }
      lines.append("report \(report.kind.rawValue) " + fields.joined(separator: " "))
    }
    for body in message.bodyParts {
      lines.append("\(body.kind.rawValue) of \(body.part):")
      lines += body.text.split(separator: "\n", omittingEmptySubsequences: false).map { "|\($0)" }
    }
    for defect in message.defects {
      let place = defect.header ?? defect.part.map { "part \($0)" } ?? "message"
      lines.append("defect \(defect.code.rawValue) (\(place))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
