import Domain
import Foundation
import Glibc
import Store
import TestKit
import Testing

/// Four processes, one store: the test's own program started again, each time as one poste.
@Suite("Four processes press take", .serialized)
struct RaceTests {
  private static let postes = 4
  /// 500 with MSSTERM_SOAK=1; in everyday runs a sample of the same.
  private static let rounds =
    ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == nil ? 50 : 500
  private static let variable = "MSSTERM_RACE"

  @Test func `D14 each round has one owner, and the others are told who`() throws {
    let officine = try Officine()
    let mails = (1...Self.rounds).map { Mail(n: $0).incoming }
    _ = try officine.store.ingest(
      IngestBatch(messages: mails, cursor: nil), policy: Policy(), now: later(0))
    let gate = try Gate(at: officine.folder.path("gate"), of: Self.postes)
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
    let children = try (0..<Self.postes).map { poste in
      var environment = ChildProcess.environment(home: officine.folder.path)
      environment["MSSTERM_SOAK"] = ProcessInfo.processInfo.environment["MSSTERM_SOAK"]
      environment[Self.variable] = "\(poste):\(officine.folder.path)"
      return try ChildProcess(
        program,
        ["--testing-library", "swift-testing", "--filter", "RaceTests/onePoste"],
        environment: environment)
    }
    for child in children {
      let outcome = try child.wait(within: .seconds(120))
      #expect(outcome.code == 0, "\(outcome.out.suffix(2_000))")
    }
    _ = gate
    let told = try (0..<Self.postes).map { poste in
      try String(contentsOfFile: officine.folder.path("told-\(poste)"), encoding: .utf8)
        .split(separator: "\n").map(String.init)
    }
    #expect(told.allSatisfy { $0.count == Self.rounds })
    var winners: [Int: Int] = [:]
    for round in 0..<Self.rounds {
      let words = told.map { $0[round] }
      let winner = try #require(words.firstIndex(of: "mine"), "round \(round): \(words)")
      winners[winner, default: 0] += 1
      let expected = (0..<Self.postes).map { $0 == winner ? "mine" : "poste-\(winner)" }
      #expect(words == expected, "round \(round)")
      let order = try #require(try officine.store.order(Mail(n: round + 1).order))
      #expect(order.owner?.memberID == "id-poste-\(winner)" && order.status == .preparing)
    }
    // Not one poste that was always there first: the doors really were pushed together.
    #expect(winners.count > 1, "\(winners)")
    #expect(try officine.store.verify().problems == [])
  }

  /// Does nothing unless it is one of the four processes.
  @Test func onePoste() throws {
    guard let word = ProcessInfo.processInfo.environment[Self.variable] else { return }
    let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
    let poste = try #require(Int(parts[0]))
    let store = try OfficineStore.open(at: parts[1] + "/store", create: false)
    let gate = try Gate(at: parts[1] + "/gate", of: Self.postes)
    let name = "poste-\(poste)"
    let me = Actor(
      member: member("id-" + name, name, .preparateur), poste: name, isDeclared: false)
    var told: [String] = []
    for round in 1...Self.rounds {
      try gate.meet(poste, round: UInt32(round))
      do {
        _ = try store.perform(
          .taken(over: nil), on: Mail(n: round).order, expecting: nil, by: me, policy: Policy(),
          eventID: "\(name)-\(round)", now: later(Int64(1_000 + round)))
        told.append("mine")
      } catch StoreError.refused(.alreadyTaken(let owner)) {
        told.append(owner.name)
      } catch {
        told.append("\(error)")
      }
    }
    try told.joined(separator: "\n").write(
      toFile: parts[1] + "/told-\(poste)", atomically: true, encoding: .utf8)
  }
}

/// Where the processes wait for one another: one byte column each in a file all of them map.
private final class Gate {
  private let places: UnsafeMutablePointer<UInt32>
  private let count: Int

  init(at path: String, of count: Int) throws {
    self.count = count
    let size = count * MemoryLayout<UInt32>.stride
    let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    try #require(file >= 0)
    defer { Glibc.close(file) }
    try #require(ftruncate(file, size) == 0)
    let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    let mapped = try #require(memory != MAP_FAILED ? memory : nil)
    places = mapped.bindMemory(to: UInt32.self, capacity: count)
  }

  deinit { munmap(places, count * MemoryLayout<UInt32>.stride) }

  /// Says that `poste` has come to the round and waits for the others.
  func meet(_ poste: Int, round: UInt32) throws {
    places[poste] = round
    let deadline = ContinuousClock.now + .seconds(60)
    while (0..<count).contains(where: { load($0) < round }) {
      sched_yield()
      try #require(ContinuousClock.now < deadline, "the others never came to round \(round)")
    }
  }

  /// Read anew each time: another process writes it.
  @inline(never) private func load(_ place: Int) -> UInt32 { places[place] }
}
