import Domain
import Settings
import Testing

private func parse(_ text: String) throws -> Configuration {
  let file = try TOMLFile(path: "/etc/mssterm/config.toml", text: text)
  return try Configuration.parse(file, environment: ["HOME": "/home/lea"])
}

private let contract = """
  [officine]
  name = "Pharmacie du Marché"

  [poste]
  name = "comptoir-1"
  printer = "comptoir"
  lock_after = "5 min"
  [poste.by_address]
  "192.0.2.11" = "comptoir-2"
  [poste.comptoir-2]
  printer = "arriere"

  [[bal]]
  name = "officine"
  address = "pharmacie.dumarche@operateur.mssante.fr"
  kind = "organisationnelle"
  store = "~/.local/share/mssterm/officine"
  backend = "imap"
  imap = { host = "imap.operateur.example", port = 143, tls = "starttls" }
  smtp = { host = "smtp.operateur.example", port = 587, tls = "starttls" }
  trust = ["igc-sante.pem"]
  auth = { method = "password", user = "lea", password_command = ["cat", "secret"] }
  team_log = ""

  [sending]
  nil = ""
  display_name = "Pharmacie du Marché"
  finess = ""
  """

@Suite struct SettingsTests {
  @Test func `the configuration of the contract is read without a warning`() throws {
    let configuration = try parse(contract)
    #expect(configuration.warnings == [])
    let bal = try configuration.bal(named: nil)
    #expect(bal.store == "/home/lea/.local/share/mssterm/officine")
    #expect(bal.bal.kind == .organisationnelle)
    guard case .imap(let server) = bal.backend else {
      Issue.record("the backend should be imap")
      return
    }
    #expect(server.imap?.tls == .starttls)
    #expect(server.trust == ["/etc/mssterm/igc-sante.pem"])
    #expect(server.auth.passwordCommand == ["cat", "secret"])
    #expect(configuration.postes.standard.lockAfter == 300)
    #expect(configuration.postes.byAddress["192.0.2.11"] == "comptoir-2")
    #expect(configuration.postes.poste(named: "comptoir-2").printer == "arriere")
    #expect(configuration.postes.poste(named: "bureau").printer == "comptoir")
    #expect(configuration.sending.undoDelay == 12)
  }

  @Test func `an unknown key is a warning with its line and the nearest known key`() throws {
    let text = contract.replacing("printer = \"comptoir\"", with: "prniter = \"comptoir\"")
    let warning = try #require(try parse(text).warnings.first)
    #expect(warning.line == 6)
    #expect(warning.key == "poste.prniter")
    #expect(warning.nearest == "printer")
  }

  @Test func `a misspelt required key names its own line and the key that was meant`() {
    let text = contract.replacing("address = \"pharmacie", with: "adress = \"pharmacie")
    #expect(
      throws: SettingsError.misspelt(
        path: "/etc/mssterm/config.toml", line: 15, key: "bal.0.adress", wanted: "address")
    ) { try parse(text) }
  }

  @Test func `a wrong value names what is allowed and its line`() {
    let text = contract.replacing("\"organisationnelle\"", with: "\"orga\"")
    #expect(
      throws: SettingsError.wrongValue(
        path: "/etc/mssterm/config.toml", line: 16, key: "bal.0.kind",
        allowed: "organisationnelle | nominative | applicative")
    ) { try parse(text) }
  }

  @Test func `a syntax error names its line`() {
    #expect {
      try parse("[officine]\nname = \"x\"\nbroken = = 1\n")
    } throws: { error in
      guard case .syntax(_, let line, _)? = error as? SettingsError else { return false }
      return line == 3
    }
  }

  @Test func `plain text is refused outside loopback and allowed on it`() throws {
    let plain = contract.replacing(
      "{ host = \"imap.operateur.example\", port = 143, tls = \"starttls\" }",
      with: "{ host = \"imap.operateur.example\", tls = \"none\" }")
    #expect(
      throws: SettingsError.plainTextServer(
        path: "/etc/mssterm/config.toml", line: 19, host: "imap.operateur.example")
    ) { try parse(plain) }
    let loopback = plain.replacing("imap.operateur.example", with: "127.0.0.1")
    #expect(try parse(loopback).bals.count == 1)
  }

  @Test func `a missing secret and an unknown BAL are named`() throws {
    let text = contract.replacing(", password_command = [\"cat\", \"secret\"]", with: "")
    #expect(
      throws: SettingsError.missing(
        path: "/etc/mssterm/config.toml", line: 22, key: "auth.password_command")
    ) { try parse(text) }
    #expect(throws: SettingsError.unknownBAL(name: "autre", known: ["officine"])) {
      try parse(contract).bal(named: "autre")
    }
  }

  @Test func `the file is looked for in the documented order`() {
    let all: (String) -> Bool = { _ in true }
    let environment = ["MSSTERM_CONFIG": "/m.toml", "XDG_CONFIG_HOME": "/x", "HOME": "/h"]
    func locate(_ option: String?, _ environment: [String: String]) -> String? {
      Configuration.locate(option: option, environment: environment, exists: all)
    }
    #expect(locate("/o.toml", environment) == "/o.toml")
    #expect(locate(nil, environment) == "/m.toml")
    #expect(locate(nil, ["XDG_CONFIG_HOME": "/x", "HOME": "/h"]) == "/x/mssterm/config.toml")
    #expect(locate(nil, ["HOME": "/h"]) == "/h/.config/mssterm/config.toml")
    #expect(
      Configuration.locate(option: nil, environment: ["HOME": "/h"]) {
        $0 == "/etc/mssterm/config.toml"
      } == "/etc/mssterm/config.toml")
    #expect(Configuration.locate(option: nil, environment: [:]) { _ in false } == nil)
  }
}
