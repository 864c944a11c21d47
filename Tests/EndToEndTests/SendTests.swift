import Domain
import Samples
import Store
import TestKit
import Testing

/// An answer, from the command to the sink, the Sent copy and the flag.
@Suite(.serialized) struct AnswerEndToEnd {
  @Test func `an answer arrives threaded, is copied to Sent and marks the original`() throws {
    let server = try DovecotServer()
    let sink = try MailSink(authority: server.authority)
    let original = SampleOfficine(seed: 3, now: 1_795_167_720).mail(0)
    try server.deliver(original.bytes)
    try server.start()
    let counter = try Counter(dovecot: server, sink: sink)
    #expect(try counter.mssterm("sync", "--once").code == 0)
    try counter.addTeam()
    let row = try #require(
      try Counter.objects(counter.mssterm("list", "--json")).first?["id"] as? String)
    let body = try counter.files.write("corps.txt", "Bonjour,\n\nC'est noté, à bientôt.\n")
    let dry = try counter.mssterm(
      "send", "--reply-to", row, "--body", body, "--as", "LP", "--dry-run")
    #expect(dry.code == 0, "\(dry.err)")
    #expect(dry.out.contains("In-Reply-To: <\(original.messageID)>"))
    let queued = try counter.mssterm("send", "--reply-to", row, "--body", body, "--as", "LP")
    #expect(queued.code == 0, "\(queued.err)")
    let pass = try counter.mssterm("sync", "--once")
    #expect(pass.code == 0, "\(pass.err)")
    let received = try sink.wait(for: 1)
    let text = try #require(received.first).text
    #expect(text.contains("In-Reply-To: <\(original.messageID)>"))
    #expect(text.contains("References: <\(original.messageID)>"))
    #expect(received.first?.secure == true)
    #expect(try server.messages(mailbox: "Sent").count == 1)
    // The answer known, the flag set on the server, and no second copy by another pass.
    #expect(try counter.mssterm("sync", "--once").code == 0)
    #expect(try server.messages(mailbox: "Sent").count == 1)
    #expect(try sink.received().count == 1)
    let store = try counter.store()
    defer { store.close() }
    #expect(try store.message(row)?.flags.isAnswered == true)
    #expect(try store.order(ofMessage: row)?.answered != nil)
    #expect(try store.outbox(states: [.sent]).count == 1)
    #expect(try serverFlags(server).contains("\\Answered"))
  }

  @Test func `O05: a person reads which of two recipients kept a mail back`() throws {
    let server = try DovecotServer()
    let sink = try MailSink(authority: server.authority)
    let counter = try Counter(dovecot: server, sink: sink)
    #expect(try counter.mssterm("sync", "--once").code == 0)
    try counter.addTeam()
    let names = ["premier@cabinet.mssante.fr", "second@cabinet.mssante.fr"]
    let body = try counter.files.write("corps.txt", "Bonjour\n")
    let queued = try counter.mssterm(
      "send", "--to", names[0], "--to", names[1], "--subject", "Essai", "--body", body, "--as",
      "LP")
    #expect(queued.code == 0, "\(queued.err)")
    try sink.fail(.recipient550("second@"))
    _ = try counter.mssterm("sync", "--once")
    #expect(try sink.received().isEmpty)
    let rows = try counter.mssterm("outbox", "list").out
    #expect(rows.contains("accepté, mais rien n'est parti"), "\(rows)")
    #expect(rows.contains("refusé (550 5.1.1) : vérifiez l'adresse"), "\(rows)")
    let row = try #require(
      try Counter.objects(counter.mssterm("outbox", "list", "--json")).first)
    let recipients = try #require(row["recipients"] as? [[String: Any]])
    #expect(recipients.map { $0["address"] as? String } == names)
    #expect(recipients.map { $0["accepted"] as? Bool } == [true, false])
    #expect(recipients.map { $0["answer"] as? String } == ["250 2.1.5", "550 5.1.1"])
  }

  @Test func `O07: mail comes in and none leaves: every command says so, and what to do`() throws {
    let server = try DovecotServer()
    let sink = try MailSink(authority: server.authority)
    let counter = try Counter(dovecot: server, sink: sink)
    #expect(try counter.mssterm("sync", "--once").code == 0)
    try counter.addTeam()
    let body = try counter.files.write("corps.txt", "Bonjour\n")
    _ = try counter.mssterm(
      "send", "--to", "premier@cabinet.mssante.fr", "--subject", "Essai", "--body", body, "--as",
      "LP")
    try sink.fail(.auth535)
    try server.deliver(SampleOfficine(seed: 3, now: 1_795_167_720).mail(0).bytes)
    let pass = try counter.mssterm("sync", "--once")
    #expect(pass.code == 77 && pass.err.contains("Reçu, mais rien ne part"), "\(pass.err)")
    #expect(try Counter.objects(counter.mssterm("list", "--json")).count == 1)
    let sentence = "envoi : mot de passe refusé. Le serveur refuse le mot de passe. Un seul essai"
    let rows = try counter.mssterm("outbox", "list").out
    #expect(rows.contains(sentence) && rows.contains("« mssterm reconnect »"), "\(rows)")
    let checks = try counter.mssterm("doctor").out
    #expect(checks.contains("· sending : \(sentence)"), "\(checks)")
    #expect(checks.contains("✔ sync"), "\(checks)")
    // Nobody asks the server again, until somebody wishes so.
    _ = try counter.mssterm("sync", "--once")
    #expect(sink.wire.split(separator: "\n").count { $0.contains("C: AUTH") } == 1)
    try sink.clearFault()
    _ = try counter.mssterm("reconnect")
    let last = try counter.mssterm("sync", "--once")
    #expect(last.code == 0, "\(last.err)")
    #expect(try counter.mssterm("doctor").out.contains("✔ sending : 0 en attente"))
    #expect(try sink.received().count == 1)
  }

  /// The flags of the only message, as another client sees them: the letter R of Maildir.
  private func serverFlags(_ server: DovecotServer) throws -> [String] {
    let names = try ChildProcess.run("ls", [server.maildir() + "/cur"]).out
    return names.contains(":2,") && names.split(separator: ",").last?.contains("R") == true
      ? ["\\Answered"] : []
  }

  @Test func `a recipient outside the trust space is refused, nothing is queued`() throws {
    let counter = try Counter()
    #expect(try counter.mssterm("sync", "--once").code == 0)
    try counter.addTeam()
    let body = try counter.files.write("corps.txt", "Bonjour")
    let refused = try counter.mssterm(
      "send", "--to", "quelquun@courriel.example", "--subject", "Essai", "--body", body, "--as",
      "LP")
    #expect(refused.code == 3)
    #expect(refused.err.contains("MSSanté"))
    #expect(try counter.mssterm("outbox", "list").out.isEmpty)
  }

  @Test func `a server that cannot be reached gives exit 69 and says so`() throws {
    let server = try DovecotServer()
    let counter = try Counter(dovecot: server)
    try server.stop()
    let pass = try counter.mssterm("sync", "--once")
    #expect(pass.code == 69, "\(pass.err)")
    let store = try counter.store()
    defer { store.close() }
    #expect(try store.syncStatus().phase == .offline)
  }
}
