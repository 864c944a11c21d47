/// What this room reads of DNS: a service (RFC 2782) or an address (RFC 1035, RFC 3596).
enum DNSRecord: Hashable, Sendable {
  struct Service: Hashable, Sendable {
    var priority: Int
    var weight: Int
    var port: Int
    /// In lower case; empty for the root: "not offered here".
    var target: String
  }

  case service(Service)
  /// 4 or 16 bytes.
  case address([UInt8])

  enum Kind: Int, Sendable {
    case a = 1
    case aaaa = 28
    case srv = 33
  }
}

/// Reads the bytes of an answer; whoever sits on the road may have written them.
struct DNSAnswer {
  private let bytes: [UInt8]
  private var place = 0

  private struct Malformed: Error {}

  /// The records of the answer section; nil when it is no answer. Records that are of no use here
  /// (aliases, names that are no host names) are left out.
  static func records(_ bytes: [UInt8]) -> [DNSRecord]? {
    var answer = DNSAnswer(bytes)
    return try? answer.read()
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  private mutating func read() throws(Malformed) -> [DNSRecord] {
    place = 4
    let questions = try number()
    let answers = try number()
    place = 12
    guard questions <= 1 else { throw Malformed() }
    for _ in 0..<questions {
      _ = try name()
      try skip(4)
    }
    var records: [DNSRecord] = []
    for _ in 0..<min(answers, DiscoveryLimits.records) {
      if let record = try record() { records.append(record) }
    }
    return records
  }

  private mutating func record() throws(Malformed) -> DNSRecord? {
    _ = try name()
    let type = try number()
    let group = try number()
    try skip(4)
    let length = try number()
    let end = place + length
    guard end <= bytes.count else { throw Malformed() }
    defer { place = end }
    guard group == 1 else { return nil }
    switch DNSRecord.Kind(rawValue: type) {
    case .a where length == 4, .aaaa where length == 16:
      return .address(Array(bytes[place..<end]))
    case .srv where length >= 7:
      let (priority, weight, port) = (try number(), try number(), try number())
      guard let target = try name(), place == end else { return nil }
      return .service(
        DNSRecord.Service(priority: priority, weight: weight, port: port, target: target))
    default: return nil
    }
  }

  private mutating func skip(_ count: Int) throws(Malformed) {
    guard place + count <= bytes.count else { throw Malformed() }
    place += count
  }

  private mutating func number() throws(Malformed) -> Int {
    guard place + 2 <= bytes.count else { throw Malformed() }
    defer { place += 2 }
    return Int(bytes[place]) << 8 | Int(bytes[place + 1])
  }

  /// A name, with the pointers of RFC 1035, 4.1.4 followed; nil for one that is no host name.
  private mutating func name() throws(Malformed) -> String? {
    var labels: [String] = []
    var isHost = true
    var at = place
    var resume: Int?
    var jumps = 0
    while true {
      guard at < bytes.count else { throw Malformed() }
      let length = Int(bytes[at])
      if length & 0xC0 == 0xC0 {
        guard at + 1 < bytes.count, jumps < 16 else { throw Malformed() }
        jumps += 1
        resume = resume ?? at + 2
        at = (length & 0x3F) << 8 | Int(bytes[at + 1])
        continue
      }
      guard length < 64, at + 1 + length <= bytes.count, labels.count < 128 else {
        throw Malformed()
      }
      at += 1
      if length == 0 { break }
      let label = bytes[at..<at + length]
      at += length
      isHost = isHost && label.allSatisfy(HostRules.isNameByte)
      if isHost { labels.append(String(decoding: label, as: UTF8.self).lowercased()) }
    }
    place = resume ?? at
    let text = labels.joined(separator: ".")
    return isHost && text.utf8.count <= 253 ? text : nil
  }
}
