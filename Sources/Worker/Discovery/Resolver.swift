import CResolver

/// A name server to ask instead of the machine's own; IPv4 only.
public struct NameServer: Hashable, Sendable {
  let address: [UInt8]
  let port: Int

  /// `ADDRESS` or `ADDRESS:PORT`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let bytes = parts.first.map { $0.split(separator: ".").compactMap { UInt8($0) } } ?? []
    guard bytes.count == 4, parts.count <= 2 else { return nil }
    guard let port = parts.count == 2 ? UInt16(parts[1]) : 53, port > 0 else { return nil }
    address = bytes
    self.port = Int(port)
  }
}

/// Asks the name server; blocks for some seconds at most.
struct Resolver: Sendable {
  let nameserver: NameServer?
  let patience: Int

  /// Empty when there is no such name or no such record.
  func ask(_ name: String, _ kind: DNSRecord.Kind) throws(DiscoveryFailure) -> [DNSRecord] {
    // The longest that DNS over TCP can say.
    var buffer = [UInt8](repeating: 0, count: 65_535)
    let length = cresolver_ask(
      name, Int32(kind.rawValue), nameserver?.address, Int32(nameserver?.port ?? 53),
      Int32(patience), &buffer, Int32(buffer.count))
    guard length >= 0 else { throw .unreachable }
    guard length > 0 else { return [] }
    guard let records = DNSAnswer.records(Array(buffer.prefix(Int(length)))) else {
      throw .unreachable
    }
    return records
  }

  func services(_ name: String) throws(DiscoveryFailure) -> [DNSRecord.Service] {
    try ask(name, .srv).compactMap { if case .service(let service) = $0 { service } else { nil } }
  }

  /// IPv4 first: pharmacies rarely have a sound IPv6.
  func addresses(_ name: String) throws(DiscoveryFailure) -> [[UInt8]] {
    (try ask(name, .a) + ask(name, .aaaa)).compactMap {
      if case .address(let bytes) = $0 { bytes } else { nil }
    }
  }
}
