import Domain
import Settings
import Testing

@Suite struct `The configuration that explains itself` {
  private func parse(_ text: String) throws -> Configuration {
    let file = try TOMLFile(path: "/etc/mssterm/config.toml", text: text)
    return try Configuration.parse(file, environment: ["HOME": "/home/lea"])
  }

  @Test func `it is a configuration, and so is every line of it that is off`() throws {
    #expect(try parse(Configuration.defaultText).warnings == [])
    let lines = Configuration.defaultText.split(separator: "\n", omittingEmptySubsequences: false)
    let on = lines.map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? $0.dropFirst() : $0 }
      .joined(separator: "\n")
    let all = try parse(on)
    #expect(all.warnings == [])
    #expect(on.contains("\nloopback_autoconfig = false\n"))
  }

  /// Each line that is off shows the default, but for those that are plainly examples.
  @Test func `what it shows as default is the default`() throws {
    let plain = try parse(Configuration.defaultText)
    let bal = try plain.bal(named: nil)
    let fresh = try parse(
      """
      [[bal]]
      name = "officine"
      address = "pharmacie.dumarche@operateur.mssante.fr"
      store = "~/.local/share/mssterm/officine"
      kind = "organisationnelle"
      group = false
      backend = "imap"
      autoconfig = true
      loopback_autoconfig = false
      trust = ["igc-sante.pem"]
      crl_required = true
      token_hosts = []
      auth = { method = "xoauth2", token_command = ["/usr/local/bin/jeton-psc"] }
      idle = true
      compress = false
      mailboxes = []
      team_log = ""
      """)
    #expect(try fresh.bal(named: nil) == bal)
    #expect(plain.sending.undoDelay == 12)
    #expect(plain.postes.standard.lockAfter == 300)
  }
}
