// The house rules that a machine can see. Each rule carries a sample that it must catch.

import Foundation
import TestKit
import Testing

@Suite struct `House rules` {
  @Test(arguments: Rule.all)
  func `Each rule catches its bad sample and passes its good one`(_ rule: Rule) {
    #expect(!rule.check(rule.bad.file).isEmpty)
    #expect(rule.check(rule.good.file).isEmpty)
  }

  @Test func `The tree keeps every rule`() throws {
    let files = try SourceTree.files()
    // An empty walk would keep every rule too.
    #expect(files.contains { $0.path == "Package.swift" })
    #expect(files.count { $0.isSwift && $0.path.hasPrefix("Sources/") } > 20)
    let findings = files.flatMap { file in Rule.all.flatMap { $0.check(file) } }
    #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
  }

  @Test func `Every room of the floor plan has sources`() throws {
    let files = try SourceTree.files()
    for room in Room.all {
      #expect(files.contains { $0.path.hasPrefix("Sources/\(room.path)/") }, "\(room.path)")
    }
  }

  @Test func `The bare repository carries what a newcomer looks for`() throws {
    let paths = Set(try SourceTree.files().map(\.path))
    for path in ["LICENSE", "CHANGELOG.md", "Makefile", ".ci/run", "man/mssterm.1"] {
      #expect(paths.contains(path), "\(path)")
    }
  }
}

@Suite struct `The tidy rules' own eyes` {
  @Test func `Comments, strings and raw identifiers are not code`() {
    let text = ##"""
      a // b
      c /* d /* e */ f */ g
      h("i \" j", #"k " \#(l)"#, `m n`)
      """## + "\n\"\"\"\no \"p\"\n\"\"\"\nq"
    let seen = String(decoding: Blanking.codeOnly(Array(text.utf8)), as: UTF8.self)
    #expect(seen.filter { $0 != " " } == "a\ncg\nh(,,)\n\n\n\nq")
    #expect(seen.utf8.count == text.utf8.count)
  }

  @Test func `Functions end at their own brace, requirements have none`() {
    let code = """
      protocol P {
        func a()
        func b(x: (Int) -> Void = { _ in }) -> Int
      }
      protocol Q { func z() }
      struct S {
        init(x: Int) { self.x = x }
        func c<T>(
          y: T
        ) throws
          -> Int where T: P
        {
          if true { 1 } else { .init() }
        }
      }
      """
    let spans = Functions.spans(in: Array(code.utf8))
    let texts = spans.map { String(decoding: Array(code.utf8)[$0], as: UTF8.self) }
    #expect(texts.map { String($0.prefix(9)) } == ["init(x: I", "func c<T>"])
    #expect(texts.map { $0.count { $0 == "\n" } + 1 } == [1, 7])
  }

  @Test func `Imports of every spelling are seen`() {
    let text = """
      import A
        public import B.C
      @testable import struct D.E
      // import F
      let x = y.import (z)
      """
    let file = SourceFile(path: "Sources/A.swift", text: text)
    #expect(file.imports.map(\.module) == ["A", "B", "D"])
  }
}

@Suite struct `What the counter's program links` {
  /// ncursesw, SQLite, libcrypt, the C library and its family; nothing that talks or decodes.
  /// Last, what the Swift runtime of a debug build adds: a release build holds it inside.
  private static let libraries: Set<String> = [
    "linux-vdso", "libncursesw", "libtinfo", "libsqlite3", "libcrypt", "libc", "libm",
    "libdl", "librt", "libpthread", "libutil", "libresolv", "libgcc_s", "libstdc++", "libz",
    "libFoundation", "libFoundationEssentials", "libFoundationInternationalization",
    "lib_FoundationICU", "libBlocksRuntime", "libdispatch",
  ]

  /// Names in `ldd`'s answer that are neither.
  private func strangers(_ ldd: String) -> [String] {
    ldd.split(separator: "\n").compactMap { line in
      let path = line.split { $0 == " " || $0 == "\t" }.first ?? ""
      let file = path.split(separator: "/").last ?? ""
      let name = file.prefix { $0 != "." }
      let isKnown =
        Self.libraries.contains(String(name)) || name.hasPrefix("ld-linux")
        || name.hasPrefix("libswift")
      return isKnown ? nil : String(file)
    }
  }

  @Test func `ldd of mssterm shows the named libraries only`() throws {
    let outcome = try ChildProcess.run("ldd", [Products.binary("mssterm")])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.contains("libncursesw"))
    #expect(outcome.out.contains("libsqlite3"))
    #expect(strangers(outcome.out).isEmpty)
  }

  @Test func `A library that talks or decodes is seen`() {
    let ldd = """
      \tlinux-vdso.so.1 (0x00007ffc)
      \tlibncursesw.so.6 => /lib/x86_64-linux-gnu/libncursesw.so.6 (0x00007f)
      \tlibgmime-3.0.so.0 => /lib/x86_64-linux-gnu/libgmime-3.0.so.0 (0x00007f)
      \tlibcurl.so.4 => not found
      \tlibFoundationXML.so => /x/libFoundationXML.so (0x00007f)
      \t/lib64/ld-linux-x86-64.so.2 (0x00007f)
      """
    #expect(strangers(ldd) == ["libgmime-3.0.so.0", "libcurl.so.4", "libFoundationXML.so"])
  }
}
