import Domain
import Foundation
import Store
import TestKit
import Testing

/// Whose access to the operator was used, where that is not who acted.
@Suite(.serialized) struct HolderEndToEnd {
  private let provider: TokenProvider
  private let dovecot: DovecotServer
  private let files: TemporaryDirectory
  private let configuration: String

  init() throws {
    provider = try TokenProvider()
    dovecot = try DovecotServer(extra: provider.configuration)
    files = try TemporaryDirectory()
    configuration = try files.write(
      "config.toml",
      """
      [poste]
      name = "comptoir 1"

      [[bal]]
      name = "officine"
      address = "pharmacie@officine.mssante.fr"
      store = "store"
      imap = { host = "localhost", port = \(dovecot.port), tls = "starttls" }
      token_hosts = ["localhost"]
      trust = ["\(dovecot.authority.anchor)"]
      [bal.auth]
      method = "xoauth2"
      user = "officine"
      token_command = ["cat", "\(files.path("jeton"))"]
      """)
  }

  @discardableResult
  private func run(_ words: String...) throws -> ChildProcess.Outcome {
    let outcome = try ChildProcess.run(
      Products.binary("mssterm"), words + ["--config", configuration],
      environment: ChildProcess.environment(home: files.path), within: .seconds(120))
    try #require(outcome.code == 0, "\(words) \(outcome.err)\(dovecot.log)")
    return outcome
  }

  @Test func `P03: the trace has who acted and, apart, the holder of the token that was used`()
    throws
  {
    try files.write("jeton", try provider.token(holder: "899700000001") + "\n")
    try run("members", "add", "Claire MOREAU", "--role", "titulaire")
    for mail in [TestMail.patientPrescription(), .patientQuestion()] {
      try dovecot.deliver(mail.bytes)
    }
    try run("sync", "--once")
    let ids = try Counter.objects(run("list", "--view", "all", "--json"))
      .compactMap { $0["id"] as? String }
    try #require(ids.count == 2)
    try run("trash", ids[0], "--as", "CM")
    try run("sync", "--once")
    // Another person's session, at the same counter: Claire acts again.
    try files.write("jeton", try provider.token(holder: "899700000002") + "\n")
    try run("trash", ids[1], "--as", "CM")
    try run("sync", "--once")

    let moves = try run("journal", "show").out.split(separator: "\n")
      .filter { $0.contains("  operation.move  ") }.map(String.init)
    try #require(moves.count == 2, "\(moves)")
    for (line, holder) in zip(moves, ["899700000001", "899700000002"]) {
      #expect(line.contains("  CM Claire "), "\(line)")
      #expect(line.contains("(accès de \(holder))"), "\(line)")
    }
    let lines = try Counter.objects(run("journal", "show", "--json"))
    // What nobody's access was used for names none; what a token was, names its own.
    #expect(lines.contains { $0["action"] as? String == "trash" })
    for line in lines where line["action"] as? String == "trash" {
      #expect(line["holder"] as? String == nil, "\(line)")
    }
    let holders = lines.filter { $0["action"] as? String == "login" }
      .compactMap { $0["holder"] as? String }
    #expect(Set(holders) == ["899700000001", "899700000002"], "\(holders)")
    try run("journal", "export", "--to", files.path("traces.csv"))
    let exported = String(decoding: try files.bytes("traces.csv"), as: UTF8.self)
    #expect(exported.contains("899700000001") && exported.contains("899700000002"))
    try run("journal", "verify")
  }
}
