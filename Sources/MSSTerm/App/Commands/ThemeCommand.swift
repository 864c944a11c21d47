import ArgumentParser
import Cells
import Settings

/// `mssterm theme list|check FILE`
struct ThemeCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "theme",
    abstract: "list: every role and what it paints; check FILE.")

  @OptionGroup var options: CommonOptions
  @Argument var words: [String] = ["list"]
  @Flag(help: "As a table for the documentation.") var markdown = false

  func act(_ environment: Environment) throws {
    switch (words.first ?? "list", words.dropFirst().first) {
    case ("list", nil):
      markdown ? Output.text(Role.table()) : Role.allCases.forEach { Output.line($0.name) }
    case ("check", let path?):
      _ = try ThemeFiles.read(environment.absolute(path), named: path) { _ in .standard }
      Output.line("✔ \(path)")
    default:
      throw CommandFailure(
        .usage, "theme list | check FICHIER",
        "theme list | check FILE")
    }
  }
}
