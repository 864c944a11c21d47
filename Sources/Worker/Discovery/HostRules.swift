import Glibc

/// Which names and addresses a found server may have.
struct HostRules: Sendable {
  /// Names beside those of mssante.fr, from the administrator.
  let allowedHosts: [String]
  /// For tests: a server on this very machine.
  let allowsLoopback: Bool

  /// The name as it will be used, or the reason why it will not.
  func judge(_ name: String) throws(DiscoveryFailure) -> String {
    let host = name.lowercased()
    guard Self.isName(host) else { throw .notAName(Self.shown(host)) }
    let isTrusted =
      host == "mssante.fr" || host.hasSuffix(".mssante.fr")
      || allowedHosts.contains { $0.lowercased() == host }
    guard isTrusted else { throw .foreignHost(host) }
    return host
  }

  /// A host name, and no literal address in any of the spellings that a resolver accepts.
  static func isName(_ host: String) -> Bool {
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    guard host.utf8.count <= 253, labels.allSatisfy({ (1...63).contains($0.utf8.count) }),
      host.utf8.allSatisfy({ isNameByte($0) || $0 == 0x2E }), let last = labels.last?.utf8
    else { return false }
    // 127.1, 0x7f000001 and 2130706433 are addresses to inet_aton(3); no top-level domain begins
    // with a digit (RFC 3696, 2).
    return last.first.map { !(0x30...0x39).contains($0) } ?? false
  }

  /// Letters, digits, `-` and `_`.
  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }

  /// What a sentence may show of a name that somebody else wrote.
  private static func shown(_ host: String) -> String {
    let kept = host.utf8.prefix(80).filter { isNameByte($0) || $0 == 0x2E || $0 == 0x3A }
    return String(decoding: kept, as: UTF8.self)
  }

  /// Whether a connection may be made to this address.
  func mayReach(_ address: [UInt8]) -> Bool {
    switch Self.place(of: address) {
    case .world: true
    case .loopback: allowsLoopback
    case .elsewhere: false
    }
  }

  private enum Place { case world, loopback, elsewhere }

  private static func place(of address: [UInt8]) -> Place {
    if address.count == 4 { return place(four: address[...]) }
    guard address.count == 16 else { return .elsewhere }
    let zeros = address.prefix { $0 == 0 }.count
    if zeros >= 15 { return address[15] == 1 ? .loopback : .elsewhere }
    // ::a.b.c.d (obsolete) and ::ffff:a.b.c.d (RFC 4291, 2.5.5).
    if zeros >= 12 || (zeros == 10 && address[10] == 0xFF && address[11] == 0xFF) {
      return place(four: address[12...])
    }
    // NAT64 (RFC 6052) and 6to4 (RFC 3056) carry an IPv4 address.
    if address.starts(with: [0, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8)) {
      return place(four: address[12...])
    }
    if address.starts(with: [0x20, 0x02]) { return place(four: address[2..<6]) }
    // Global unicast (RFC 4291) is 2000::/3; everything else is local or special.
    return address[0] & 0xE0 == 0x20 ? .world : .elsewhere
  }

  /// The special blocks of RFC 6890.
  private static func place(four address: ArraySlice<UInt8>) -> Place {
    let bytes = Array(address)
    switch (bytes[0], bytes[1]) {
    case (127, _): return .loopback
    case (0, _), (10, _), (100, 64...127), (169, 254), (172, 16...31), (192, 168), (198, 18...19),
      (224..., _):
      return .elsewhere
    case (192, 0) where bytes[2] == 0: return .elsewhere
    default: return .world
    }
  }
}
