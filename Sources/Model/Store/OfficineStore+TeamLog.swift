public import Domain
import GRDB

/// The team log between machines (design 5): what waits, what the log said, what became of it.
extension OfficineStore {
  /// nil while it is off.
  public func teamLog() throws(StoreError) -> TeamLogState? {
    try read { try LogBook.state($0) }
  }

  /// From now on every gesture is said to the other machines, and so is all that was done before.
  /// Once: a second call changes nothing.
  /// - Parameter machine: a random name, different on every machine.
  public func turnOnTeamLog(machine: String, now: Timestamp) throws(StoreError) {
    try write { try LogBook.turnOn($0, machine: machine, now) }
  }
}
