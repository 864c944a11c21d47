import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `Answers that leave without a server` {
  let bureau: Bureau
  let box: Letterbox

  init() throws {
    bureau = try Bureau()
    box = try Letterbox()
  }

  private func queued(_ backend: Account.Backend) throws -> (Message, OutgoingItem) {
    try box.deliver(TestMail.patientPrescription().bytes, "1795167667.a")
    try bureau.pass(backend)
    let message = try #require(try bureau.messages().first)
    return (message, try bureau.queueAnswer(to: message))
  }

  private func files(_ path: String) -> [String] {
    // Not there yet is empty.
    (try? FileManager.default.contentsOfDirectory(atPath: box.files.path(path))) ?? []
  }

  @Test func `The outbox Maildir gets the mail once, Sent its copy, the original its R`() throws {
    let backend = box.backend(outbox: true)
    let (message, item) = try queued(backend)
    #expect(try bureau.pass(backend).sent == 1)
    let name = try #require(files("envois/new").first)
    let mail = try box.files.bytes("envois/new/\(name)")
    let text = String(decoding: mail, as: UTF8.self)
    #expect(text.contains("In-Reply-To: \(message.messageID)"))
    let copy = try #require(files("bal/.Sent/cur").first)
    #expect(copy.hasSuffix(":2,S"))
    #expect(try box.files.bytes("bal/.Sent/cur/\(copy)") == mail)
    #expect(files("bal/cur") == ["1795167667.a:2,R"])
    try bureau.pass(backend)
    #expect(files("envois/new").count == 1)
    #expect(files("bal/.Sent/cur").count == 1)
    #expect(try bureau.store.outgoing(item.id)?.state == .sent)
    #expect(try bureau.messages(.sent).count == 1)
  }

  @Test func `An interrupted delivery to the outbox is settled by the file itself`() throws {
    let backend = box.backend(outbox: true)
    let (_, item) = try queued(backend)
    _ = try bureau.store.claimOutgoing(now: bureau.clock.now)
    let bytes = try Composer.bytes(of: item)
    try bureau.store.storeBuilt(item.id, bytes: bytes)
    try bureau.store.markFinalDot(item.id, now: bureau.clock.now)
    try box.files.write("envois/new/\(item.queuedAt.seconds).\(item.id).mssterm", bytes: bytes)
    try bureau.pass(backend)
    #expect(try bureau.store.outgoing(item.id)?.state == .sent)
    #expect(files("envois/new").count == 1)
  }

  @Test func `A sendmail command gets the mail on its input and recipients behind --`() throws {
    let log = box.files.path("envoi")
    let backend = box.backend(
      sendmail: [
        "/bin/sh", "-c", "printf '%s\\n' \"$@\" >'\(log).args'; cat >'\(log)'", "sendmail",
      ])
    let (message, item) = try queued(backend)
    #expect(try bureau.pass(backend).sent == 1)
    #expect(try box.files.bytes("envoi") == bureau.store.builtBytes(item.id))
    let arguments = String(decoding: try box.files.bytes("envoi.args"), as: UTF8.self)
    #expect(arguments == "--\n\(message.sender.address)\n")
  }

  @Test(arguments: [
    ("exit 75", OutgoingItem.State.queued), ("exit 67", .refused),
    ("cat >/dev/null; kill -9 $$", .uncertain),
    ("cat >/dev/null; exit 1", .uncertain),
  ])
  func `Its exit code decides what became of the mail`(
    _ script: String, _ state: OutgoingItem.State
  ) throws {
    let words = script.hasPrefix("exit") ? "cat >/dev/null; " + script : script
    let backend = box.backend(sendmail: ["/bin/sh", "-c", words, "sendmail"])
    let (_, item) = try queued(backend)
    try bureau.pass(backend)
    #expect(try bureau.store.outgoing(item.id)?.state == state)
  }

  @Test func `The same item always gives the same bytes`() throws {
    let (_, item) = try queued(box.backend())
    let bytes = try Composer.bytes(of: item)
    #expect(try Composer.bytes(of: item) == bytes)
    #expect(String(decoding: bytes, as: UTF8.self).contains("Message-ID: \(item.messageID)"))
  }
}
