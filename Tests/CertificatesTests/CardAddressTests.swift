import Certificates
import Testing

@Suite struct `The address of a card` {
  @Test func `What RFC 7512 writes is read, with its escapes`() throws {
    let address = try #require(
      CardAddress("pkcs11:token=Carte%20CPS;serial=80250;object=Authentification;id=%01%aF"))
    #expect(address.token == "Carte CPS")
    #expect(address.serial == "80250")
    #expect(address.object == "Authentification")
    #expect(address.id == [0x01, 0xAF])
    let any = try #require(CardAddress("pkcs11:"))
    #expect(any.token == nil && any.object == nil && any.id == nil)
    #expect(CardAddress("pkcs11:type=private;token=CPS")?.token == "CPS")
  }

  @Test(arguments: [
    "", "token=CPS", "pkcs11:token", "pkcs11:token=", "pkcs11:token=A;token=B", "pkcs11:token=%4",
    "pkcs11:token=%GG", "pkcs11:token=%+1", "pkcs11:token=%00", "pkcs11:token=%FF",
    // Not known here: to leave it out could choose another key.
    "pkcs11:slot-id=1", "pkcs11:model=X", "pkcs11:type=data",
    // No PIN in a configuration.
    "pkcs11:token=CPS?pin-value=1234", "pkcs11:token=CPS;pin-value=1234",
    "pkcs11:token=" + String(repeating: "A", count: 300),
  ])
  func `Anything else is refused`(_ text: String) {
    #expect(CardAddress(text) == nil)
  }
}
