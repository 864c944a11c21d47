import Domain
import Foundation
import Store
import TestKit
import Testing

/// A checkpoint of a large store: what it costs, and that it is one.
@Suite struct TeamLogSizeTests {
  private static let isLong = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] != nil
  /// Four events each.
  private static let demandes = isLong ? 20_000 : 400

  private func store(_ folder: TemporaryDirectory, _ name: String) throws -> OfficineStore {
    let store = try OfficineStore.open(at: folder.path(name), create: true)
    try store.turnOnTeamLog(machine: name, now: later(0))
    return store
  }

  /// What other machines said of that many demandes.
  private func history() -> [LogParcel] {
    var records: [LogRecord] = []
    for n in 1...Self.demandes {
      let order = "dbig\(n)"
      let author = claire.author
      var view = TeamLogJudge.view(nil, adding: "opened:\(order)")
      func event(
        _ id: String, _ gesture: Gesture, by author: Author, parent: String? = nil
      ) -> LogRecord {
        LogRecord(
          id: id,
          content: .event(
            LoggedEvent(
              order: order, author: author, at: later(Int64(n)), gesture: gesture, parent: parent,
              view: parent == nil ? nil : view)))
      }
      let opening = Gesture.opened(kind: .prescription, proposed: [])
      records.append(event("opened:\(order)", opening, by: .mailbox))
      let take = event("take-\(n)", .taken(over: nil), by: author, parent: "opened:\(order)")
      records.append(take)
      view = TeamLogJudge.view(view, adding: "take-\(n)")
      records.append(
        event("done-\(n)", .moved(to: .prepared, reason: nil), by: author, parent: "take-\(n)"))
      records.append(event("note-\(n)", .noted("vu \(n)"), by: author))
    }
    return stride(from: 0, to: records.count, by: LogParcel.recordLimit).map { start in
      LogParcel(
        id: "big:\(start)", machine: "other",
        records: Array(records[start..<min(start + LogParcel.recordLimit, records.count)]))
    }
  }

  /// Seconds of each batch of four messages.
  private func absorb(
    _ parcels: [LogParcel], epoch: Int, into store: OfficineStore
  ) throws -> [Double] {
    try stride(from: 0, to: parcels.count, by: 4).map { start in
      let entries = (start..<min(start + 4, parcels.count)).map {
        LogBatch.Entry(uid: UInt32($0 + 1), parcel: parcels[$0])
      }
      let began = ContinuousClock.now
      _ = try store.absorb(
        LogBatch(
          epoch: epoch, uidValidity: UInt32(epoch), through: entries.last?.uid ?? 0,
          entries: entries), now: later(0))
      let took = ContinuousClock.now - began
      return Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
    }
  }

  @Test func `a checkpoint of many demandes is cut, read and adopted whole`() throws {
    let folder = try TemporaryDirectory()
    let (full, empty) = (try store(folder, "full"), try store(folder, "empty"))
    let said = try absorb(history(), epoch: 1, into: full)
    let began = ContinuousClock.now
    let plan = try #require(try full.planCheckpoint(id: "big"))
    #expect(plan.parts >= Self.demandes * 4 / LogParcel.recordLimit)
    let parcels = try (1...plan.parts).map { try full.checkpointParcel(plan, part: $0) }
    let cut = ContinuousClock.now - began
    #expect(Set(parcels.flatMap(\.records).map(\.id)).count == Self.demandes * 4)
    for (name, store) in [("empty", empty), ("full", full)] {
      let times = try absorb(parcels, epoch: 2, into: store)
      #expect(try store.teamLog()?.epoch == 2)
      let waits = times.dropLast().sorted()
      print(
        "team log: \(Self.demandes * 4) events, \(plan.parts) parts, \(name): cut \(cut), "
          + "longest wait of a gesture before the end \(waits.last ?? 0) s, "
          + "the beginning \(times.last ?? 0) s, said in \(said.reduce(0, +)) s")
    }
    #expect(try full.teamLogDigest() == empty.teamLogDigest())
    #expect(try full.order("dbig7") == empty.order("dbig7"))
    #expect(try empty.order("dbig\(Self.demandes)")?.noteCount == 1)
    let half = try full.fates(ofEvents: ["done-1", "note-1"])
    #expect(half == ["done-1": .confirmed, "note-1": .confirmed])
  }
}
