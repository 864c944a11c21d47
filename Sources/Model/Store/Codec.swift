import Domain
import Foundation

/// Values that no query looks into, as JSON text in one column.
struct Codec {
  private let encoder: JSONEncoder
  private let decoder = JSONDecoder()

  init() {
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  func text(_ value: some Encodable) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  func list<T: Encodable>(_ values: [T]) throws -> String {
    values.isEmpty ? "[]" : try text(values)
  }

  func value<T: Decodable>(_ type: T.Type = T.self, _ text: String) throws -> T {
    do {
      return try decoder.decode(type, from: Data(text.utf8))
    } catch {
      throw StoreError.damaged("json")
    }
  }

  /// Most lists are empty: they cost no decoder.
  func values<T: Decodable>(_ text: String) throws -> [T] {
    text == "[]" ? [] : try value([T].self, text)
  }
}

extension RawRepresentable where RawValue == String {
  /// A word of the schema; anything else is damage.
  init(stored word: String) throws {
    guard let value = Self(rawValue: word) else { throw StoreError.damaged("word") }
    self = value
  }
}
