import Domain
import Foundation
import Synchronization

/// Values decoded lately, by their text: the same text is the same value, so nothing here can be
/// old. JSON costs 20 to 40 µs a value, and the same rows are read again at every bell.
final class DecodedValues: Sendable {
  struct Key: Hashable {
    var type: ObjectIdentifier
    var text: String
  }

  /// Some ten screens of rows.
  static let limit = 2048
  private let values = Mutex<[Key: any Sendable]>([:])

  func value<T: Decodable & Sendable>(_ text: String, _ codec: Codec) throws -> T {
    let key = Key(type: ObjectIdentifier(T.self), text: text)
    if let known = values.withLock({ $0[key] }) as? T { return known }
    let value = try codec.decode(T.self, text)
    values.withLock { known in
      if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
      known[key] = value
    }
    return value
  }

  func forget() { values.withLock { $0 = [:] } }
}

/// Values that no query looks into, as JSON text in one column.
struct Codec {
  private let encoder: JSONEncoder
  private let decoder = JSONDecoder()
  private let decoded: DecodedValues?

  /// `decoded` for reading what screens show again and again.
  init(_ decoded: DecodedValues? = nil) {
    self.decoded = decoded
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  func text(_ value: some Encodable) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  func list<T: Encodable>(_ values: [T]) throws -> String {
    values.isEmpty ? "[]" : try text(values)
  }

  func value<T: Decodable & Sendable>(_ type: T.Type = T.self, _ text: String) throws -> T {
    guard let decoded else { return try decode(type, text) }
    return try decoded.value(text, self)
  }

  /// Most lists are empty: they cost no decoder.
  func values<T: Decodable & Sendable>(_ text: String) throws -> [T] {
    text == "[]" ? [] : try value([T].self, text)
  }

  func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    do {
      return try decoder.decode(type, from: Data(text.utf8))
    } catch {
      throw StoreError.damaged("json")
    }
  }
}

extension RawRepresentable where RawValue == String {
  /// A word of the schema; anything else is damage.
  init(stored word: String) throws {
    guard let value = Self(rawValue: word) else { throw StoreError.damaged("word") }
    self = value
  }
}
