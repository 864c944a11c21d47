import Testing

/// A place where a rule is broken.
struct Finding: CustomStringConvertible {
  let path: String
  /// From 1.
  let line: Int
  let what: String

  var description: String { "\(path):\(line): \(what)" }
}

/// A rule of the house that a machine can see, with a sample that breaks it and one that does not.
struct Rule: Sendable, CustomTestStringConvertible {
  let name: String
  /// Says where a file breaks the rule; files that it does not concern break nothing.
  let check: @Sendable (SourceFile) -> [Finding]
  let bad: Sample
  let good: Sample

  /// A file that exists only here.
  struct Sample: Sendable {
    let path: String
    let text: String

    init(_ path: String, _ text: String) { (self.path, self.text) = (path, text) }

    var file: SourceFile { SourceFile(path: path, text: text) }
  }

  var testDescription: String { name }

  /// A rule that gives the offending places of a file it concerns.
  static func places(
    _ name: String, in files: @escaping @Sendable (SourceFile) -> Bool, bad: Sample, good: Sample,
    _ offsets: @escaping @Sendable (SourceFile) -> [Int]
  ) -> Rule {
    Rule(
      name: name,
      check: { file in
        guard files(file) else { return [] }
        return offsets(file).map {
          Finding(path: file.path, line: file.line(at: $0), what: name)
        }
      }, bad: bad, good: good)
  }

  /// A rule that a word never stands in code (never in the file at all when `raw`).
  static func banned(
    _ word: String, because reason: String,
    in files: @escaping @Sendable (SourceFile) -> Bool = \.isSwift, raw: Bool = false,
    path: String = "Sources/Model/Domain/Sample.swift"
  ) -> Rule {
    places(
      "no « \(word) »: \(reason)", in: files, bad: Sample(path, "let x = 1 \(word) 2"),
      good: Sample(path, "let x = 1 // 2")
    ) { (raw ? $0.raw : $0.code).offsets(of: word) }
  }
}
