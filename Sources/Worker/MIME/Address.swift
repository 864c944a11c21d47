/// A name and an address as they stand in From, To, Cc, Reply-To (RFC 5322 3.4).
public struct MailAddress: Sendable, Hashable {
  /// Decoded display name, without controls; may be empty, may itself look like an address (M14).
  public let name: String
  /// `local@domain` as it came; only trimmed. Not validated: compare and display, do not trust.
  public let address: String

  public init(name: String, address: String) {
    self.name = name
    self.address = address
  }
}

/// Reads address lists without recursion; groups are flattened.
struct AddressReader {
  private var raw: [UInt8] = []  // verbatim, for a bare address
  private var phrase: [UInt8] = []  // unquoted, for a name
  private var comment: [UInt8] = []
  private var angle: [UInt8]?
  private var hasAt = false
  private(set) var addresses: [MailAddress] = []

  static func read(_ value: [UInt8], defects: inout Set<DefectCode>) -> [MailAddress] {
    var reader = AddressReader()
    reader.scan(EncodedWord.unfold(value, defects: &defects), defects: &defects)
    return reader.addresses
  }

  private mutating func scan(_ bytes: [UInt8], defects: inout Set<DefectCode>) {
    var at = 0
    while at < bytes.count {
      guard addresses.count < MIMELimits.addresses else {
        defects.insert(.addresses)
        return
      }
      switch bytes[at] {
      case UInt8(ascii: "\""):
        at = quoted(bytes, at)
      case UInt8(ascii: "("):
        at = skipComment(bytes, at)
      case UInt8(ascii: "<"):
        at = angleAddress(bytes, at, defects: &defects)
      case UInt8(ascii: ","), UInt8(ascii: ";"):
        flush(defects: &defects)
        at += 1
      case UInt8(ascii: ":") where !hasAt:
        // "Group name:"; its members follow like any others.
        clear()
        at += 1
      default:
        if bytes[at] == UInt8(ascii: "@") { hasAt = true }
        raw.append(bytes[at])
        phrase.append(bytes[at])
        at += 1
      }
    }
    flush(defects: &defects)
  }

  private mutating func quoted(_ bytes: [UInt8], _ begin: Int) -> Int {
    var at = begin + 1
    raw.append(bytes[begin])
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count {
        raw.append(bytes[at])
        at += 1
      }
      raw.append(bytes[at])
      phrase.append(bytes[at])
      at += 1
    }
    raw.append(UInt8(ascii: "\""))
    return at + 1
  }

  private mutating func skipComment(_ bytes: [UInt8], _ begin: Int) -> Int {
    var at = begin
    var depth = 0
    repeat {
      if bytes[at] == UInt8(ascii: "(") {
        depth += 1
      } else if bytes[at] == UInt8(ascii: ")") {
        depth -= 1
      } else if comment.count < 1_000 {
        comment.append(bytes[at])
      }
      at += 1
    } while at < bytes.count && depth > 0
    return at
  }

  private mutating func angleAddress(
    _ bytes: [UInt8], _ begin: Int, defects: inout Set<DefectCode>
  ) -> Int {
    let rest = bytes[(begin + 1)...]
    let end = rest.firstIndex(of: UInt8(ascii: ">")) ?? bytes.count
    var address = Array(bytes[(begin + 1)..<end])
    // A route "<@a,@b:user@c>" is obsolete; the address follows its colon.
    if address.first == UInt8(ascii: "@"), let colon = address.lastIndex(of: UInt8(ascii: ":")) {
      address.removeSubrange(...colon)
    }
    // Of two angle addresses the first counts; the second is a way to show one and use another.
    if angle == nil { angle = address } else { defects.insert(.addressBroken) }
    return min(end + 1, bytes.count)
  }

  private mutating func flush(defects: inout Set<DefectCode>) {
    defer { clear() }
    let bare = EncodedWord.trimmed(raw)
    if let angle {
      let address = text(of: EncodedWord.trimmed(angle), defects: &defects)
      let name = EncodedWord.decode(phrase, defects: &defects)
      if address.isEmpty && name.isEmpty { return }
      if !address.contains("@") { defects.insert(.addressBroken) }
      addresses.append(MailAddress(name: name, address: address))
    } else if hasAt {
      let name = EncodedWord.decode(comment, defects: &defects)
      addresses.append(MailAddress(name: name, address: text(of: bare, defects: &defects)))
    } else if !bare.isEmpty {
      // A name without an address is kept as a name: it may be all we know of the sender.
      defects.insert(.addressBroken)
      let name = EncodedWord.decode(phrase, defects: &defects)
      addresses.append(MailAddress(name: name, address: ""))
    }
  }

  private mutating func clear() {
    raw.removeAll(keepingCapacity: true)
    phrase.removeAll(keepingCapacity: true)
    comment.removeAll(keepingCapacity: true)
    angle = nil
    hasAt = false
  }

  private func text(of bytes: [UInt8], defects: inout Set<DefectCode>) -> String {
    if !bytes.allSatisfy({ $0 < 0x80 }) { defects.insert(.rawHeader) }
    return Charset.utf8(bytes, otherwise: .rawHeader, defects: &defects)
  }
}
