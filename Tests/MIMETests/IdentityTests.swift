import MIME
import Testing

@Suite struct IdentityTests {
  private let headers = [
    "Date: Fri, 20 Nov 2026 10:05:09 +0100", "From: Jeanne <199075612345678@patient.example>",
    "Subject: =?utf-8?Q?=C3=A9t=C3=A9?=\r\n suite",
  ]

  @Test("S14 same identity for LF and CRLF, added headers, a missing last line end")
  func transports() {
    let crlf = Samples.multipart
    let lf = crlf.filter { $0 != 0x0D }
    let added = Array("X-TUID: abc\r\nX-Keywords: \r\n".utf8) + crlf
    let reference = MIMEMessage.parse(crlf).identityMaterial()
    #expect(MIMEMessage.parse(lf).identityMaterial() == reference)
    #expect(MIMEMessage.parse(added).identityMaterial() == reference)
    #expect(MIMEMessage.parse(crlf + [0x0D, 0x0A]).identityMaterial() == reference)
  }

  @Test("S14 the same text as 8bit, quoted-printable and base64 has one identity")
  func encodings() {
    let materials = [
      ("8bit", "Été\r\nfin\r\n"), ("quoted-printable", "=C3=89t=C3=A9\r\nf=\r\nin\r\n"),
      ("base64", "w4l0w6kNCmZpbg0K\r\n"),
    ].map { encoding, body in
      let own = [
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: \(encoding)",
      ]
      return MIMEMessage.parse(Samples.message(headers + own, body)).identityMaterial()
    }
    #expect(materials[0] == materials[1])
    #expect(materials[0] == materials[2])
    #expect(materials[0].count > 100)
  }

  @Test("another date, sender, subject, letter or division makes another identity")
  func differences() {
    let base = MIMEMessage.parse(Samples.message(headers, "corps")).identityMaterial()
    for index in headers.indices {
      var other = headers
      other[index] += "x"
      #expect(MIMEMessage.parse(Samples.message(other, "corps")).identityMaterial() != base)
    }
    #expect(MIMEMessage.parse(Samples.message(headers, "corpS")).identityMaterial() != base)
    let split = ["Content-Type: multipart/mixed; boundary=x"]
    let one = "--x\r\n\r\nab\r\n--x\r\n\r\nc\r\n--x--"
    let two = "--x\r\n\r\na\r\n--x\r\n\r\nbc\r\n--x--"
    #expect(
      MIMEMessage.parse(Samples.message(headers + split, one)).identityMaterial()
        != MIMEMessage.parse(Samples.message(headers + split, two)).identityMaterial())
  }

  @Test("binary attachments count exactly, line ends included")
  func binary() {
    func material(_ content: String) -> [UInt8] {
      MIMEMessage.parse(
        Samples.message(
          headers + ["Content-Type: image/jpeg", "Content-Transfer-Encoding: base64"], content)
      )
      .identityMaterial()
    }
    #expect(material("YQ0KYg==") != material("YQpi"))
  }

  @Test("the streamed bytes are the same as the whole")
  func streaming() {
    let message = MIMEMessage.parse(Samples.multipart)
    var streamed: [UInt8] = []
    message.feedIdentity { streamed.append(contentsOf: $0) }
    #expect(streamed == message.identityMaterial())
  }

  @Test("returned headers of a bounce are found")
  func returnedHeaders() {
    let body = [
      "--x", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; r.example", "",
      "Final-Recipient: rfc822; a@b.example", "Action: Failed", "Status: 5.1.1", "--x",
      "Content-Type: message/rfc822", "", "Message-ID: <s1@officine.example>", "", "x", "--x--",
    ].joined(separator: "\r\n")
    let message = MIMEMessage.parse(
      Samples.message(
        ["Content-Type: multipart/report; report-type=Delivery-Status; boundary=x"], body))
    #expect(message.reportType == "delivery-status")
    #expect(message.reports.map(\.action) == ["failed"])
    #expect(message.reports.first?.groups.count == 2)
    #expect(message.returnedHeaders.map(\.value) == ["<s1@officine.example>"])
  }
}
