import Foundation
import TestKit
import Testing

@testable import Certificates

@Suite struct `The second look at a certificate` {
  @Test(arguments: [
    ("imap.operateur.example", ["imap.operateur.example"], true),
    ("IMAP.Operateur.example", ["imap.operateur.EXAMPLE."], true),
    ("imap.operateur.example", ["*.operateur.example"], true),
    ("a.imap.operateur.example", ["*.operateur.example"], false),
    ("operateur.example", ["*.operateur.example"], false),
    ("imap.operateur.example", ["i*.operateur.example", "*map.operateur.example"], false),
    ("imap.operateur.example", ["*.*.example", "*", "*.example"], false),
    ("imap.operateur.example", ["imap.operateur.example\0.autre.example"], false),
    ("imap.operateur.example", [""], false), ("", [""], false),
    ("imap.operateur.example", ["imap.operateur.example.autre.example"], false),
    ("operateur.example", ["*.example"], false),
  ])
  func `Names cover names, label by label`(host: String, names: [String], isCovered: Bool) {
    #expect(HostName.isCovered(host, by: names) == isCovered)
  }

  private func der(_ path: String) throws -> [UInt8] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }
    return try [UInt8](#require(Data(base64Encoded: lines.joined())))
  }

  @Test func `T01: an address in the certificate never stands for a name`() throws {
    let authority = try CertificateAuthority()
    var wish = CertificateAuthority.Wish()
    wish.names = "IP:192.0.2.7"
    let bytes = try der(try authority.issue(wish).certificate)
    #expect(throws: CertificateProblem.wrongName) {
      try PeerCheck(host: "localhost", lists: nil).verify(der: bytes, now: Date())
    }
    #expect(throws: Never.self) {
      try PeerCheck(host: "192.0.2.7", lists: nil).verify(der: bytes, now: Date())
    }
    #expect(throws: CertificateProblem.wrongName) {
      try PeerCheck(host: "192.0.2.8", lists: nil).verify(der: bytes, now: Date())
    }
  }

  @Test func `T01: of two lists of one second each may revoke, whichever stands first`() throws {
    let authority = try CertificateAuthority()
    let identity = try authority.issue(CertificateAuthority.Wish())
    let clean = try der(try authority.revocationList())
    let revoking = try der(try authority.revocationList(revoking: [identity]))
    let certificate = try der(identity.certificate)
    let anchor = try String(contentsOfFile: authority.anchor, encoding: .utf8)
    func check(_ files: [[UInt8]]) throws {
      let lists = RevocationLists(files: files, anchors: [anchor])
      _ = try PeerCheck(host: "localhost", lists: lists).verify(der: certificate, now: Date())
    }
    #expect(throws: Never.self) { try check([clean]) }
    for files in [[clean, revoking], [revoking, clean]] {
      #expect(throws: CertificateProblem.revoked) { try check(files) }
    }
    // A later one says what holds now.
    let later = try der(try authority.revocationList(revoking: [], from: "260101000000Z"))
    #expect(throws: CertificateProblem.revoked) { try check([clean, later]) }
  }

  @Test func `Every truncation of a list, and every flipped byte, is no list or says the same`()
    throws
  {
    let authority = try CertificateAuthority()
    let identity = try authority.issue(CertificateAuthority.Wish())
    let list = try der(try authority.revocationList(revoking: [identity]))
    let certificate = try der(identity.certificate)
    let anchor = try String(contentsOfFile: authority.anchor, encoding: .utf8)
    func problem(_ bytes: [UInt8]) -> CertificateProblem? {
      let lists = RevocationLists(files: [bytes], anchors: [anchor])
      do throws(CertificateProblem) {
        _ = try PeerCheck(host: "localhost", lists: lists).verify(der: certificate, now: Date())
        return nil
      } catch {
        return error
      }
    }
    #expect(problem(list) == .revoked)
    for length in 0..<list.count {
      #expect(problem(Array(list.prefix(length))) == .noRevocationList)
    }
    for place in list.indices {
      var changed = list
      changed[place] ^= 0x01
      let found = problem(changed)
      #expect(found == .noRevocationList || found == .revoked, "byte \(place)")
      #expect(found != nil)
    }
  }
}
