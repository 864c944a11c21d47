/// Messages made in code.
enum Samples {
  /// About 4 kB: nested multiparts, two texts, quoted-printable, base64, an attached message.
  static let multipart: [UInt8] = {
    let line = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\n"
    let text = """
      Received: from relais.example by officine.example;
      \tFri, 20 Nov 2026 10:05:10 +0100
      Date: Fri, 20 Nov 2026 10:05:09 +0100
      From: =?utf-8?Q?J=C3=A9r=C3=B4me_Lef=C3=A8vre?= <199075612345678@patient.example>
      To: "Pharmacie, du =?utf-8?B?TWFyY2jDqQ==?=" <pharmacie@officine.example>
      Cc: Equipe: a@officine.example, b@officine.example;
      Subject: =?utf-8?Q?Ordonnance_d'=C3=A9t=C3=A9_?=
       =?utf-8?B?8J+SiQ==?=
      Message-ID: <m1@patient.example>
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary="=_externe"

      Ceci est un message MIME.
      --=_externe
      Content-Type: multipart/alternative; boundary="=_interne"

      --=_interne
      Content-Type: text/plain; charset=utf-8; format=flowed
      Content-Transfer-Encoding: quoted-printable

      Bonjour,
      voici mon ordonnance =E2=80=94 trois bo=C3=AEtes de parac=C3=A9tamol, =
      merci.
      > cit=C3=A9

      --=_interne
      Content-Type: text/html; charset=utf-8

      <p>Bonjour, voici mon ordonnance</p>
      --=_interne--
      --=_externe
      Content-Type: image/jpeg; name="=?utf-8?Q?photo_=C3=A9t=C3=A9.jpg?="
      Content-Transfer-Encoding: base64

      \(String(repeating: line, count: 32))
      --=_externe
      Content-Type: application/pdf
      Content-Disposition: attachment; filename*0*=utf-8''ordonnance%20d;
       filename*1*=%27%C3%A9t%C3%A9.pdf
      Content-Transfer-Encoding: base64

      JVBERi0xLjQ=
      --=_externe
      Content-Type: text/plain; charset=windows-1252

      Second texte, en fin de message.
      --=_externe
      Content-Type: message/rfc822

      From: luc@hopital.example
      Subject: interne
      Content-Type: multipart/mixed; boundary=y

      --y

      texte interne
      --y--

      --=_externe--

      """
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return Array(lines.joined(separator: "\r\n").utf8)
  }()

  /// A message with the given header lines and body.
  static func message(_ headers: [String], _ body: String = "x") -> [UInt8] {
    Array((headers + ["", body]).joined(separator: "\r\n").utf8)
  }
}
