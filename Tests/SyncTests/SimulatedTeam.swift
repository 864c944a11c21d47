import Domain
import Store
import TestKit
import Testing

@testable import Sync

/// Machines of one officine on a simulated operator.
final class SimulatedTeam {
  let folder: TemporaryDirectory
  let server = SimulatedOperator()
  /// The demande of ``pair()``.
  let order = SimulatedMail(n: 1).order

  init() throws { folder = try TemporaryDirectory() }

  func machine(_ name: String) throws -> SimulatedMachine {
    try SimulatedMachine(name, server, in: folder.path(name))
  }

  /// Two that know one demande.
  func pair() throws -> (SimulatedMachine, SimulatedMachine) {
    let (a, b) = (try machine("AA"), try machine("BB"))
    try a.read(SimulatedMail(n: 1))
    try settle([a, b])
    try b.read(SimulatedMail(n: 1))
    try settle([a, b])
    return (a, b)
  }

  func settle(_ machines: [SimulatedMachine]) throws {
    for _ in 1...3 { for machine in machines { try machine.sync() } }
  }

  func expectEqual(_ machines: [SimulatedMachine]) throws {
    for machine in machines {
      #expect(try machine.store.teamLogDigest() == machines[0].store.teamLogDigest())
      #expect(try machine.store.verify().problems == [])
    }
  }

  func failure(_ machine: SimulatedMachine) -> SyncFailure? {
    do throws(SyncFailure) {
      try machine.sync()
      return nil
    } catch {
      return error
    }
  }
}
