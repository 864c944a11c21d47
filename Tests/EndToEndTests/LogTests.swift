import Domain
import Foundation
import Store
import TestKit
import Testing

/// What a service writes down for whoever keeps the machine (invariant 25).
@Suite(.serialized) struct LogTests {
  /// Parts of names, addresses, numbers, texts, secrets and answers of servers of this test.
  private static let words = [
    "MARTIN", "Jeanne", "LE GOFF", "ordonnance", "Ordonnance", "posologie", "pamplemousse",
    "Amoxicilline", "Bonjour", "premier@", "@cabinet", "pwned", "question-", "secret", "faux",
    "mssante.example", "dumarche", TestMail.Party.patient.address.prefix(13).description,
  ]

  @Test(arguments: [true, false])
  func `the log tells what was done and why not, and nothing of anybody`(isFile: Bool) throws {
    let dovecot = try DovecotServer()
    let sink = try MailSink(authority: dovecot.authority)
    let counter = try Counter(dovecot: dovecot, sink: sink)
    try counter.addTeam()
    for mail in [
      TestMail.patientPrescription(), .doctorLetter(), .patientQuestion(), .hostile(),
    ] {
      try dovecot.deliver(mail.bytes)
    }
    // The server's own words name the recipient.
    try sink.fail(.recipient550("premier"))
    let path = counter.files.path("log")
    var environment = counter.environment
    environment[isFile ? "MSSTERM_LOG" : "JOURNAL_STREAM"] = isFile ? path : "8:1"
    let service = try ChildProcess(
      Products.binary("mssterm-worker"), ["sync", "--config", counter.configuration],
      environment: environment)
    func log() -> String {
      // Not written yet is empty.
      let bytes = isFile ? (try? counter.files.bytes("log")) ?? [] : []
      return isFile ? String(decoding: bytes, as: UTF8.self) : service.errSoFar
    }
    try waitUntil("the reception", seen: log) { log().contains("received=4") }
    let body = try counter.files.write("corps.txt", "Bonjour madame MARTIN\n")
    let queued = try counter.mssterm(
      "send", "--to", "premier@cabinet.mssante.fr", "--subject", "Votre ordonnance", "--body",
      body, "--as", "LP")
    try #require(queued.code == 0, "\(queued.err)")
    try waitUntil("the refusal", seen: log) { log().contains("refused=1") }
    if isFile {
      try counter.files.write("secret", "faux\n")
      try dovecot.stop()
      try waitUntil("the outage", seen: log) { log().contains("pass ended: network") }
      try dovecot.start()
      try waitUntil("the password", seen: log) { log().contains("pass ended: login") }
    }
    #expect(try service.stop().code == 0)
    let all = log()
    #expect(all.contains("service begins") && all.contains("in touch"))
    #expect(all.contains("service ends"))
    for word in Self.words { #expect(!all.contains(word), "\(word) in:\n\(all)") }
    if isFile {
      #expect(service.errSoFar.isEmpty, "\(service.errSoFar)")
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o600)
    }
  }
}
