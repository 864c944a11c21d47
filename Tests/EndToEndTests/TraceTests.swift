import Domain
import Foundation
import Store
import TestKit
import Testing

/// Every operation on a BAL over real IMAP and SMTP, those that fail too, and its trace.
@Suite(.serialized) struct TraceTests {
  private let dovecot: DovecotServer
  private let sink: MailSink
  private let counter: Counter

  init() throws {
    dovecot = try DovecotServer()
    sink = try MailSink(authority: dovecot.authority)
    counter = try Counter(dovecot: dovecot, sink: sink)
    try counter.addTeam()
  }

  @discardableResult
  private func run(_ words: String..., code: Int32? = 0) throws -> String {
    let outcome = try counter.start(words).wait(within: .seconds(120))
    if let code { try #require(outcome.code == code, "\(words) \(outcome.err)") }
    return outcome.out
  }

  private func send(_ subject: String, _ fault: MailSink.Fault? = nil) throws {
    let body = try counter.files.write("corps.txt", "zqtexte de la réponse\n")
    try run(
      "send", "--to", "premier@cabinet.mssante.fr", "--subject", subject, "--body", body, "--as",
      "LP")
    if let fault { try sink.fail(fault) }
    try run("sync", "--once", code: nil)
    try sink.clearFault()
  }

  /// What a person does, what the server is asked, and what goes wrong.
  private func work() throws {
    let secret = counter.files.path("secret")
    try "faux\n".write(toFile: secret, atomically: false, encoding: .utf8)
    try run("sync", "--once", code: nil)
    try "secret\n".write(toFile: secret, atomically: false, encoding: .utf8)
    for mail in [TestMail.patientPrescription(), .doctorLetter(), .patientQuestion()] {
      try dovecot.deliver(mail.bytes)
    }
    try run("reconnect", code: nil)
    try run("sync", "--once")
    let rows = try Counter.objects(try counter.mssterm("list", "--view", "all", "--json"))
    let ids = rows.compactMap { $0["id"] as? String }
    try #require(ids.count == 3)
    try run("take", ids[0], "--as", "LP")
    try run("take", ids[0], "--as", "CM", code: 3)
    try run("note", ids[0], "zqnote", "--as", "LP")
    try run("patient", ids[0], "--name", "ZQPATIENT Ève", "--as", "LP")
    try run("print", ids[0], "--as", "LP", code: nil)
    let nowhere = "file:" + counter.files.path("nulle/part")
    try run("print", ids[0], "--printer", nowhere, "--as", "LP", code: 1)
    try run("show", ids[0], "--raw")
    let joined = rows.first { ($0["attachments"] as? [Any])?.isEmpty == false }
    let file = counter.files.path("pièce")
    try run(
      "attachment", try #require(joined?["id"] as? String), "1", "--output", file, "--as", "CM")
    try run("export", ids[0], "--to", try counter.files.directory("lgo"), "--as", "LP")
    try run("trash", ids[2], "--as", "CM")
    try send("zqsujet un")
    try send("zqsujet deux", .recipient550("premier"))
    try send("zqsujet trois", .closeBeforeStore)
    try send("zqsujet quatre", .recipient451("premier"))
    try send("zqsujet cinq", .auth535)
    try dovecot.stop()
    try run("sync", "--once", code: nil)
    try dovecot.start()
    try run("sync", "--once", code: nil)
  }

  @Test func `P03 every operation leaves who, when, where, what and the answer, never content`()
    throws
  {
    try work()
    let store = try counter.store()
    defer { store.close() }
    let lines = try store.journal(limit: 9_999)
    let told = lines.map { "\($0.action) [\($0.request)] \($0.answer)" }.joined(separator: "\n")
    func has(_ action: String, by initials: String?, _ isAnswer: (String) -> Bool) -> Bool {
      lines.contains { line in
        let isWho =
          initials.map { line.author.initials == $0 } ?? (line.author.memberID == nil)
        return line.action == action && isAnswer(line.answer) && isWho
      }
    }
    for (action, initials, answer) in Self.expected {
      #expect(
        has(action, by: initials) { answer.isEmpty || $0.contains(answer) },
        "\(action) \(answer)\n\(told)")
    }
    let moment = /[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]+)?[+-][0-9]{2}:[0-9]{2}/
    for line in lines {
      #expect(line.localTime.wholeMatch(of: moment) != nil, "\(line.localTime)")
      #expect(line.author.memberID == nil || line.author.poste == "comptoir 1", "\(line)")
    }
    let sender = TestMail.Party.patient
    let forbidden = [
      "zqtexte", "zqnote", "ZQPATIENT", "zqsujet", "premier@", "cabinet", sender.name,
      String(sender.address.prefix(13)), "@patient", "faux",
    ]
    let all = lines.map { "\($0)" }.joined(separator: "\n")
    for word in forbidden { #expect(!all.contains(word), "\(word)\n\(told)") }
    #expect(try store.verify().problems == [])
  }

  /// Kind, whose, and a part of the answer.
  private static let expected: [(String, String?, String)] = [
    ("login", nil, "login"), ("login", nil, "OK"), ("ingest", nil, ""), ("pass", nil, "network"),
    ("take", "LP", "revision"), ("take", "CM", "refused.already-taken"), ("note", "LP", ""),
    ("patient", "LP", ""), ("print", "LP", ""),
    ("print", "LP", "failed"), ("show.raw", nil, "bytes="), ("attachment", "CM", "bytes="),
    ("export", "LP", ""), ("trash", "CM", "queued"),
    ("operation.move", "CM", "done"), ("enqueue", "LP", "queued"), ("login", nil, "network"),
    ("send", "LP", "250"), ("send", "LP", "550"), ("send.copy", "LP", "stored"),
    ("send", "LP", "uncertain"), ("send", "LP", "451"), ("send", "LP", "login"),
  ]
}
