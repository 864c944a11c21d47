import Domain
import Foundation
import Store
import TestKit
import Testing

/// An officine for one test: a configuration, a store, a team, and the two binaries.
final class Counter {
  let files: TemporaryDirectory
  let configuration: String
  let home: String

  var storePath: String { files.path("store") }
  var environment: [String: String] { ChildProcess.environment(home: home) }

  /// On a Dovecot and a sink; without them on an empty Maildir.
  init(dovecot: DovecotServer? = nil, sink: MailSink? = nil, extra: String = "") throws {
    files = try TemporaryDirectory()
    home = try files.directory("home")
    var text = """
      [officine]
      name = "Pharmacie du Marché"

      [poste]
      name = "comptoir 1"
      printer = "file:\(files.path("impressions"))"

      [[bal]]
      name = "officine"
      address = "pharmacie.dumarche@demonstration.mssante.fr"
      kind = "organisationnelle"
      store = "store"

      """
    if let dovecot {
      try files.write("secret", "secret\n")
      text += """
        backend = "imap"
        imap = { host = "localhost", port = \(dovecot.port), tls = "starttls" }
        trust = ["\(dovecot.authority.anchor)"]
        password_command = ["cat", "\(files.path("secret"))"]
        auth = { method = "password", user = "officine" }

        """
      if let sink {
        text += "smtp = { host = \"localhost\", port = \(sink.port), tls = \"starttls\" }\n"
      }
    } else {
      for name in ["bal", "envois"] {
        for part in ["cur", "new", "tmp"] { try files.directory("\(name)/\(part)") }
      }
      text += "backend = \"maildir\"\nmaildir = \"bal\"\noutbox = \"envois\"\n"
    }
    configuration = try files.write("config.toml", text + extra)
  }

  /// Runs `mssterm WORDS --config …` to its end.
  @discardableResult
  func mssterm(
    _ words: String..., input: [UInt8]? = nil, within limit: Duration = .seconds(120)
  ) throws -> ChildProcess.Outcome {
    try start(words, input: input).wait(within: limit)
  }

  func start(_ words: [String], input: [UInt8]? = nil) throws -> ChildProcess {
    try ChildProcess(
      Products.binary("mssterm"), words + ["--config", configuration],
      environment: environment, input: input)
  }

  /// Léa prepares, Claire checks.
  func addTeam() throws {
    for (name, role) in [("Claire MOREAU", "titulaire"), ("Léa PETITJEAN", "preparateur")] {
      let outcome = try mssterm("members", "add", name, "--role", role)
      try #require(outcome.code == 0, "\(outcome.err)")
    }
  }

  func deliver(_ mail: [UInt8], name: String) throws {
    try files.write("bal/new/\(name)", bytes: mail)
  }

  func store() throws -> OfficineStore {
    try OfficineStore.open(at: storePath, create: false)
  }

  /// The JSON objects a command printed, one a line.
  static func objects(_ outcome: ChildProcess.Outcome) throws -> [[String: Any]] {
    try outcome.out.split(separator: "\n").map { line in
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(value as? [String: Any])
    }
  }
}
