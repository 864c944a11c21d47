import Domain
import Foundation
import Glibc
import TestKit
import Testing

@testable import Store

@Suite struct PresenceTests {
  let officine: Officine
  var directory: String { officine.directory }
  var folder: String { directory + "/presence" }

  init() throws { officine = try Officine() }

  private func presence(
    _ name: String, _ doing: Presence.Doing = .reading, on order: String = "daaaaaaaaaaaa"
  ) -> Presence {
    Presence(
      member: "id-\(name)", name: name, poste: "comptoir", order: order, doing: doing)
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func `each screen sees the others and never itself`() throws {
    let boards = (0..<3).map { _ in PresenceBoard(store: directory) }
    #expect(boards[0].announce(presence("Léa")))
    #expect(boards[1].announce(presence("Sami", .answering)))
    #expect(boards[0].others() == [presence("Sami", .answering)])
    #expect(boards[2].others().map(\.name) == ["Léa", "Sami"])
    #expect(boards[1].announce(presence("Sami", on: "dbbbbbbbbbbbb")))
    #expect(boards[0].others() == [presence("Sami", on: "dbbbbbbbbbbbb")])
    #expect(boards[1].announce(nil))
    #expect(boards[0].others().isEmpty)
    #expect(boards[2].announce(nil), "who says nothing needs no file")
    #expect(try files().count == 2)
  }

  @Test func `no ghost: a file without its lock is taken away by whoever sees it`() throws {
    var dying: PresenceBoard? = PresenceBoard(store: directory)
    dying?.announce(presence("Léa"))
    let watcher = PresenceBoard(store: directory)
    #expect(watcher.others().count == 1)
    // The kernel closes the descriptor of a killed process just as this does.
    dying = nil
    #expect(watcher.others().isEmpty)
    #expect(try files().isEmpty)
  }

  @Test func `a screen that is frozen does not count after three minutes`() throws {
    var uptime: Int64 = 1_000
    let frozen = PresenceBoard(store: directory, uptime: { uptime })
    let watcher = PresenceBoard(store: directory, uptime: { uptime })
    frozen.announce(presence("Léa"))
    uptime += PresenceBoard.lifetime
    #expect(watcher.others().count == 1)
    uptime += 1
    #expect(watcher.others().isEmpty)
    #expect(try files().count == 1, "it lives: its file stays")
    frozen.announce(presence("Léa"))
    #expect(watcher.others().count == 1)
    uptime = 5
    #expect(watcher.others().isEmpty, "written by another start of the host")
  }

  @Test func `what others put there is bounded and harmless`() throws {
    let watcher = PresenceBoard(store: directory)
    watcher.announce(presence("Léa"))
    let name = "/s00000000000000"
    for (n, bytes) in ["{", "", String(repeating: "[", count: 100_000)].enumerated() {
      try Data(bytes.utf8).write(to: URL(fileURLWithPath: folder + name + "a\(n)"))
    }
    #expect(mkfifo(folder + name + "ff", 0o600) == 0)
    #expect(symlink("/etc/passwd", folder + name + "fe") == 0)
    try Data().write(to: URL(fileURLWithPath: folder + "/autre"))
    #expect(watcher.others().isEmpty)
    #expect(try files().contains("autre"), "what is not ours is left alone")
    let held = PresenceBoard(store: directory)
    held.announce(
      Presence(
        member: String(repeating: "m", count: 900), name: String(repeating: "é", count: 900),
        poste: String(repeating: "p", count: 900), order: "d", doing: .reading))
    #expect(watcher.others().map(\.name.count) == [24])
  }

  @Test func `sixty-four screens are told, one more works and says nothing`() throws {
    let boards = (0..<PresenceBoard.limit).map { _ in PresenceBoard(store: directory) }
    for (n, board) in boards.enumerated() { #expect(board.announce(presence("L\(n)"))) }
    let last = PresenceBoard(store: directory)
    #expect(!last.announce(presence("Zoé")))
    #expect(last.others().count == PresenceBoard.limit)
    boards[3].leave()
    #expect(last.announce(presence("Zoé")))
  }

  @Test(arguments: [OfficineStore.Sharing.own, .group])
  func `it follows the rights of the store`(sharing: OfficineStore.Sharing) throws {
    let path = officine.folder.path("other-\(sharing.fileMode)")
    let store = try OfficineStore.open(at: path, create: true, sharing: sharing)
    defer { store.close() }
    let board = PresenceBoard(store: path)
    board.announce(presence("Léa"))
    let attributes = FileManager.default.attributesOfItem
    let folder = try attributes(path + "/presence")[.posixPermissions] as? Int
    #expect(folder == Int(sharing.directoryMode) & 0o7777)
    let file = try #require(
      try FileManager.default.contentsOfDirectory(atPath: path + "/presence").first)
    let mode = try attributes(path + "/presence/" + file)[.posixPermissions] as? Int
    #expect(mode == Int(sharing.fileMode))
  }
}
