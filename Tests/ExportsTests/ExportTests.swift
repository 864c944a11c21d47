import Domain
import Exports
import Foundation
import TestKit
import Testing

@Suite struct `Exports` {
  private let files: TemporaryDirectory
  private let folder: ExportFolder

  init() throws {
    files = try TemporaryDirectory()
    folder = ExportFolder(in: try files.directory("lgo"), named: "dabc-1")
  }

  private static let message = Message(
    id: "mabcabcabcabc", receptionKey: 1, messageID: "<1@mail.example>", digest: "sha256:00",
    mailbox: "INBOX", uid: 4711, receivedAt: Timestamp(seconds: 1_795_000_000), date: nil,
    sender: Sender(
      name: "Jeanne MARTIN", address: "jeanne@patient.example", kind: .patient,
      display: "MARTIN Jeanne"),
    to: [], subject: "Mon ordonnance", kind: .prescription, isOutgoing: false, flags: Flags(),
    thread: "mabcabcabcabc", preview: "Bonjour", attachments: [])

  private func sheet(_ names: String...) -> ExportSheet {
    ExportSheet(
      Self.message, order: nil, events: [], bal: "pharmacie@bal.example",
      documents: names.enumerated().map { index, name in
        .init(
          message: Self.message.id, n: index + 1, filename: name, contentType: "application/pdf",
          bytes: Array("abc".utf8))
      })
  }

  private var seen: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.directory).sorted()
    }
  }

  @Test func `M06 names of strangers stay inside the folder, tell apart, and keep their ending`() {
    #expect(SafeName.of("../../etc/passwd") == "passwd")
    #expect(SafeName.of("C:\\temp\\ordonnance.pdf") == "ordonnance.pdf")
    #expect(SafeName.of("a\u{202E}fdp.exe\n") == "afdp.exe")
    #expect(SafeName.of("  ..-.cachée ") == "cachée")
    #expect(SafeName.of("fin. . ") == "fin")
    #expect(SafeName.of("..") == "piece" && SafeName.of("") == "piece")
    let long = SafeName.of(String(repeating: "é", count: 400) + ".pdf")
    #expect(long.utf8.count <= 150 && long.hasSuffix("é.pdf"))
    let names = sheet("a.pdf", "a.pdf", "A.PDF", "order.json").files.map(\.name)
    #expect(names == ["01-a.pdf", "02-a.pdf", "03-A.PDF", "04-order.json", "order.json"])
  }

  @Test func `order.json is the row, the events, and each file with size and sha256`() throws {
    let sheet = sheet("ordonnance.pdf")
    let json = try #require(sheet.files.last)
    let value = try JSONSerialization.jsonObject(with: Data(json.bytes))
    let members = try #require(value as? [String: Any])
    #expect(members["id"] as? String == Self.message.id)
    #expect(members["uid"] as? Int == 4711)
    #expect((members["events"] as? [Any])?.isEmpty == true)
    let file = try #require((members["files"] as? [[String: Any]])?.first)
    #expect(file["name"] as? String == "01-ordonnance.pdf")
    #expect(file["type"] as? String == "application/pdf")
    #expect(file["size"] as? Int == 3)
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(file["sha256"] as? String == digest)
    #expect(file["message"] as? String == Self.message.id && file["n"] as? Int == 1)
  }

  @Test func `nobody sees a folder before it is whole, and its modes keep others out`() throws {
    let before = umask(0)
    defer { umask(before) }
    try folder.fill(sheet("a.pdf").files)
    #expect(try seen == [".dabc-1.partial"])
    #expect(folder.isBegun && !folder.isPlaced)
    try folder.place()
    #expect(try seen == ["dabc-1"])
    let manager = FileManager.default
    func mode(_ path: String) throws -> Int? {
      try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(folder.path) == 0o700)
    #expect(try manager.contentsOfDirectory(atPath: folder.path).count == 2)
    for name in try manager.contentsOfDirectory(atPath: folder.path) {
      #expect(try mode("\(folder.path)/\(name)") == 0o600)
    }
  }

  @Test func `what is there is never overwritten, and what fails leaves nothing`() throws {
    try files.write("lgo/dabc-1", "autre")
    #expect(throws: ExportError.exists) { try folder.fill(sheet("a.pdf").files) }
    #expect(try seen == ["dabc-1"])
    #expect(try files.bytes("lgo/dabc-1") == Array("autre".utf8))
    try FileManager.default.removeItem(atPath: folder.path)
    // Somebody put one there between filling and naming.
    try folder.fill(sheet("a.pdf").files)
    try files.write("lgo/dabc-1/x", "autre")
    #expect(throws: ExportError.exists) { try folder.place() }
    folder.discard()
    #expect(try seen == ["dabc-1"])
    let nowhere = ExportFolder(in: files.path("absent"), named: "d-1")
    #expect(throws: ExportError.noDirectory) { try nowhere.fill([]) }
    let doubled = ExportFolder(in: folder.directory, named: "d-2")
    let file = try #require(sheet("a.pdf").files.first)
    #expect(throws: ExportError.exists) { try doubled.fill([file, file]) }
    #expect(try seen == ["dabc-1"])
  }

  @Test func `a leftover is taken over, a live export of the same name is left alone`() throws {
    try files.write("lgo/.dabc-1.partial/01-vieux.pdf", "vieux")
    try folder.fill(sheet("a.pdf").files)
    let other = ExportFolder(in: folder.directory, named: "dabc-1")
    #expect(throws: ExportError.underWay) { try other.fill(sheet("b.pdf").files) }
    try folder.place()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["01-a.pdf", "order.json"])
  }
}
