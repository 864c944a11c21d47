/// Which token and which object on it, as `pkcs11:token=…;object=…` says (RFC 7512).
///
/// Known attributes are `token`, `serial`, `object`, `id` and `type`. An unknown one is refused: to
/// ignore it could choose another key. A PIN has no place in it.
public struct CardAddress: Hashable, Sendable {
  public private(set) var token: String?
  public private(set) var serial: String?
  public private(set) var object: String?
  public private(set) var id: [UInt8]?

  /// nil for what is no such URI.
  public init?(_ text: String) {
    guard text.hasPrefix("pkcs11:"), text.utf8.count <= 1024 else { return nil }
    let path = text.dropFirst("pkcs11:".count)
    guard !path.contains("?") else { return nil }
    var seen: Set<Substring> = []
    for attribute in path.split(separator: ";") {
      let parts = attribute.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, seen.insert(parts[0]).inserted,
        let bytes = Self.decoded(parts[1]), !bytes.isEmpty, bytes.count <= 256
      else { return nil }
      if parts[0] == "id" {
        id = bytes
        continue
      }
      guard let word = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        return nil
      }
      switch parts[0] {
      case "token": token = word
      case "serial": serial = word
      case "object": object = word
      // The certificate and its private key belong together: either names both.
      case "type": guard word == "cert" || word == "private" else { return nil }
      default: return nil
      }
    }
  }

  private static func decoded(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ isHex($0) }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }
}
