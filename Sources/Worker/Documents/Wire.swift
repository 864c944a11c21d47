/// The answer is not what our own child would write: it is broken or hostile, and gets killed.
struct WireDamage: Error {}

/// Values to bytes, for the pipe between the worker and its child: little-endian, no padding.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  init(reserving size: Int = 4096) { bytes.reserveCapacity(size) }

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func number(_ value: Int) {
    withUnsafeBytes(of: Int64(value).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

  mutating func data(_ value: some Collection<UInt8>) {
    number(value.count)
    bytes.append(contentsOf: value)
  }

  mutating func text(_ value: String) {
    var value = value
    value.withUTF8 { data($0) }
  }

  mutating func optional<Value>(_ value: Value?, _ write: (inout WireWriter, Value) -> Void) {
    flag(value != nil)
    if let value { write(&self, value) }
  }

  mutating func list<Value>(_ values: [Value], _ write: (inout WireWriter, Value) -> Void) {
    number(values.count)
    for value in values { write(&self, value) }
  }
}

/// Bytes to values; every length is checked against what is there.
struct WireReader {
  private let bytes: ArraySlice<UInt8>
  private var at: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  var isAtEnd: Bool { at == bytes.endIndex }

  private mutating func take(_ count: Int) throws(WireDamage) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - at else { throw WireDamage() }
    defer { at += count }
    return bytes[at..<(at + count)]
  }

  mutating func byte() throws(WireDamage) -> UInt8 {
    guard let value = try take(1).first else { throw WireDamage() }
    return value
  }

  mutating func number() throws(WireDamage) -> Int {
    let value = try take(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(Int64(bitPattern: value))
  }

  mutating func flag() throws(WireDamage) -> Bool { try byte() != 0 }

  mutating func data() throws(WireDamage) -> [UInt8] { Array(try take(try number())) }

  mutating func text() throws(WireDamage) -> String {
    String(decoding: try take(try number()), as: UTF8.self)
  }

  mutating func optional<Value>(
    _ read: (inout WireReader) throws(WireDamage) -> Value
  ) throws(WireDamage) -> Value? {
    try flag() ? try read(&self) : nil
  }

  mutating func list<Value>(
    _ read: (inout WireReader) throws(WireDamage) -> Value
  ) throws(WireDamage) -> [Value] {
    let count = try number()
    // An element has one byte at least, so a lying count cannot reserve memory.
    guard count >= 0, count <= DocumentLimits.wireItems, count <= bytes.endIndex - at else {
      throw WireDamage()
    }
    var values: [Value] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }

  /// A word of an enum.
  mutating func word<Word: RawRepresentable<String>>() throws(WireDamage) -> Word {
    guard let word = Word(rawValue: try text()) else { throw WireDamage() }
    return word
  }
}
