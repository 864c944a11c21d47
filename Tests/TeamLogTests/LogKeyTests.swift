import Testing

@testable import TeamLog

@Suite struct `The officine's key` {
  private let hexadecimal = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F"
  private let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

  @Test func `base64 and hexadecimal mean the same, with what a command prints around it`() throws {
    let one = try #require(LogKey(hexadecimal))
    let other = try #require(LogKey("  \(base64)\r\n"))
    let bytes = Array("Je prends".utf8)
    #expect(one.code(of: bytes) == other.code(of: bytes))
    #expect(one.proves(other.code(of: bytes), of: bytes))
    #expect(!one.proves(other.code(of: bytes), of: bytes + [0]))
  }

  @Test(arguments: [
    "", "secret", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==",
    "000102030405060708090a0b0c0d0e0f", "zz0102030405060708090a0b0c0d0e0f1011121314151617",
  ])
  func `anything else is no key`(text: String) {
    #expect(LogKey(text) == nil)
  }

  /// RFC 4231, test case 2, has a short key; this one was computed with Python's hmac.
  @Test func `the code is HMAC-SHA256`() throws {
    let key = try #require(LogKey(hexadecimal))
    #expect(
      key.code(of: Array("what do ya want for nothing?".utf8))
        == "099805f4ac310786968565c098db515cc50862b420ae31e20238312344bed36a")
  }

  @Test func `it is never shown`() throws {
    let key = try #require(LogKey(base64))
    #expect("\(key) \(String(reflecting: key))" == "key key")
  }
}
