import Foundation
import Testing

@testable import Cells

/// A theme file as the flat keys it is made of: enough TOML for our own files.
private struct ThemeFile {
  var head: [String: String] = [:]
  var palette: [String: String] = [:]
  var roles: [String: String] = [:]

  init(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: "\(name).toml"), encoding: .utf8)
    var section = ""
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      if line.hasPrefix("[") {
        section = String(line)
        continue
      }
      let parts = line.split(separator: "=", maxSplits: 1).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
      }
      try #require(parts.count == 2, "\(name): \(line)")
      switch section {
      case "[palette]": palette[parts[0]] = parts[1]
      case "[roles]": roles[parts[0]] = parts[1]
      default: head[parts[0]] = parts[1]
      }
    }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../themes")

  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }.sorted()
  }

  static func theme(_ name: String) throws -> Theme {
    let file = try ThemeFile(name)
    let base = try file.head["inherits"].map { try theme($0) }
    return try Theme(
      name: try #require(file.head["name"]), variant: file.head["variant"] ?? "any",
      palette: file.palette, roles: file.roles, inheriting: base)
  }
}

@Suite("Roles and themes")
struct ThemeTests {
  @Test("the book of roles follows the cases, names are unique and well formed")
  func book() {
    #expect(RoleBook.entries.map(\.role) == Role.allCases)
    #expect(Set(Role.allCases.map(\.name)).count == Role.allCases.count)
    for role in Role.allCases {
      #expect(Role(name: role.name) == role)
      #expect(role.name.allSatisfy { $0.isLowercase || $0 == "." })
      #expect(!role.meaning.isEmpty)
    }
    #expect(Role(name: "queue.nothing") == nil)
  }

  @Test("a role falls back to its nearest ancestor by name, then to text")
  func parents() throws {
    #expect(Role.queueStatusReceived.parent == .queueStatus)
    #expect(Role.queueStatus.parent == .text)
    #expect(Role.dialogChoiceSelected.parent == .dialogChoice)
    #expect(Role.text.parent == nil)
    let theme = try Theme(
      name: "t", roles: ["text": "white", "queue.status": "red bold", "dialog.choice": "blue"])
    #expect(theme.style(for: .queueStatusChecked) == theme.style(for: .queueStatus))
    #expect(theme.style(for: .dialogChoiceSelected).foreground == .indexed(4))
    #expect(theme.style(for: .curtain).foreground == .indexed(7))
  }

