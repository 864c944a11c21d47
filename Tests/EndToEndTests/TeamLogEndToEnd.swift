import Domain
import Foundation
import Store
import TestKit
import Testing

/// Two machines of one officine, each with its own configuration and store, on one mailbox.
@Suite(.serialized) struct TeamLogEndToEnd {
  private func counters(_ dovecot: DovecotServer) throws -> (Counter, Counter) {
    let program = try Products.binary("mssterm")
    let key = try ChildProcess.run(program, ["team-key"]).out.trimmingCharacters(in: .newlines)
    try #require(Data(base64Encoded: key)?.count == 32)
    let text = """
      team_log = "MSSTerm/Journal"
      team_key_command = ["echo", "\(key)"]

      """
    let (first, second) = (
      try Counter(dovecot: dovecot, extra: text), try Counter(dovecot: dovecot, extra: text)
    )
    try first.addTeam()
    try dovecot.deliver(TestMail.patientPrescription().bytes)
    for counter in [first, second, first] {
      let outcome = try counter.mssterm("sync", "--once")
      try #require(outcome.code == 0, "\(outcome.err)")
    }
    return (first, second)
  }

  private func row(_ counter: Counter) throws -> String {
    try #require(
      try Counter.objects(counter.mssterm("list", "--json")).first?["id"] as? String)
  }

  @Test func `take waits for the other machines: 0 confirmed, 3 refused, 75 pending`() throws {
    let dovecot = try DovecotServer()
    let (first, second) = try counters(dovecot)
    let id = try row(first)
    // Nobody synchronises: the command itself says it, and hears the answer.
    let taken = try first.mssterm("take", id, "--as", "LP", "--json")
    #expect(taken.code == 0, "\(taken.err)")
    #expect(try Counter.objects(taken).first?["pending"] == nil)
    // The other machine has not heard it when its person presses.
    let late = try second.mssterm("take", id, "--as", "CM", "--json")
    #expect(late.code == 3, "\(late.out)\(late.err)")
    #expect(late.err.contains("Léa"), "\(late.err)")
    #expect(try Counter.objects(late).first?["done"] as? Bool == false)
    // Without a server the gesture is done here, and says that it waits.
    try dovecot.stop()
    let waiting = try first.mssterm(
      "status", id, "prepared", "--as", "LP", "--json", "--wait", "1")
    #expect(waiting.code == 75, "\(waiting.out)\(waiting.err)")
    let line = try #require(try Counter.objects(waiting).first)
    #expect(line["pending"] as? Bool == true && line["done"] as? Bool == true, "\(line)")
    try dovecot.start()
    for counter in [first, second] { #expect(try counter.mssterm("sync", "--once").code == 0) }
    let order = try #require(
      try Counter.objects(second.mssterm("list", "--json", "--view", "all"))
        .first?["order"] as? [String: Any])
    #expect(order["status"] as? String == "prepared", "\(order)")
    #expect(((order["owner"] as? [String: Any])?["name"] as? String)?.contains("Léa") == true)
    // A service that runs does it beside everything else.
    let service = try second.start(["sync"])
    try waitUntil("the service") { try Lease.isHeld(directory: second.storePath) }
    let note = try second.mssterm("note", id, "Il rappellera.", "--as", "CM")
    #expect(note.code == 0, "\(note.err)")
    #expect(try service.stop().code == 0)
  }

  @Test func `two screens on two machines: p on one shows Léa on the other`() throws {
    let dovecot = try DovecotServer()
    let (first, second) = try counters(dovecot)
    let mine = try screen(first)
    let other = try screen(second)
    try waitUntil("both logs to be listened to") {
      try [first, second].allSatisfy { counter in
        let store = try counter.store()
        defer { store.close() }
        return try store.teamLogHealth()?.isPushed == true
      }
    }
    try mine.act(as: "Léa PETITJEAN")
    try mine.press("p")
    try other.expect("Léa")
    try other.press("s")
    try other.expect("Journal d'équipe : à jour")
  }

  private func screen(_ counter: Counter) throws -> TmuxDriver {
    let terminal = try TmuxDriver(
      [try Products.binary("mssterm"), "--config", counter.configuration], columns: 120, rows: 30,
      home: counter.home)
    try terminal.waitForScreen("the queue", within: .seconds(60)) {
      $0.contains("À prendre") && $0.contains("Toutes")
    }
    return terminal
  }
}
