import ArgumentParser
import Foundation
import Glibc
import Settings
import Store
import Sync

/// The doctor's questions to the network, one JSON object a line; `mssterm doctor` prints them.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Connects once and says what it found.")

  @OptionGroup var place: PlaceOptions

  func run() throws {
    do {
      let (configuration, settings) = try place.load()
      let store = try place.openStore(settings)
      defer { store.close() }
      signal(SIGPIPE, SIG_IGN)
      let checkup = Checkup(
        account: Account(configuration, settings), store: store, now: Host.now)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      for finding in checkup.run(stop: Stop()) {
        print(String(decoding: try encoder.encode(finding), as: UTF8.self))
      }
    } catch let failure as Failure {
      throw failure.tell()
    }
  }
}
