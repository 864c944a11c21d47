/// What a room may import: the floor plan of Package.swift, seen from the sources, and in words.
struct Room: Sendable {
  let path: String
  /// Rooms of ours.
  let ours: Set<String>
  /// Packages and libraries. The standard library needs no import.
  let others: Set<String>

  init(_ path: String, _ ours: Set<String> = [], _ others: Set<String> = []) {
    (self.path, self.ours, self.others) = (path, ours, others)
  }

  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  var wing: String { path.split(separator: "/").first.map(String.init) ?? path }

  private static let system: Set<String> = ["Glibc", "Synchronization"]
  private static let essentials = system.union(["FoundationEssentials"])

  /// The house, from the ground up. Foundation whole only where nothing smaller will do.
  static let all = [
    Room("Model/Domain", [], essentials),
    Room("Model/Keys"),
    Room("Model/Platform", [], system),
    Room(
      "Model/Store", ["Domain", "Platform", "CCrypt"],
      essentials.union(["GRDB", "Crypto", "Foundation"])),
    Room("Model/Exports", ["Domain", "Platform"], essentials.union(["Crypto"])),
    Room("Model/Desk", ["Domain", "Keys"]),
    Room("Views/Cells"),
    Room("Views/Screens", ["Domain", "Keys", "Desk", "Cells"]),
    Room("MSSTerm/Terminal", ["Cells", "Keys", "CNcurses"], system),
    Room("MSSTerm/Settings", ["Domain", "Platform"], essentials.union(["TOMLKit"])),
    Room("MSSTerm/Samples", ["Domain"], essentials.union(["Foundation"])),
    Room(
      "MSSTerm/App",
      [
        "Desk", "Screens", "Cells", "Keys", "Terminal", "Store", "Domain", "Platform", "Settings",
        "Samples", "Exports",
      ],
      essentials.union(["ArgumentParser", "Foundation", "Dispatch"])),
    Room("Worker/SASL", [], essentials.union(["Crypto", "CryptoExtras"])),
    Room("Worker/IMAP", ["SASL"], essentials),
    Room("Worker/SMTP", ["SASL"], essentials),
    Room("Worker/Certificates", ["CPKCS11"], certificates),
    Room(
      "Worker/Discovery", ["CResolver", "Certificates", "Domain"],
      network.union(["Foundation", "NIOHTTP1"])),
    Room("Worker/MIME", ["CMIME"], essentials),
    Room("Worker/Documents", ["MIME", "Domain", "CDocuments"], documents),
    Room("Worker/TeamLog", ["Domain"], essentials.union(["Crypto"])),
    Room(
      "Worker/Sync",
      [
        "SASL", "IMAP", "SMTP", "MIME", "Documents", "TeamLog", "Certificates", "CDeflate", "Store",
        "Domain", "Exports", "Platform",
      ],
      network.union(["Foundation", "Dispatch", "Logging", "Crypto", "NIOTLS"])),
    Room(
      "Worker/Worker",
      [
        "Sync", "TeamLog", "Discovery", "Certificates", "Documents", "IMAP", "SMTP", "MIME",
        "Store", "Domain", "Platform", "Settings",
      ],
      essentials.union(["Foundation", "Dispatch", "ArgumentParser", "Logging"])),
  ]

  private static let network = essentials.union(["NIOCore", "NIOPosix", "NIOSSL"])
  private static let certificates = network.union([
    "Foundation", "Crypto", "X509", "SwiftASN1",
  ])
  private static let documents = essentials.union(["Foundation", "Crypto"])
}

extension Rule {
  static let imports = [roomImports, counterWing]

  private static let roomImports = Rule(
    name: "a room imports only what the floor plan gives it",
    check: { file in
      guard file.isSwift, file.path.hasPrefix("Sources/") else { return [] }
      guard let room = Room.all.first(where: { file.path.hasPrefix("Sources/\($0.path)/") }) else {
        return [Finding(path: file.path, line: 1, what: "this room is not in the floor plan")]
      }
      return file.imports.filter { !room.ours.union(room.others).contains($0.module) }.map {
        Finding(path: file.path, line: $0.line, what: "\(room.name) may not import \($0.module)")
      }
    },
    bad: Sample("Sources/Views/Screens/A.swift", "internal import struct GRDB.Row\n"),
    good: Sample("Sources/Model/Store/A.swift", "// import NIOCore\npublic import GRDB\n"))

  /// Holds even if the table above is changed: no hostile byte and no network at the counter.
  private static let counterWing = Rule(
    name: "nothing outside the worker's wing imports a room of it, nor the network",
    check: { file in
      guard file.isSwift, file.path.hasPrefix("Sources/"), !file.path.hasPrefix("Sources/Worker/")
      else { return [] }
      let behindGlass = Set(Room.all.filter { $0.wing == "Worker" }.map(\.name))
        .union(["CMIME", "CDocuments", "FoundationNetworking", "FoundationXML"])
      return file.imports.filter { behindGlass.contains($0.module) || $0.module.hasPrefix("NIO") }
        .map { Finding(path: file.path, line: $0.line, what: "\($0.module) at the counter") }
    },
    bad: Sample("Sources/MSSTerm/App/A.swift", "import Domain\n@testable import Sync\n"),
    good: Sample("Sources/Worker/Worker/A.swift", "import Sync\n"))
}

extension SourceFile {
  /// The modules that this file imports, with the lines (from 1) that say so.
  var imports: [(module: String, line: Int)] {
    let kinds: Set<Substring> = [
      "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]
    return code.offsets(of: "import ").compactMap { at in
      let start = code[..<at].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      let rest = code[at...].prefix { $0 != UInt8(ascii: "\n") }
      let before = String(decoding: code[start..<at], as: UTF8.self).split(separator: " ")
      guard before.allSatisfy(isModifier) else { return nil }
      let words = String(decoding: rest, as: UTF8.self).split(separator: " ").dropFirst()
      return words.first { !kinds.contains($0) }.flatMap { $0.split(separator: ".").first }
        .map { (String($0), line(at: at)) }
    }
  }

  private func isModifier(_ word: Substring) -> Bool {
    let levels = ["public", "package", "internal", "private", "fileprivate"]
    return word.hasPrefix("@") || levels.contains(String(word))
  }
}
