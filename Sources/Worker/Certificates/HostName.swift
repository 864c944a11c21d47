import Glibc

/// Whether a certificate's DNS names cover the host that was asked for (RFC 9525, 6.3).
///
/// Only dNSName entries count: a common name never does, and an IP address never stands for a
/// name. A wildcard is the whole left-most label and covers exactly one.
enum HostName {
  static func isCovered(_ host: String, by names: [String]) -> Bool {
    guard let wanted = labels(host), wanted.count >= 1 else { return false }
    return names.contains { name in
      guard let offered = labels(name, wildcard: true), offered.count == wanted.count else {
        return false
      }
      if offered.first == "*" {
        // `*.fr` or `*` would cover strangers.
        return offered.count >= 3 && offered.dropFirst() == wanted.dropFirst()
      }
      return offered == wanted
    }
  }

  /// Lower-case ASCII labels without the final dot; nil for what is no DNS name.
  private static func labels(_ name: String, wildcard: Bool = false) -> [String]? {
    var text = name[...]
    if text.hasSuffix(".") { text = text.dropLast() }
    guard !text.isEmpty, text.utf8.count <= 253 else { return nil }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false).map {
      $0.lowercased()
    }
    for (place, label) in labels.enumerated() {
      if wildcard, place == 0, label == "*" { continue }
      let isLabel =
        (1...63).contains(label.utf8.count)
        && label.utf8.allSatisfy {
          (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
        }
      guard isLabel else { return nil }
    }
    return labels
  }

  /// An IPv4 or IPv6 literal, as bytes; nil for a name.
  static func address(_ host: String) -> [UInt8]? {
    var four = in_addr()
    if inet_pton(AF_INET, host, &four) == 1 {
      return withUnsafeBytes(of: four.s_addr) { Array($0) }
    }
    var six = in6_addr()
    if inet_pton(AF_INET6, host, &six) == 1 {
      return withUnsafeBytes(of: six) { Array($0) }
    }
    return nil
  }
}
