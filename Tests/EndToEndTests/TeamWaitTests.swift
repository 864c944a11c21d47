import Domain
import Foundation
import Store
import TestKit
import Testing

/// What a command says of the other machines when something is in the way.
@Suite(.serialized) struct TeamWaitTests {
  private static let key = String(repeating: "5a", count: 32)

  private func counter(
    _ dovecot: DovecotServer, key: [String] = ["echo", TeamWaitTests.key], mails: Int = 1
  ) throws -> Counter {
    let words = key.map { "\"\($0)\"" }.joined(separator: ", ")
    let counter = try Counter(
      dovecot: dovecot,
      extra: "team_log = \"MSSTerm/Journal\"\nteam_key_command = [\(words)]\n")
    try counter.addTeam()
    for n in 0..<mails { try dovecot.deliver(TestMail.patientPrescription(n + 1).bytes) }
    _ = try counter.mssterm("sync", "--once")
    return counter
  }

  private func rows(_ counter: Counter) throws -> [String] {
    try Counter.objects(counter.mssterm("list", "--json")).compactMap { $0["id"] as? String }
  }

  @Test func `a refusal on a log that is on is no leave to work alone: 75`() throws {
    let dovecot = try DovecotServer()
    let counter = try counter(dovecot)
    let id = try #require(try rows(counter).first)
    let store = try counter.store()
    defer { store.close() }
    try #require(try store.teamLog()?.epoch == 1)
    // A service serves, and the server said no to it.
    let lease = try #require(try Lease.acquire(directory: store.directory))
    defer { lease.release() }
    for failure in ["teamlog.forbidden", "server.refused.APPEND"] {
      let status = SyncStatus(phase: .refused, since: Timestamp(seconds: 1), failure: failure)
      try store.setTeamLogHealth(TeamLogHealth(status: status))
      let noted = try counter.mssterm("note", id, "Il rappellera.", "--as", "LP", "--wait", "1")
      #expect(noted.code == 75, "\(failure): \(noted.out)\(noted.err)")
    }
  }

  @Test func `a key that is none is told at once, whatever the wait: 75 with what to do`() throws {
    let dovecot = try DovecotServer()
    let counter = try counter(dovecot, key: ["echo", "no-key"])
    let id = try #require(try rows(counter).first)
    let taken = try counter.mssterm(
      "take", id, "--as", "LP", "--wait", "3600", within: .seconds(90))
    #expect(taken.code == 75, "\(taken.out)\(taken.err)")
    #expect(taken.err.contains("team_key_command"), "\(taken.err)")
  }

  @Test func `several demandes are one wait and one pass`() throws {
    let dovecot = try DovecotServer()
    let counter = try counter(dovecot, mails: 3)
    let ids = try rows(counter)
    try #require(ids.count == 3)
    let before = logins(dovecot)
    let taken = try ChildProcess(
      Products.binary("mssterm"),
      ["take"] + ids + ["--as", "LP", "--json", "--wait", "60", "--config", counter.configuration],
      environment: counter.environment
    ).wait(within: .seconds(120))
    #expect(taken.code == 0, "\(taken.out)\(taken.err)")
    #expect(try Counter.objects(taken).compactMap { $0["id"] as? String } == ids)
    #expect(logins(dovecot) - before == 1)
  }

  @Test func `reassign and split wait too, and tell what is only done here`() throws {
    let dovecot = try DovecotServer()
    let counter = try counter(dovecot, mails: 2)
    let ids = try rows(counter)
    for id in ids { #expect(try counter.mssterm("take", id, "--as", "LP").code == 0) }
    let given = try counter.mssterm(
      "reassign", "--from", "LP", "--to", "CM", "--as", "CM", "--wait", "60", "--json")
    #expect(given.code == 0, "\(given.out)\(given.err)")
    #expect(try Counter.objects(given).allSatisfy { $0["pending"] == nil })
    try dovecot.stop()
    let late = try counter.mssterm(
      "reassign", "--from", "CM", "--to", "LP", "--as", "CM", "--wait", "1", "--json")
    #expect(late.code == 75, "\(late.out)\(late.err)")
    let told = try Counter.objects(late)
    #expect(told.count == 2 && told.allSatisfy { $0["pending"] as? Bool == true }, "\(late.out)")
    let order = try #require(told.first?["order"] as? [String: Any])
    let message = try #require((order["messages"] as? [String])?.first)
    let split = try counter.mssterm(
      "split", try #require(order["id"] as? String), message, "--as", "LP", "--wait", "0",
      "--json")
    guard split.code != 3 else { return }
    #expect(split.code == 75, "\(split.out)\(split.err)")
    #expect(
      try Counter.objects(split).allSatisfy { $0["pending"] as? Bool == true }, "\(split.out)")
  }

  @Test func `a token means the same on two machines, where revisions need not`() throws {
    let dovecot = try DovecotServer()
    let (first, second) = (try counter(dovecot), try counter(dovecot, mails: 0))
    let id = try #require(try rows(first).first)
    #expect(try first.mssterm("take", id, "--as", "LP").code == 0)
    #expect(try second.mssterm("sync", "--once").code == 0)
    let seen = try Counter.objects(first.mssterm("show", id, "--json"))
    let token = try #require(seen.first?["token"] as? String)
    let there = try Counter.objects(second.mssterm("show", id, "--json"))
    #expect(there.first?["token"] as? String == token)
    let moved = try second.mssterm("status", id, "prepared", "--as", "LP", "--revision", token)
    #expect(moved.code == 0, "\(moved.err)")
    #expect(try first.mssterm("sync", "--once").code == 0)
    let late = try first.mssterm("status", id, "closed", "--as", "LP", "--revision", token)
    #expect(late.code == 3, "\(late.out)\(late.err)")
  }

  private func logins(_ dovecot: DovecotServer) -> Int {
    dovecot.log.split(separator: "\n").count { $0.contains("Login:") }
  }
}
