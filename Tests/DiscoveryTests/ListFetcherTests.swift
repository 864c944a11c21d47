import Certificates
import Discovery
import Foundation
import TestKit
import Testing

@Suite struct `A signed list from the web` {
  private let list = Array("une liste".utf8)

  private func fetch(
    _ url: String, loopback: Bool = true, dns: ZoneServer? = nil, anchors: [String] = []
  ) throws -> [UInt8] {
    try ListFetcher(
      anchors: anchors, allowsLoopback: loopback,
      nameserver: dns.flatMap { NameServer($0.address) }, patience: 5
    ).fetch(url)
  }

  @Test func `plain HTTP brings it, with its query, and two redirections are followed`() throws {
    let web = try WebPage(nil, path: "/l.crl?v=2", bytes: list)
    let here = "http://localhost:\(web.port)"
    #expect(try fetch("\(here)/l.crl?v=2") == list)
    #expect(web.requests == ["GET /l.crl?v=2 HTTP/1.1 Host: localhost:\(web.port)"])
    #expect(try fetch("\(here)/hop/1") == list)
    #expect(throws: ListFetcher.Failure.tooManyMoves) { try fetch("\(here)/hop/2") }
    #expect(throws: ListFetcher.Failure.unreachable) { try fetch("\(here)/autre") }
  }

  @Test func `a redirection leads to no private address, nor from HTTPS to plain HTTP`() throws {
    let dns = try ZoneServer()
    dns.set("crl.example", .address([127, 0, 0, 1]))
    dns.set("ailleurs.example", .address([192, 168, 1, 1]))
    let web = try WebPage(nil, path: "/l", bytes: list)
    #expect(throws: ListFetcher.Failure.privateAddress) {
      try fetch("http://localhost:\(web.port)/away", dns: dns)
    }
    let authority = try CertificateAuthority()
    let plain = "http://localhost:\(web.port)/l"
    let secret = try WebPage(
      authority, hosts: ["crl.example"], path: "/l", bytes: list, status: "302 \(plain)")
    let url = "https://crl.example:\(secret.port)/l"
    #expect(throws: ListFetcher.Failure.self) { try fetch(url, dns: dns) }
    #expect(secret.requests == [], "nobody vouches for it")
  }

  @Test func `HTTPS is verified`() throws {
    let dns = try ZoneServer()
    dns.set("crl.example", .address([127, 0, 0, 1]))
    let authority = try CertificateAuthority()
    let web = try WebPage(authority, hosts: ["crl.example"], path: "/l", bytes: list)
    let url = "https://crl.example:\(web.port)/l"
    #expect(try fetch(url, dns: dns, anchors: [authority.anchor]) == list)
    #expect(throws: ListFetcher.Failure.broken) { try fetch(url, dns: dns) }
  }

  @Test func `private and literal addresses and other schemes are refused`() throws {
    let dns = try ZoneServer()
    let web = try WebPage(nil, path: "/l", bytes: list)
    dns.set("crl.example", .address([127, 0, 0, 1]))
    dns.set("interne.example", .address([203, 0, 113, 7]), .address([10, 0, 0, 1]))
    for host in ["crl.example", "interne.example"] {
      #expect(throws: ListFetcher.Failure.privateAddress) {
        try fetch("http://\(host):\(web.port)/l", loopback: false, dns: dns)
      }
    }
    for url in [
      "http://127.0.0.1:\(web.port)/l", "http://203.0.113.7/l", "http://[::1]:\(web.port)/l",
      "http://2130706433/l", "ldap://crl.example/cn=x", "file:///etc/passwd",
      "http://a@crl.example/",
      "http:///l", "http://crl.example:0/l", "http://crl.example/\u{1}", "",
    ] {
      #expect(throws: ListFetcher.Failure.address, "\(url)") {
        try fetch(url, loopback: false, dns: dns)
      }
    }
    #expect(web.requests == [])
    #expect(try fetch("http://127.0.0.1:\(web.port)/l") == list)
  }

  @Test func `a page above the limit is not taken`() throws {
    let web = try WebPage(
      nil, path: "/l", bytes: [UInt8](repeating: 0x30, count: CertificateLimits.listBytes + 1))
    #expect(throws: ListFetcher.Failure.broken) { try fetch("http://localhost:\(web.port)/l") }
  }
}
