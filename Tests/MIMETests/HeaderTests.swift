import MIME
import Testing

@Suite struct HeaderTests {
  private func subject(_ raw: String) -> ParsedMessage {
    MIMEMessage.parse(Samples.message(["Subject: \(raw)", "From: a@b.example"]))
  }

  @Test(
    "encoded words: joined, split characters repaired, neighbours kept",
    arguments: [
      ("=?utf-8?Q?=C3?= =?utf-8?Q?=A9t=C3=A9?=", "été"),
      ("=?utf-8?B?w6k=?=\r\n =?utf-8?B?dA==?=", "ét"),
      ("a =?utf-8?Q?=C3=A9?= b", "a é b"),
      ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
      ("=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=", "éé"),
      ("=?utf-8*fr?Q?=C3=A9?=", "é"),
      ("=?utf-8?Q?pas fini", "=?utf-8?Q?pas fini"),
      ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
      ("=?utf-8?Q?a_b?=", "a b"),
      ("=??Q?a?=", "=??Q?a?="),
      ("=?utf-8?Q?=E9t=E9?=", "été"),
    ])
  func encodedWords(raw: String, expected: String) {
    #expect(subject(raw).envelope.subject == expected)
  }

  @Test(
    "M14 controls in a header are dropped and reported",
    arguments: [
      "a\u{0}b", "a\rb", "a=?utf-8?Q?=00?=b", "a=?utf-8?B?DQo=?=b", "a=?utf-8?Q?=1B[2J?=b",
      "a=?utf-8?Q?=C2=9B?=b",
    ])
  func controls(raw: String) {
    let message = subject(raw)
    #expect(message.defects.contains { $0.code == .headerControl })
    #expect(!message.envelope.subject.unicodeScalars.contains { $0.value < 0x20 })
    #expect(!message.envelope.subject.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) })
  }

  @Test("M14 duplicates: the first Subject, From and Content-Type count, and it is said")
  func duplicates() {
    let message = MIMEMessage.parse(
      Samples.message(
        [
          "From: vrai@b.example", "From: faux@b.example", "Subject: un", "Subject: deux",
          "Content-Type: multipart/mixed; boundary=x", "Content-Type: text/plain",
        ], "--x\r\n\r\ndedans\r\n--x--"))
    #expect(message.envelope.from.map(\.address) == ["vrai@b.example"])
    #expect(message.envelope.subject == "un")
    #expect(message.plainText == "dedans")
    #expect(message.headers.filter { $0.name == "Subject" }.map(\.value) == ["un", "deux"])
    let flagged = message.defects.filter { $0.code == .duplicateHeader }.compactMap(\.header)
    #expect(flagged == ["from", "subject", "content-type"])
  }

  @Test(
    "addresses",
    arguments: [
      ("a@b.example", "|a@b.example"),
      ("\"Durand, A\" <a@b.example>", "Durand, A|a@b.example"),
      ("<@r1,@r2:a@b.example>", "|a@b.example"),
      ("a@b.example (Léa (chef))", "Léa chef|a@b.example"),
      ("\"a@x.example\" <b@y.example>", "a@x.example|b@y.example"),
      ("Nom seul", "Nom seul|"),
      ("Jean <a@b.example> <c@d.example>", "Jean|a@b.example"),
      ("\"a b\"@c.example", "|\"a b\"@c.example"),
      ("Jean <a@b.example", "Jean|a@b.example"),
    ])
  func addresses(raw: String, expected: String) {
    let message = MIMEMessage.parse(Samples.message(["From: \(raw)"]))
    let seen = message.envelope.from.map { "\($0.name)|\($0.address)" }
    #expect(seen == [expected])
  }

  @Test(
    "dates",
    arguments: [
      ("Fri, 20 Nov 2026 10:05:09 +0100", 1_795_165_509, 60),
      ("20 Nov 26 09:05 GMT", 1_795_165_500, 0),
      ("Thu, 1 Jan 1970 00:00:00 +0000 (UTC)", 0, 0),
      ("Thu, 29 Feb 2024 23:59:60 -0330", 1_709_263_800, -210),
    ])
  func dates(raw: String, seconds: Int64, offset: Int) {
    let date = MailDate(parsing: raw)
    #expect(date == MailDate(seconds: seconds, offsetMinutes: offset))
  }

  @Test(
    "bad dates are nil, not now",
    arguments: ["", "hier", "32 Nov 2026 10:00:00", "20 Nov 2026"])
  func badDates(raw: String) {
    #expect(MailDate(parsing: raw) == nil)
  }

  @Test("date header round trip over 300 years")
  func dateRoundTrip() {
    for day in stride(from: Int64(0), to: 110_000, by: 97) {
      let date = MailDate(seconds: day * 86_400 + 3_661, offsetMinutes: day % 2 == 0 ? 120 : -90)
      #expect(MailDate(parsing: date.headerValue) == date)
    }
  }

  @Test("file names: RFC 2231 beats the plain one, order does not matter")
  func fileNames() {
    let message = MIMEMessage.parse(
      Samples.message([
        "Content-Disposition: attachment; filename=plain.pdf; filename*1*=%A9t.pdf;"
          + " filename*0*=iso-8859-1''%E9;  filename*2=x",
        "Content-Type: application/pdf; name=autre.pdf",
      ]))
    #expect(message.parts[0].filename == "é©t.pdfx")
    #expect(message.attachments.count == 1)
  }
}
