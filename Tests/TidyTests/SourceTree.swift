import Foundation
import TestKit

/// One text file of the repository, as the tidy rules see it: bytes, so that they stay fast.
struct SourceFile {
  /// From the root of the repository, with `/`.
  let path: String
  /// The file as it stands, UTF-8.
  let raw: [UInt8]
  /// The same bytes; in Swift, comments and the text inside quotes and backticks are spaces.
  let code: [UInt8]

  init(path: String, text: String) {
    self.path = path
    raw = Array(text.utf8)
    code = path.hasSuffix(".swift") ? Blanking.codeOnly(raw) : raw
  }

  var isSwift: Bool { path.hasSuffix(".swift") }
  var isTest: Bool { path.hasPrefix("Tests/") }

  /// The number of the line, from 1, in which this byte stands.
  func line(at offset: Int) -> Int {
    1 + raw[..<offset].count { $0 == UInt8(ascii: "\n") }
  }
}

extension [UInt8] {
  /// Where a word stands, each time.
  func offsets(of word: String) -> [Int] {
    let sought = Array(word.utf8)
    return withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let first = sought.first else { return [] }
      var found: [Int] = []
      var at = 0
      while let hit = memchr(base + at, Int32(first), bytes.count - at) {
        let offset = UnsafeRawPointer(hit) - base
        let fits = offset + sought.count <= bytes.count
        if fits, memcmp(hit, sought, sought.count) == 0 { found.append(offset) }
        at = offset + 1
      }
      return found
    }
  }

  /// Whether a word stands at this place.
  func has(_ word: StaticString, at offset: Int) -> Bool {
    offset + word.utf8CodeUnitCount <= count
      && (0..<word.utf8CodeUnitCount).allSatisfy { self[offset + $0] == word.utf8Start[$0] }
  }
}

extension UInt8 {
  /// Whether this byte can be part of a Swift name (any byte of a letter beyond ASCII can).
  var isOfName: Bool {
    (48..<58).contains(self) || (65..<91).contains(self) || (97..<123).contains(self)
      || self == UInt8(ascii: "_") || self >= 128
  }
}

/// The repository's own files, without what is built or belongs to git.
enum SourceTree {
  /// Every text file, in the order of their paths. Bytes that are not UTF-8 mean: not text.
  static func files() throws -> [SourceFile] {
    try paths(under: "", without: [".git", ".build"]).sorted().compactMap { path in
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(Products.sourceRoot)/\(path)"))
      return String(validating: bytes, as: UTF8.self).map { SourceFile(path: path, text: $0) }
    }
  }

  private static func paths(under folder: String, without left: Set<String>) throws -> [String] {
    let root = Products.sourceRoot
    return try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").flatMap {
      let path = folder.isEmpty ? $0 : "\(folder)/\($0)"
      var isDirectory: ObjCBool = false
      let isThere = FileManager.default.fileExists(
        atPath: "\(root)/\(path)", isDirectory: &isDirectory)
      guard isThere, !left.contains($0) else { return [String]() }
      return isDirectory.boolValue ? try paths(under: path, without: left) : [path]
    }
  }
}
