import Domain
import Settings
import Testing

private func parse(_ lines: String) throws -> Configuration {
  let text = """
    [[bal]]
    name = "officine"
    address = "officine@operateur.mssante.fr"
    store = "store"
    \(lines)
    """
  let file = try TOMLFile(path: "/etc/mssterm/config.toml", text: text)
  return try Configuration.parse(file, environment: ["HOME": "/home/lea"])
}

private func server(_ lines: String) throws -> IMAPSettings {
  let bal = try #require(try parse(lines).bals.first)
  guard case .imap(let server) = bal.backend else { throw Other() }
  return server
}

private struct Other: Error {}

private func missing(_ line: Int, _ key: String) -> SettingsError {
  .missing(path: "/etc/mssterm/config.toml", line: line, key: key)
}

private func wrong(_ line: Int, _ key: String, _ allowed: String) -> SettingsError {
  .wrongValue(path: "/etc/mssterm/config.toml", line: line, key: key, allowed: allowed)
}

private let named = "imap = { host = \"imap.operateur.mssante.fr\" }"
private let password = "auth = { password_command = [\"cat\", \"secret\"] }"

@Suite struct `How the BAL is reached, in the configuration` {
  @Test func `servers left out are asked of the domain, and only then`() throws {
    let asked = try server(password)
    #expect(asked.imap == nil)
    #expect(asked.asksDomain)
    #expect(!asked.allowsLoopback)
    #expect(try !server("\(named)\n\(password)").asksDomain)
    #expect(try server("autoconfig = true\n\(named)\n\(password)").asksDomain)
    #expect(throws: missing(1, "imap = { host, port, tls }")) {
      try server("autoconfig = false\n\(password)")
    }
  }

  @Test func `a name server is an address, with a port or without`() throws {
    #expect(
      try server("nameserver = \"127.0.0.1:5353\"\n\(password)").nameserver == "127.0.0.1:5353")
    for text in ["dns.example", "1.2.3", "1.2.3.4:", "1.2.3.4:0", "1.2.3.400", "::1"] {
      #expect(throws: wrong(5, "bal.0.nameserver", "\"192.0.2.1\" | \"192.0.2.1:53\"")) {
        try server("nameserver = \"\(text)\"\n\(password)")
      }
    }
  }

  @Test func `every key of the contract is known and has its default`() throws {
    let plain = try server("\(named)\n\(password)")
    #expect(plain.isCRLRequired)
    #expect(!plain.isCompressed)
    #expect(plain.tokenHosts == [])
    #expect(plain.auth.tokenFrom == .worker)
    let text = """
      crl = ["liste.crl", "HTTP://crl.example/l.crl", "https://crl.example/l.crl", \
      "file:///a/b.crl"]
      crl_required = false
      compress = true
      idle = false
      mailboxes = ["Archives"]
      os_user = "lea"
      member = "LP"
      export_to = "sorties"
      loopback_autoconfig = true
      auth = { method = "certificate", pkcs11 = "pkcs11:token=CPS;object=cle", \
      pkcs11_module = "/usr/lib/cps.so", pin_command = ["cat", "pin"] }
      """.replacing("\\\n", with: "")
    let full = try parse("\(named)\n\(text)")
    #expect(full.warnings == [])
    let auth = try server("\(named)\n\(text)").auth
    #expect(auth.pkcs11Module == "/usr/lib/cps.so")
    #expect(auth.pinCommand == ["cat", "pin"])
    let reached = try server("\(named)\n\(text)")
    #expect(
      reached.crl == [
        "/etc/mssterm/liste.crl", "http://crl.example/l.crl", "https://crl.example/l.crl",
        "/a/b.crl",
      ])
    #expect(!reached.isCRLRequired)
    #expect(reached.isCompressed)
    #expect(reached.allowsLoopback)
  }

  @Test func `a revocation list that LDAP would bring is refused with a sentence`() throws {
    for address in ["ldap://annuaire.example/cn=crl", "LDAPS://a", "ftp://a/b", "file://hote/b"] {
      let refused = SettingsError.listAddress(
        path: "/etc/mssterm/config.toml", line: 6, address: address)
      #expect(throws: refused) { try server("\(named)\ncrl = [\"\(address)\"]\n\(password)") }
      #expect(refused.french.contains("jamais par LDAP"))
      #expect(refused.english.contains("never by LDAP"))
    }
  }

  @Test func `one certificate, whole: a pair of files, a bundle or a card`() throws {
    func auth(_ inside: String) throws -> AuthSettings {
      try server("\(named)\nauth = { method = \"certificate\", \(inside) }").auth
    }
    #expect(try auth("pkcs12 = \"cle.p12\"").certificate == "/etc/mssterm/cle.p12")
    #expect(throws: missing(6, "auth.certificate")) { try auth("user = \"lea\"") }
    #expect(throws: missing(6, "auth.pkcs11_module")) { try auth("pkcs11 = \"pkcs11:token=a\"") }
    #expect(throws: wrong(6, "bal.0.auth.pkcs12", "pkcs12 | certificate + key")) {
      try auth("pkcs12 = \"a\", certificate = \"b\"")
    }
    #expect(throws: wrong(6, "bal.0.auth.pkcs11", "\"pkcs11:token=…;object=…\"")) {
      try auth("pkcs11 = \"CPS\", pkcs11_module = \"/m.so\"")
    }
  }

  @Test func `a token is refused to a host outside mssante.fr that nobody named`() throws {
    func token(_ host: String, _ more: String = "") throws -> IMAPSettings {
      try server(
        """
        imap = { host = "\(host)" }
        \(more)
        auth = { method = "xoauth2", token_command = ["jeton"], token_from = "screen" }
        """)
    }
    #expect(try token("imap.operateur.MSSante.fr").auth.tokenFrom == .screen)
    #expect(try token("mssante.fr").imap?.host == "mssante.fr")
    for host in ["imap.operateur.example", "fauxmssante.fr", "mssante.fr.example", "127.0.0.1"] {
      #expect(
        throws: SettingsError.foreignTokenHost(
          path: "/etc/mssterm/config.toml", line: 5, host: host)
      ) { try token(host) }
      #expect(try token(host, "token_hosts = [\"\(host)\"]").imap?.host == host)
    }
    #expect(try server("imap = { host = \"imap.example\" }\n\(password)").imap != nil)
  }
}