  @Test("a look is read word by word")
  func looks() throws {
    let theme = try Theme(
      name: "t", palette: ["vert": "#2e8b57", "red": "9"],
      roles: ["text": "vert on 236 bold underline", "rule": "red", "bar": "default on black dim"])
    #expect(
      theme.style(for: .text)
        == Style(
          foreground: .rgb(0x2E, 0x8B, 0x57), background: .indexed(236),
          attributes: [.bold, .underline]))
    #expect(theme.style(for: .rule).foreground == .indexed(9))
    #expect(theme.style(for: .bar) == Style(background: .indexed(0), attributes: [.dim]))
  }

  @Test("a mistake names what is wrong and the nearest right word")
  func mistakes() {
    #expect(throws: ThemeError.unknownRole("queue.selectd", nearest: "queue.selected")) {
      try Theme(name: "t", roles: ["queue.selectd": "bold"])
    }
    #expect(throws: ThemeError.unknownWord(role: "text", word: "bould", nearest: "bold")) {
      try Theme(name: "t", roles: ["text": "red bould"])
    }
    #expect(throws: ThemeError.unknownWord(role: "text", word: "acent", nearest: "accent")) {
      try Theme(name: "t", palette: ["accent": "cyan"], roles: ["text": "acent"])
    }
    #expect(throws: ThemeError.unknownColour(name: "vert", value: "#12")) {
      try Theme(name: "t", palette: ["vert": "#12"], roles: [:])
    }
    #expect(throws: ThemeError.unknownVariant("noir")) {
      try Theme(name: "t", variant: "noir", roles: [:])
    }
    for value in ["256", "-1", "+5", "#12345g", "#+12345", "rouge", ""] {
      #expect(Colour(parsing: value) == nil, "\(value)")
    }
    #expect(ThemeError.unknownVariant("x").message(french: true).contains("light"))
  }

  @Test("a theme that inherits can replace the palette alone")
  func inheriting() throws {
    let base = try Theme(
      name: "base", palette: ["accent": "cyan"], roles: ["rule": "accent", "bar": "bold"])
    let child = try Theme(
      name: "child", palette: ["accent": "blue"], roles: ["bar": "dim"], inheriting: base)
    #expect(child.style(for: .rule).foreground == .indexed(4))
    #expect(child.style(for: .bar).attributes == [.dim])
  }

  @Test("colours degrade to what a terminal has")
  func degrading() {
    #expect(Colour.standard.index(among: 256) == nil)
    #expect(Colour.rgb(255, 0, 0).index(among: 256) == 196)
    #expect(Colour.rgb(255, 0, 0).index(among: 16) == 9)
    #expect(Colour.rgb(200, 0, 0).index(among: 8) == 1)
    #expect(Colour.indexed(196).index(among: 16) == 9)
    #expect(Colour.indexed(12).index(among: 8) == 4)
    #expect(Colour.rgb(128, 128, 128).index(among: 256) == 244)
  }

  @Test("the shipped themes are read without a mistake")
  func shipped() throws {
    let names = try ThemeFile.names()
    #expect(
      Set(names).isSuperset(of: [
        "default", "light", "dark", "mono", "contrast-dark", "contrast-light", "deuteranopia",
        "comptoir",
      ]))
    for name in names { #expect(try ThemeFile.theme(name).name == name) }
  }

  @Test("the compiled-in themes are the files")
  func builtIn() throws {
    #expect(try ThemeFile.theme("default") == Theme.standard)
    #expect(try ThemeFile.theme("mono") == Theme.mono)
  }

  @Test("mono has no colour, and marks the selection")
  func monochrome() {
    for role in Role.allCases {
      #expect(Theme.mono.style(for: role).foreground == .standard)
      #expect(Theme.mono.style(for: role).background == .standard)
    }
    #expect(Theme.mono.style(for: .queueSelected) != Theme.mono.style(for: .queueRow))
    #expect(Theme.mono.style(for: .dialogChoiceSelected) != Theme.mono.style(for: .dialogChoice))
    #expect(Theme.mono.style(for: .noteInternal) != Theme.mono.style(for: .replyPatient))
  }

  @Test("themes/README.md holds the table of roles as it is now")
  func readme() throws {
    let file = ThemeFile.folder.appending(path: "README.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains(Role.table()), "put the output of Role.table() at its end")
  }

  @Test(
    "every text of a theme can be read on the background it is made for",
    arguments: [
      ("light", 4.5), ("dark", 4.5), ("deuteranopia", 4.5), ("comptoir", 4.5),
      ("contrast-light", 7), ("contrast-dark", 7),
    ])
  func contrast(name: String, least: Double) throws {
    let theme = try ThemeFile.theme(name)
    let isLight = theme.variant == .light
    for role in Role.allCases where role != .rule && role != .readerDocumentBorder {
      let style = theme.style(for: role)
      let ratio = contrastRatio(
        components(style.foreground, isLight ? (0, 0, 0) : (229, 229, 229)),
        components(style.background, isLight ? (255, 255, 255) : (28, 28, 28)))
      #expect(ratio >= least, "\(name): \(role.name) \(ratio)")
    }
  }

  private func components(_ colour: Colour, _ standard: (Int, Int, Int)) -> (Int, Int, Int) {
    colour == .standard ? standard : colour.components
  }

  private func contrastRatio(_ left: (Int, Int, Int), _ right: (Int, Int, Int)) -> Double {
    let (one, two) = (luminance(left), luminance(right))
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
  }

  /// Relative luminance as WCAG 2 defines it.
  private func luminance(_ colour: (Int, Int, Int)) -> Double {
    func linear(_ component: Int) -> Double {
      let value = Double(component) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(colour.0) + 0.7152 * linear(colour.1) + 0.0722 * linear(colour.2)
  }
}
