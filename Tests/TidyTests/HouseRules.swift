extension Rule {
  /// Every rule, in the order in which a reader meets them.
  static let all = sizes + words + [forceUnwrap, machinePaths, exactVersions] + imports

  // MARK: - Sizes

  private static let sizes: [Rule] = [
    .places(
      "a file has at most 400 lines", in: isSource,
      bad: Sample("Sources/A.swift", String(repeating: "let x = 1\n", count: 401)),
      good: Sample("Sources/A.swift", String(repeating: "let x = 1\n", count: 400))
    ) { Array($0.raw.offsets(of: "\n").dropFirst(400).prefix(1)) },
    .places(
      "a line has at most 100 characters", in: isSource,
      bad: Sample("Sources/A.swift", String(repeating: "é", count: 101)),
      good: Sample("Sources/A.swift", String(repeating: "é", count: 100))
    ) { file in
      file.raw.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Counting letters is slow: only where there are bytes enough.
        .filter { $0.count > 100 && String(decoding: $0, as: UTF8.self).count > 100 }
        .map(\.startIndex)
    },
    .places(
      "a function has at most 60 lines", in: \.isSwift,
      bad: Sample("Sources/A.swift", longFunction(lines: 61)),
      good: Sample("Sources/A.swift", longFunction(lines: 60) + longFunction(lines: 60))
    ) { file in
      Functions.spans(in: file.code)
        .filter { file.code[$0].count { $0 == UInt8(ascii: "\n") } >= 60 }.map(\.lowerBound)
    },
  ]

  private static func longFunction(lines: Int) -> String {
    "func long() {\n" + String(repeating: "  work { 1 }\n", count: lines - 2) + "}\n"
  }

  /// What the sizes are for: written by hand, read by colleagues.
  @Sendable private static func isSource(_ file: SourceFile) -> Bool {
    [".swift", ".c", ".h", ".py", ".awk"].contains { file.path.hasSuffix($0) }
  }

  // MARK: - Words

  // The words of files that are searched raw are cut in two, or this file would break its rules.
  private static let words: [Rule] = [
    .banned("fatalError(", because: "precondition for our bugs, throw for the world"),
    .banned("try!", because: "throw, or show that it cannot fail"),
    .banned("as!", because: "an unproved cast is a crash"),
    .banned("@unchecked Sendable", because: "Mutex and values prove what this only claims"),
    .banned("nonisolated(unsafe)", because: "pass values instead"),
    .banned("static var ", because: "no global state"),
    .banned("static let shared", because: "no global state"),
    .banned("Thread.sleep", because: "wait for the event"),
    .banned("XMLDocument(", because: "it reads local files through entities"),
    .banned("TO" + "DO", because: "do it, or file it", in: isCode, raw: true),
    .banned("FIX" + "ME", because: "mend it, or file it", in: isCode, raw: true),
    .banned("Task" + ".sleep", because: "tests wait for conditions", in: \.isTest, path: test),
    .banned("usle" + "ep(", because: "tests wait for conditions", in: \.isTest, path: test),
    .banned("nanosle" + "ep(", because: "tests wait for conditions", in: \.isTest, path: test),
    .banned(" sle" + "ep(", because: "tests wait for conditions", in: \.isTest, path: test),
    .banned("time.sle" + "ep", because: "tests wait for conditions", in: \.isTest, path: test),
    .banned(".disa" + "bled(", because: "a test runs or is removed", in: \.isTest, path: test),
    .banned("XCT" + "Skip", because: "a test runs or is removed", in: \.isTest, path: test),
    .banned(
      "withKnown" + "Issue", because: "mend it",
      // There the issue that the kit records is what the test is about.
      in: { $0.isTest && !$0.path.hasSuffix("/ScreenSnapshotTests.swift") }, path: test),
  ]

  private static let test = "Tests/DomainTests/Sample.swift"

  @Sendable private static func isCode(_ file: SourceFile) -> Bool {
    isSource(file) || file.path.hasPrefix("scripts/") || file.path == "Makefile"
  }

  /// `name!`, `call()!`, `list[0]!`, and the type `Name!`; `!=` and the prefix `!` are other words.
  private static let forceUnwrap = places(
    "no force unwrap: guard, or ?? with a value that is right", in: \.isSwift,
    bad: Sample("Sources/A.swift", "let first = names[0].first!"),
    good: Sample("Sources/A.swift", "let y = !x && a != b && (!c) ? \"salut!\" : d")
  ) { file in
    file.code.offsets(of: "!").filter { at in
      let before = at > 0 ? file.code[at - 1] : UInt8(ascii: " ")
      let isValue = before.isOfName || [UInt8(ascii: ")"), UInt8(ascii: "]")].contains(before)
      // `try!` and `as!` have rules of their own.
      let isKeyword = file.code.has("try", at: at - 3) || file.code.has("as", at: at - 2)
      return isValue && !isKeyword && !file.code.has("=", at: at + 1)
    }
  }

  // MARK: - The repository

  private static let machinePaths = places(
    "no path of one machine", in: { _ in true },
    bad: Sample("README.md", "cd /ro" + "ot/projet"),
    good: Sample("README.md", "cd ~/projet && ls /tmp/x")
  ) { file in
    ["/ro" + "ot/", "/wo" + "rk/", "/fa" + "rm/", "bash_" + "jobs", "/tmp/m" + "ss/"]
      .flatMap { file.raw.offsets(of: $0) }
  }

  private static let exactVersions = places(
    "a dependency has an exact version", in: { $0.path == "Package.swift" },
    bad: Sample("Package.swift", ".package(url: \"https://x.example/y\", from: \"1.0.0\"),"),
    good: Sample("Package.swift", ".package(url: \"https://x.example/y\", exact: \"1.0.0\"),")
  ) { file in
    file.raw.offsets(of: ".package(url:").filter { at in
      let line = file.raw[at...].prefix { $0 != UInt8(ascii: "\n") }
      return Array(line).offsets(of: "exact: \"").isEmpty
    }
  }
}
