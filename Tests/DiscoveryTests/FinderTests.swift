import Discovery
import Foundation
import TestKit
import Testing

private let domain = "officine.mssante.fr"
private let world: [UInt8] = [203, 0, 113, 7]

private func page(_ host: String, socket: String = "STARTTLS", port: Int = 143) -> String {
  """
  <?xml version="1.0" encoding="UTF-8"?>
  <clientConfig version="1.1"><emailProvider id="\(domain)">
    <incomingServer type="imap"><hostname>\(host)</hostname><port>\(port)</port>
      <socketType>\(socket)</socketType></incomingServer>
    <outgoingServer type="smtp"><hostname>\(host)</hostname><port>587</port>
      <socketType>STARTTLS</socketType></outgoingServer>
  </emailProvider></clientConfig>
  """
}

@Suite struct `Where the servers of a BAL are` {
  private let dns: ZoneServer

  init() throws {
    dns = try ZoneServer()
    for host in [
      "mail.mssante.fr", "autre.mssante.fr", "smtp.mssante.fr", "imap.operateur.example",
    ] {
      dns.set(host, .address(world))
    }
  }

  private func find(
    allowedHosts: [String] = [], loopback: Bool = false, anchors: [String] = [], patience: Int = 5,
    webPort: Int = 443
  ) throws -> FoundServers {
    let server = try #require(NameServer(dns.address))
    return try Finder(
      address: "pharmacie@\(domain)", anchors: anchors, allowedHosts: allowedHosts,
      allowsLoopback: loopback, nameserver: server, patience: patience, webPort: webPort
    ).find()
  }

  private func offer(_ target: String, port: Int = 143) {
    dns.set("_imap._tcp.\(domain)", .service(port: port, target: target))
    dns.set("_submission._tcp.\(domain)", .service(port: 587, target: "smtp.mssante.fr"))
  }

  @Test func `SRV names both, with STARTTLS, and nobody else is asked`() throws {
    offer("Mail.mssante.fr")
    let found = try find()
    #expect(found.imap == FoundServer(host: "mail.mssante.fr", port: 143, security: .startTLS))
    #expect(found.smtp == FoundServer(host: "smtp.mssante.fr", port: 587, security: .startTLS))
    #expect(!dns.questions.contains { $0.hasPrefix("autoconfig") || $0.contains("pharmacie") })
  }

