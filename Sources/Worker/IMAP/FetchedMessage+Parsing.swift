extension FetchedMessage {
  /// Reads the item list of a FETCH response.
  ///
  /// An item named twice with two values is a contradiction: no one can say which body belongs
  /// to which UID (I07, I08). A date or size that cannot be read costs only itself.
  init(sequenceNumber: UInt32, items: [Value]) throws(Unreadable) {
    self.sequenceNumber = sequenceNumber
    guard items.count % 2 == 0 else { throw .syntax }
    var seen: [String: Value] = [:]
    for index in stride(from: 0, to: items.count, by: 2) {
      guard let bytes = items[index].digits else { throw .syntax }
      let name = keyword(bytes)
      let value = items[index + 1]
      if let earlier = seen.updateValue(value, forKey: name) {
        guard earlier == value else { throw .contradiction }
        continue
      }
      try take(name, value)
    }
  }

  private mutating func take(_ name: String, _ value: Value) throws(Unreadable) {
    switch name {
    case "UID":
      guard let uid = value.digits.flatMap({ UID(digits: $0) }) else { throw .number }
      self.uid = uid
    case "FLAGS":
      flags = try ResponseParser.flags(value)
    case "INTERNALDATE":
      internalDate = value.bytes.flatMap { InternalDate(parsing: $0) }
    case "RFC822.SIZE":
      size = value.digits.flatMap { UInt64(digits: $0) }
    case "MODSEQ":
      modificationSequence = value.list?.first?.digits.flatMap { ModificationSequence(digits: $0) }
    default:
      if name.hasPrefix("BODY["), let section = Section(name: name, value: value) {
        sections.append(section)
      } else {
        others[name] = value
      }
    }
  }
}

extension FetchedMessage.Section {
  /// Splits `BODY[]<0>` into its name and origin; nil when the value is no string.
  init?(name: String, value: Value) {
    guard value == .nothing || value.bytes != nil else { return nil }
    self.bytes = value.bytes
    let bytes = Array(name.utf8)
    guard bytes.last == UInt8(ascii: ">"), let open = bytes.lastIndex(of: UInt8(ascii: "<")),
      let origin = UInt32(digits: bytes[(open + 1)..<(bytes.count - 1)])
    else {
      self.name = name
      self.origin = nil
      return
    }
    self.name = String(decoding: bytes[..<open], as: UTF8.self)
    self.origin = origin
  }
}
