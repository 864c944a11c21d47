import TestKit
import Testing

@testable import Discovery

@Suite struct `Bytes of strangers, read with care` {
  /// Header with one answer, then that answer's record.
  private func answer(_ record: [UInt8], count: UInt8 = 1) -> [UInt8] {
    [0, 0, 0x81, 0x80, 0, 0, 0, count, 0, 0, 0, 0] + record
  }

  private func service(_ target: [UInt8], length: UInt8? = nil) -> [UInt8] {
    [0, 0, 33, 0, 1, 0, 0, 0, 60, 0, length ?? UInt8(6 + target.count), 0, 1, 0, 2, 0, 143]
      + target
  }

  @Test func `a service record is read, its target in lower case`() {
    let record = service([1] + "A".utf8 + [2] + "fr".utf8 + [0])
    #expect(
      DNSAnswer.records(answer(record))
        == [.service(.init(priority: 1, weight: 2, port: 143, target: "a.fr"))])
    #expect(
      DNSAnswer.records(answer(service([0])))
        == [.service(.init(priority: 1, weight: 2, port: 143, target: ""))])
  }

  @Test func `pointers in circles, lengths that lie and odd names give nothing`() {
    // A pointer to itself: the record begins at 12, its target at 12 + 17.
    #expect(DNSAnswer.records(answer(service([0xC0, 29]))) == nil)
    #expect(DNSAnswer.records(answer(service([1] + "a".utf8 + [0], length: 200))) == nil)
    #expect(DNSAnswer.records(answer(service([63] + "a".utf8))) == nil)
    #expect(DNSAnswer.records(answer([], count: 1)) == nil)
    #expect(DNSAnswer.records([]) == nil)
    for odd in ["a b", "a\u{1B}", "é", "a/b", "a@b"] {
      let target = [UInt8(odd.utf8.count)] + odd.utf8 + [0]
      #expect(DNSAnswer.records(answer(service(target))) == [])
    }
  }

  @Test func `no answer made of noise or cut anywhere is more than refused`() {
    let whole = answer(service([1] + "a".utf8 + [2] + "fr".utf8 + [0]))
    for length in 0..<whole.count { #expect(DNSAnswer.records(Array(whole[..<length])) == nil) }
    var numbers = SystemRandomNumberGenerator()
    for _ in 0..<3_000 {
      var bytes = whole
      for _ in 0..<3 { bytes[Int.random(in: 4..<bytes.count)] = UInt8.random(in: 0...255) }
      _ = DNSAnswer.records(bytes)
      let noise = (0..<64).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      _ = DNSAnswer.records(noise)
    }
  }

  @Test func `the page's markup: what is needed is read, the rest refused`() {
    func read(_ text: String) -> Element? { Markup.read(Array(text.utf8)) }
    let read1 = read("\u{FEFF}<?xml version='1.0'?><!-- <a> --><a b=\"c&amp;d\" >x&lt;<e/>y</a >\n")
    #expect(
      read1
        == Element(
          name: "a", attributes: ["b": "c&d"], text: "x<y", children: [Element(name: "e")]))
    for refused in [
      "", "a", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a/>x", "<a b/>", "<a b=c/>", "<a b='c/>",
      "<a b='<'/>", "<!DOCTYPE a><a/>", "<a><![CDATA[x]]></a>", "<a>&x;</a>", "<a>&#65;</a>",
      "<a>&amp</a>", "<!ENTITY a 'b'><a/>", "<a/><!-- ", "<é/>", "<a", "<a b='c'", "<?x",
      String(repeating: "<a>", count: 9) + String(repeating: "</a>", count: 9),
      "<a>" + String(repeating: "<b/>", count: 500) + "</a>",
    ] {
      #expect(read(refused) == nil, "\(refused.prefix(40))")
    }
    #expect(Markup.read([0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E]) == nil)
  }

  @Test func `of a page, only doors that encrypt, in its order`() throws {
    func server(_ host: String, _ socket: String, _ port: String = "993") -> String {
      "<incomingServer type='imap'><hostname> \(host) </hostname><port>\(port)</port>"
        + "<socketType>\(socket)</socketType></incomingServer>"
    }
    let text =
      "<clientConfig><emailProvider>" + server("a.fr", "plain") + server("b.fr", "SSL", "99999")
      + "<incomingServer type='pop3'><hostname>p.fr</hostname><port>995</port>"
      + "<socketType>SSL</socketType></incomingServer>"
      + server("Imap.%EMAILDOMAIN%", "SSL") + server("c.fr", "STARTTLS", "143")
      + "</emailProvider></clientConfig>"
    let page = try #require(AutoconfigPage(Array(text.utf8), domain: "mssante.fr"))
    #expect(
      page.imap == [
        FoundServer(host: "imap.mssante.fr", port: 993, security: .implicit),
        FoundServer(host: "c.fr", port: 143, security: .startTLS),
      ])
    #expect(page.smtp == [])
    #expect(AutoconfigPage(Array("<html/>".utf8), domain: "mssante.fr") == nil)
  }
}
