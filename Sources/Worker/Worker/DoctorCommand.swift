import ArgumentParser
import Discovery
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
      let (servers, findings) = try autoconfiguration(settings, store)
      try findings.forEach(tell)
      guard findings.allSatisfy(\.isSound) || servers != nil else { return }
      let checkup = Checkup(
        account: Account(configuration, settings, servers: servers), store: store, now: Host.now)
      try checkup.run(stop: Stop()).forEach(tell)
    } catch let failure as Failure {
      throw failure.tell()
    }
  }

  private func tell(_ finding: Checkup.Finding) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(finding), as: UTF8.self))
  }

  /// The servers in use, and what the BAL's domain says of them now; a different answer is told,
  /// never taken.
  private func autoconfiguration(
    _ settings: BALSettings, _ store: OfficineStore
  ) throws -> (FoundServers?, [Checkup.Finding]) {
    func said(_ isSound: Bool, _ french: String, _ english: String) -> Checkup.Finding {
      Checkup.Finding(
        check: "autoconfig", isSound: isSound, isRequired: true, french: french, english: english)
    }
    var kept: FoundServers?
    do {
      guard let finding = try ServerFinding(settings, store) else { return (nil, []) }
      kept = try finding.kept()?.servers
      let announced = try finding.ask()
      guard let kept, kept != announced else {
        if kept == nil { try finding.keep(announced) }
        let host = announced.imap.host
        return (
          announced, [said(true, "le domaine annonce \(host)", "the domain announces \(host)")]
        )
      }
      return (
        kept,
        [
          said(
            false, "le domaine annonce d’autres serveurs : « mssterm config find » les montre",
            "the domain announces other servers: \"mssterm config find\" shows them")
        ]
      )
    } catch let failure as DiscoveryFailure {
      return (kept, [said(false, failure.french, failure.english)])
    }
  }
}