  @Test func `priority, then TLS from the first byte, then weight; a dot is not offered`() throws {
    offer("mail.mssante.fr")
    dns.set(
      "_imaps._tcp.\(domain)", .service(priority: 5, port: 993, target: "autre.mssante.fr"))
    #expect(try find().imap.host == "mail.mssante.fr")
    dns.set(
      "_imaps._tcp.\(domain)", .service(weight: 1, port: 993, target: "mail.mssante.fr"),
      .service(weight: 9, port: 994, target: "autre.mssante.fr"))
    #expect(
      try find().imap
        == FoundServer(host: "autre.mssante.fr", port: 994, security: .implicit))
    dns.set("_imaps._tcp.\(domain)", .service(port: 0, target: "."))
    #expect(try find().imap.port == 143)
    dns.set("_imap._tcp.\(domain)", .service(port: 0, target: "."))
    #expect(throws: DiscoveryFailure.nothingPublished(domain: domain)) { try find() }
  }

  @Test func `a server outside mssante.fr is refused unless it was named`() throws {
    for host in ["imap.operateur.example", "fauxmssante.fr", "mssante.fr.operateur.example"] {
      offer(host)
      #expect(throws: DiscoveryFailure.foreignHost(host)) { try find() }
    }
    offer("imap.operateur.example")
    #expect(try find(allowedHosts: ["IMAP.operateur.example"]).imap.port == 143)
    // A good one announced behind it does not take its place.
    dns.set(
      "_imap._tcp.\(domain)", .service(priority: 1, port: 143, target: "imap.pirate.example"),
      .service(priority: 2, port: 143, target: "mail.mssante.fr"))
    #expect(throws: DiscoveryFailure.foreignHost("imap.pirate.example")) { try find() }
  }

  @Test func `literal addresses are no servers, named or not`() throws {
    for host in ["203.0.113.7", "127.1", "0x7f000001", "2130706433"] {
      offer(host)
      #expect(throws: DiscoveryFailure.notAName(host)) { try find(allowedHosts: [host]) }
    }
  }

  @Test func `names that lead into a private network are refused`() throws {
    offer("mail.mssante.fr")
    for address: [UInt8] in [
      [10, 0, 0, 1], [172, 31, 0, 1], [192, 168, 1, 1], [169, 254, 169, 254], [100, 64, 0, 1],
      [0, 0, 0, 0], [224, 0, 0, 1], [127, 0, 0, 1],
      [0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [1],
      [0xFD] + [UInt8](repeating: 0, count: 14) + [1],
      [UInt8](repeating: 0, count: 15) + [1],
      [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 168, 0, 1],
      [0, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8) + [10, 0, 0, 1],
      [0x20, 0x02, 127, 0, 0, 1] + [UInt8](repeating: 0, count: 10),
    ] {
      // One bad address among good ones is enough.
      dns.set("mail.mssante.fr", .address(world), .address(address))
      #expect(throws: DiscoveryFailure.privateAddress("mail.mssante.fr"), "\(address)") {
        try find()
      }
    }
    dns.set("mail.mssante.fr", .address([127, 0, 0, 1]))
    #expect(try find(loopback: true).imap.host == "mail.mssante.fr")
    dns.set("mail.mssante.fr", .address([10, 0, 0, 1]))
    #expect(throws: DiscoveryFailure.privateAddress("mail.mssante.fr")) {
      try find(loopback: true)
    }
    dns.set("mail.mssante.fr")
    #expect(throws: DiscoveryFailure.noAddress("mail.mssante.fr")) { try find() }
  }

  @Test func `a silent name server is a state of its own, and soon told`() throws {
    offer("mail.mssante.fr")
    dns.fallSilent()
    let began = ContinuousClock.now
    #expect(throws: DiscoveryFailure.unreachable) { try find(patience: 1) }
    #expect(ContinuousClock.now - began < .seconds(20))
  }

  @Test func `an address without a domain is not asked for`() {
    for address in ["pharmacie", "a@b", "a@b@c.fr", "a@127.0.0.1", "a@exam ple.fr", "a@.fr"] {
      #expect(throws: DiscoveryFailure.noDomain, "\(address)") { try Finder(address: address) }
    }
  }

  // MARK: - Pages

  @Test func `a page of the domain, over verified TLS, when DNS says nothing`() throws {
    let authority = try CertificateAuthority()
    let web = try WebPage(
      authority, hosts: ["autoconfig.\(domain)"], path: "/mail/config-v1.1.xml",
      page: page("mail.mssante.fr"))
    dns.set("autoconfig.\(domain)", .address([127, 0, 0, 1]))
    func read(_ loopback: Bool = true, _ anchors: [String] = [authority.anchor]) throws
      -> FoundServers
    { try find(loopback: loopback, anchors: anchors, webPort: web.port) }
    let found = try read()
    #expect(found.imap == FoundServer(host: "mail.mssante.fr", port: 143, security: .startTLS))
    #expect(found.smtp?.port == 587)
    let host = "autoconfig.\(domain):\(web.port)"
    #expect(web.requests == ["GET /mail/config-v1.1.xml HTTP/1.1 Host: \(host)"])
    let broken = DiscoveryFailure.unreadable(host: "autoconfig.\(domain)")
    // Nobody vouches for it: not one byte of it counts.
    #expect(throws: broken) { try read(true, []) }
    // It lies on this machine, and nobody said that it may.
    #expect(throws: broken) { try read(false) }
    #expect(web.requests.count == 1)
    // DNS knows half: the page fills in the other.
    dns.set("_imaps._tcp.\(domain)", .service(port: 993, target: "autre.mssante.fr"))
    #expect(try read().imap.host == "autre.mssante.fr")
    #expect(try read().smtp?.host == "mail.mssante.fr")
  }

  @Test func `the second place of a page, and pages that are no good`() throws {
    let authority = try CertificateAuthority()
    let path = "/.well-known/autoconfig/mail/config-v1.1.xml"
    dns.set(domain, .address([127, 0, 0, 1]))
    func read(_ page: String, _ status: String = "200 OK", hosts: [String] = [domain]) throws
      -> FoundServers
    {
      let web = try WebPage(authority, hosts: hosts, path: path, page: page, status: status)
      return try find(loopback: true, anchors: [authority.anchor], webPort: web.port)
    }
    #expect(try read(page("mail.mssante.fr")).imap.host == "mail.mssante.fr")
    let broken = DiscoveryFailure.unreadable(host: domain)
    let nothing = DiscoveryFailure.nothingPublished(domain: domain)
    #expect(throws: broken) { try read(page("mail.mssante.fr"), hosts: ["autre.mssante.fr"]) }
    #expect(throws: nothing) { try read(page("mail.mssante.fr"), "302 Found") }
    #expect(throws: nothing) { try read(page("mail.mssante.fr"), "404 Not Found") }
    #expect(throws: broken) { try read("<!DOCTYPE a>" + page("mail.mssante.fr")) }
    #expect(throws: broken) {
      try read(page("mail.mssante.fr") + String(repeating: " ", count: 70_000))
    }
    #expect(throws: broken) { try read(page("mail.mssante.fr", socket: "plain")) }
    #expect(throws: DiscoveryFailure.foreignHost("imap.pirate.example")) {
      try read(page("imap.pirate.example"))
    }
  }
}
