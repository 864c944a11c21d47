import Foundation
import TestKit
import Testing

/// The generated tables of the documentation are those of the program; `make docs` renews them.
@Suite("Documentation")
struct DocumentationTests {
  @Test func `the keys in the README are the program's`() throws {
    let page = try text("README.md")
    let begin = try #require(page.range(of: "<!-- keys:begin -->\n"))
    let end = try #require(page.range(of: "<!-- keys:end -->"))
    let table = page[begin.upperBound..<end.lowerBound]
    #expect(try printed(["keys", "--markdown"]) == String(table))
  }

  @Test func `the roles in the page of the themes are the program's`() throws {
    let page = try text("themes/README.md")
    let marker = try #require(page.range(of: "<!-- roles: generated"))
    let table = page[marker.lowerBound...].drop { $0 != "\n" }.dropFirst()
    #expect(try printed(["theme", "list", "--markdown"]) == String(table))
  }

  @Test func `every command is in the man page`() throws {
    let help = try printed(["--help"])
    let list = try #require(help.range(of: "SUBCOMMANDS:\n"))
    let commands = help[list.upperBound...].split(separator: "\n")
      .filter { $0.hasPrefix("  ") && $0.dropFirst(2).first?.isLowercase == true }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(commands.count > 30)
    let page = try text("man/mssterm.1").replacing("\\", with: "").split(separator: "\n")
      .filter { $0.hasPrefix(".B") }
    // `run` is what a bare `mssterm` does.
    for command in commands where command != "run" {
      let isThere = page.contains { line in
        line.split { !$0.isLetter && $0 != "-" }.contains { $0 == command }
      }
      #expect(isThere, "\(command)")
    }
  }

  /// As scripts/docs.sh runs it.
  private func printed(_ words: [String]) throws -> String {
    let outcome = try ChildProcess.run(Products.binary("mssterm"), words)
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.count > 500)
    return outcome.out
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: Products.sourceRoot + "/" + path, encoding: .utf8)
  }
}
