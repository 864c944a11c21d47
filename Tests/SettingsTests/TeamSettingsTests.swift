import Domain
import Settings
import Testing

@Suite struct `What several machines have in common, in the configuration` {
  private func bal(_ lines: String) throws -> BALSettings {
    let file = try TOMLFile(
      path: "/etc/mssterm/config.toml",
      text: """
        [[bal]]
        name = "officine"
        address = "a@operateur.mssante.fr"
        store = "/var/lib/mssterm/officine"
        backend = "maildir"
        maildir = "/var/mail/bal"
        \(lines)
        """)
    return try Configuration.parse(file, environment: ["HOME": "/home/lea"]).bal(named: nil)
  }

  @Test func `a mailbox and the command that prints the key`() throws {
    let settings = try bal(
      "team_log = \"MSSTerm/Journal\"\nteam_key_command = [\"cat\", \"/etc/mssterm/team.key\"]")
    #expect(settings.teamLog == "MSSTerm/Journal")
    #expect(settings.teamKeyCommand == ["cat", "/etc/mssterm/team.key"])
  }

  @Test func `without a mailbox there is one machine, whatever the command`() throws {
    #expect(try bal("").teamLog == "")
    #expect(try bal("team_log = \"\"\nteam_key_command = [\"cat\", \"k\"]").teamLog == "")
  }

  @Test(arguments: ["", "team_key_command = []", "team_key_command = [\"\"]"])
  func `a mailbox without a key is refused, with file, line and what is missing`(
    command: String
  ) throws {
    let failure = #expect(throws: SettingsError.self) {
      try bal("team_log = \"MSSTerm/Journal\"\n\(command)")
    }
    #expect(
      failure
        == .missing(
          path: "/etc/mssterm/config.toml", line: 7, key: "team_key_command = [\"…\"]"))
  }

  @Test(arguments: ["INBOX", "inbox", "a//b", "/a", "a/", "a*", "a/%", "a\\\"b", "a\\u0007"])
  func `what is no mailbox of one's own is refused`(name: String) throws {
    let failure = #expect(throws: SettingsError.self) {
      try bal("team_log = \"\(name)\"\nteam_key_command = [\"cat\", \"k\"]")
    }
    guard case .wrongValue(_, 7, "bal.0.team_log", _) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }
}
