import SASL
import Testing

@Suite struct `What is said to prove who one is` {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// RFC 7677, 3.
  private func rfc() throws -> Exchange {
    try Exchange.scramSHA256(
      user: "user", password: "pencil", nonce: "rOprNGfwEbeRWgbNEkqO")
  }

  private let serverFirst =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
  private let serverFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

  @Test func `SCRAM-SHA-256 as in its RFC, and the server proves itself`() throws {
    var exchange = try rfc()
    #expect(exchange.initial == bytes("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))
    #expect(!exchange.mayFinish)
    let final = try exchange.answer(bytes(serverFirst))
    #expect(
      final
        == bytes(
          "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
    #expect(!exchange.mayFinish, "nobody is believed before the proof")
    #expect(try exchange.answer(bytes(serverFinal)) == [])
    #expect(exchange.mayFinish)
  }

  @Test(arguments: [
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl85G4=", "v=", "e=other-error", "", "v=AAAA",
  ])
  func `A server that does not know the password is not believed`(final: String) throws {
    var exchange = try rfc()
    _ = try exchange.answer(bytes(serverFirst))
    #expect(throws: SASLFailure.serverNotAuthentic) { try exchange.answer(bytes(final)) }
    #expect(!exchange.mayFinish)
  }

  @Test(arguments: [
    ("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", SASLFailure.malformed),
    ("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", .malformed),
    ("m=x,r=rOprNGfwEbeRWgbNEkqOab,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", .malformed),
    ("r=rOprNGfwEbeRWgbNEkqOab,s=,i=4096", .malformed),
    ("r=rOprNGfwEbeRWgbNEkqOab,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1", .unreasonable),
    ("r=rOprNGfwEbeRWgbNEkqOab,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000", .unreasonable),
    ("", .malformed), ("r=,s=,i=", .malformed),
  ])
  func `A server that does not follow the mechanism ends it`(
    first: String, failure: SASLFailure
  ) throws {
    var exchange = try rfc()
    #expect(throws: failure) { try exchange.answer(bytes(first)) }
  }

  @Test func `Names are escaped, controls refused, secrets never described`() throws {
    let odd = try Exchange.scramSHA256(
      user: "a,b=c", password: "motdepasse", nonce: "0123456789abcdef")
    #expect(odd.initial == bytes("n,,n=a=2Cb=3Dc,r=0123456789abcdef"))
    #expect("\(odd)" == "SCRAM-SHA-256")
    #expect(String(reflecting: odd) == "SCRAM-SHA-256")
    #expect(throws: SASLFailure.unsafeText) {
      try Exchange.oauthBearer(user: "u", host: "h", port: 1, token: "a\u{1}b")
    }
    var bearer = try Exchange.oauthBearer(user: "u,", host: "h", port: 993, token: "t")
    #expect(
      bearer.initial
        == bytes("n,a=u=2C,\u{1}host=h\u{1}port=993\u{1}auth=Bearer t\u{1}\u{1}"))
    #expect(try bearer.answer(bytes("{}")) == [1])
    #expect(try Exchange.external(user: "").initial == [])
  }
}
