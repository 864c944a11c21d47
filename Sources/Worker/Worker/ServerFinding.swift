import Discovery
import Domain
import Foundation
import Settings
import Store
import Sync

/// What autoconfiguration found, kept in the store: the next start asks nobody.
struct ServerFinding {
  struct Kept: Codable, Hashable {
    /// The address that was asked for: another one is another domain.
    var address: String
    var servers: FoundServers
    /// Milliseconds.
    var at: Int64
  }

  let address: String
  let imap: IMAPSettings
  let store: OfficineStore
  private let finder: Finder

  private static let key = "autoconfig.servers"

  /// nil when the configuration names the servers itself.
  init?(_ settings: BALSettings, _ store: OfficineStore) throws(DiscoveryFailure) {
    guard case .imap(let imap) = settings.backend, imap.asksDomain,
      imap.imap == nil || imap.smtp == nil
    else { return nil }
    address = settings.bal.address
    self.imap = imap
    self.store = store
    finder = try Finder(
      address: address, anchors: imap.trust, allowedHosts: imap.tokenHosts,
      allowsLoopback: imap.allowsLoopback,
      nameserver: imap.nameserver.flatMap { NameServer($0) })
  }

  /// What was found before, unless the configuration no longer allows it.
  func kept() throws(StoreError) -> Kept? {
    guard let text = try store.setting(Self.key),
      let kept = try? JSONDecoder().decode(Kept.self, from: Data(text.utf8)),
      kept.address == address, finder.allows(kept.servers)
    else { return nil }
    return kept
  }

  func ask() throws(DiscoveryFailure) -> FoundServers { try finder.find() }

  func keep(_ servers: FoundServers) throws(StoreError) {
    let kept = Kept(address: address, servers: servers, at: Host.now().milliseconds)
    guard let data = try? JSONEncoder().encode(kept) else { return }
    try store.setSetting(Self.key, String(decoding: data, as: UTF8.self))
  }
}

extension Account {
  /// The account with its servers: those of the configuration, those found before, or those that
  /// the BAL's domain names now. A failure stands in the sync cell as well.
  static func reachable(
    _ configuration: Configuration, _ settings: BALSettings, in store: OfficineStore,
    tray: TokenTray = TokenTray()
  ) throws -> Account {
    do {
      guard let finding = try ServerFinding(settings, store) else {
        return Account(configuration, settings, tray: tray)
      }
      if let kept = try finding.kept() {
        return Account(configuration, settings, servers: kept.servers, tray: tray)
      }
      let found = try finding.ask()
      try finding.keep(found)
      return Account(configuration, settings, servers: found, tray: tray)
    } catch let failure as DiscoveryFailure {
      try Synchroniser.tell(
        failure == .unreachable ? .offline : .refused, failure.code, in: store, now: Host.now())
      throw Failure(failure)
    }
  }
}

extension Failure {
  init(_ failure: DiscoveryFailure) {
    self.init(failure == .unreachable ? 69 : 78, failure.french, failure.english)
  }
}
