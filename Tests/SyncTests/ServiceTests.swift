import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// The executable itself: lease, signals, exit codes, wake-ups.
@Suite(.serialized) struct `The worker as a program` {
  let files: TemporaryDirectory
  let box: Letterbox

  init() throws {
    files = try TemporaryDirectory()
    box = try Letterbox()
    try files.write(
      "config.toml",
      """
      [[bal]]
      name = "officine"
      address = "\(Bureau.address)"
      store = "store"
      backend = "maildir"
      maildir = "\(box.path)"
      outbox = "envois"
      """)
  }

  private func worker(_ arguments: [String]) throws -> ChildProcess {
    try ChildProcess(
      try Products.binary("mssterm-worker"), arguments + ["--config", files.path("config.toml")])
  }

  private func opened() throws -> OfficineStore {
    try OfficineStore.open(at: files.path("store"), create: false)
  }

  @Test func `sync --once makes the store and says what it did as one object`() throws {
    try box.deliver(TestMail.patientPrescription().bytes, "1795167667.a")
    let outcome = try worker(["sync", "--once", "--json"]).wait()
    #expect(outcome.code == 0, "\(outcome.err)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.stdout)) as? [String: Int])
    #expect(object["received"] == 1)
    #expect(object["documents"] == 1)
    #expect(
      Set(object.keys) == [
        "received", "known", "orders", "flags_in", "flags_out", "sent", "refused", "uncertain",
        "documents", "quarantine", "gone", "exported", "duration_ms",
        "operations",
      ])
    #expect(outcome.err.isEmpty)
  }

  @Test func `The service takes what is delivered, pushes flags, and ends at SIGTERM`() throws {
    let service = try worker(["sync"])
    try waitUntil("the first pass", seen: { service.errSoFar }) {
      FileManager.default.fileExists(atPath: files.path("store/store.sqlite"))
        && (try? opened().syncStatus().phase) == .upToDate
    }
    let store = try opened()
    try box.deliver(TestMail.patientQuestion().bytes, "1795167667.a", in: "tmp")
    try FileManager.default.moveItem(
      atPath: box.path + "/tmp/1795167667.a", toPath: box.path + "/new/1795167667.a")
    try waitUntil("the delivered mail") {
      try !store.messages(.all, after: nil, limit: 5).isEmpty
    }
    let message = try #require(try store.messages(.all, after: nil, limit: 5).first)
    try store.setFlag("\\Seen", true, on: message.id, by: nil, now: noon)
    try waitUntil("the flag in the file's name") {
      FileManager.default.fileExists(atPath: box.path + "/cur/1795167667.a:2,S")
    }
    #expect(try Lease.isHeld(directory: store.directory))
    let ended = try service.stop()
    #expect(ended.code == 0, "\(ended.err)")
    #expect(try !Lease.isHeld(directory: store.directory))
  }

  @Test func `S17: while another holds the lease nothing is done, and 75 says to come back`()
    throws
  {
    #expect(try worker(["sync", "--once"]).wait().code == 0)
    let store = try opened()
    let lease = try #require(try Lease.acquire(directory: store.directory))
    // The service does not wait; --once waits ten seconds.
    let refused = try worker(["sync"]).wait()
    #expect(refused.code == 75)
    #expect(!refused.err.isEmpty)
    let waiting = try worker(["sync", "--once"])
    #expect(waiting.isRunning)
    lease.release()
    #expect(try waiting.wait().code == 0)
  }

  @Test func `--while-pid ends the service with that process`() throws {
    let parent = try ChildProcess("cat", ["/dev/zero"])
    let service = try worker(["sync", "--while-pid", "\(parent.pid)"])
    try waitUntil("the store") {
      FileManager.default.fileExists(atPath: files.path("store/store.sqlite"))
    }
    #expect(service.isRunning)
    parent.signal(SIGKILL)
    _ = try parent.wait()
    #expect(try service.wait().code == 0)
  }

  @Test func `S01: killed at any moment, then run again: nothing lost, nothing twice`() throws {
    for n in 1...120 { try box.deliver(TestMail.patientQuestion(n).bytes, "179516\(7000 + n).x") }
    for floor in [1, 25, 60, 100] {
      let worker = try worker(["sync", "--once"])
      try waitUntil("a part of the mail") {
        guard worker.isRunning else { return true }
        guard let store = try? opened() else { return false }
        defer { store.close() }
        return try store.messages(.all, after: nil, limit: 500).count >= floor
      }
      worker.signal(SIGKILL)
      _ = try worker.wait()
    }
    let outcome = try worker(["sync", "--once", "--json"]).wait()
    #expect(outcome.code == 0)
    let store = try opened()
    let messages = try store.messages(.all, after: nil, limit: 500).map(\.message)
    #expect(messages.count == 120)
    #expect(Set(messages.map(\.messageID)).count == 120)
    #expect(try store.verify().isSound)
  }

  @Test func `A server that is not there is 69, and the status was written first`() throws {
    let port = try Loopback.freePort()
    try files.write(
      "config.toml",
      """
      [[bal]]
      name = "officine"
      address = "\(Bureau.address)"
      store = "store"
      imap = { host = "127.0.0.1", port = \(port), tls = "none" }
      auth = { method = "password", user = "officine", password_command = ["printf", "x"] }
      """)
    let outcome = try worker(["sync", "--once"]).wait()
    #expect(outcome.code == 69)
    #expect(!outcome.err.isEmpty)
    #expect(try opened().syncStatus().phase == .offline)
  }

  @Test func `A broken configuration is 78 with file and line`() throws {
    try files.write("config.toml", "[[bal]]\nname = \"x\"\nadress = 3\n")
    let outcome = try worker(["sync", "--once"]).wait()
    #expect(outcome.code == 78)
    #expect(outcome.err.contains("config.toml:"))
  }

  @Test func `attachment gives the decoded bytes, compose the exact mail`() throws {
    let mail = TestMail.patientPrescription()
    try box.deliver(mail.bytes, "1795167667.a")
    #expect(try worker(["sync", "--once"]).wait().code == 0)
    let id = try #require(try opened().messages(.all, after: nil, limit: 1).first?.id)
    let program = try Products.binary("mssterm-worker")
    let outcome = try ChildProcess.run(
      program, ["attachment", id, "1", "--store", files.path("store")])
    #expect(outcome.code == 0)
    #expect(outcome.stdout == mail.attachments.first?.bytes)
    let missing = try ChildProcess.run(
      program, ["attachment", id, "9", "--store", files.path("store")])
    #expect(missing.code == 2)
    let item = OutgoingItem(
      id: "oaaaaaaaaaaaa", messageID: "<a@b.example>", from: MailAddress(address: "a@b.example"),
      to: [MailAddress(address: "c@d.example")], subject: "Été", body: "prêt",
      author: Bureau.actor.author, queuedAt: noon, notBefore: noon)
    let built = try ChildProcess.run(
      program, ["compose"], input: Array(try JSONEncoder().encode(item)))
    #expect(built.code == 0)
    #expect(built.out.contains("Message-ID: <a@b.example>"))
    #expect(try ChildProcess.run(program, ["compose"], input: [0x7B]).code == 64)
  }
}
