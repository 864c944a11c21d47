import Domain
import Settings
import Testing

@Suite struct `How long and where to` {
  private func parse(_ text: String, home: String = "/home/lea") throws -> Configuration {
    let file = try TOMLFile(
      path: "/etc/mssterm/config.toml",
      text: """
        [[bal]]
        name = "officine"
        address = "a@operateur.mssante.fr"
        store = "/srv/mssterm/officine"
        backend = "maildir"
        maildir = "/srv/bal"
        \(text)
        """)
    return try Configuration.parse(file, environment: ["HOME": home])
  }

  private func problem(_ text: String) -> SettingsError? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      return error as? SettingsError
    }
  }

  @Test func `nothing is purged or copied until somebody chooses, traces stay a year`() throws {
    let plain = try parse("")
    #expect(plain.bals[0].retention == nil && !plain.bals[0].isRetentionOnServer)
    #expect(plain.vault.keepTraces == 372 * 86_400)
    #expect(!plain.vault.backup.isAutomatic)
    let mine = plain.anchorFile(of: plain.bals[0])
    #expect(mine.hasPrefix("/home/lea/.local/state/mssterm/anchors/officine-"))
    let group = try parse("group = true")
    #expect(group.anchorFile(of: group.bals[0]).hasPrefix("/srv/mssterm/anchors/officine-"))
    let own = try parse("[journal]\nanchor = \"/var/ancres\"")
    #expect(own.anchorFile(of: own.bals[0]).hasPrefix("/var/ancres/officine-"))
    var other = own.bals[0]
    other.store = "/srv/autre"
    #expect(own.anchorFile(of: other) != own.anchorFile(of: own.bals[0]))
  }

  @Test func `periods are words of either language`() throws {
    let day: Int64 = 86_400
    for (text, seconds) in [
      ("3 months", 93 * day), ("6 mois", 186 * day), ("2 weeks", 14 * day), ("1 year", 366 * day),
      ("90 jours", 90 * day),
    ] {
      #expect(try parse("retention = \"\(text)\"").bals[0].retention == seconds, "\(text)")
    }
    #expect(try parse("retention = \"off\"").bals[0].retention == nil)
    #expect(try parse("[journal]\nkeep = \"6 months\"").vault.keepTraces == 186 * day)
  }

  @Test func `what is too short, or could not be encrypted, is refused with what is allowed`() {
    for text in [
      "retention = \"1 hour\"", "retention = \"bientôt\"", "retention = \"0 months\"",
      "[journal]\nkeep = \"5 months\"", "[journal]\nkeep = \"180 days\"",
      "[backup]\nrecipients = [\"--identity\"]", "[backup]\nevery = \"5 min\"",
      "[backup]\nkeep = 0",
    ] {
      guard case .wrongValue? = problem(text) else {
        Issue.record("\(text)")
        continue
      }
    }
    guard case .missing? = problem("[backup]\ndirectory = \"/srv\"") else {
      Issue.record("a directory without anybody to encrypt for")
      return
    }
  }
}
