import Certificates

/// Fetches what is signed by itself, a revocation list, from the web: plain HTTP is good enough.
///
/// Bounded in bytes (``CertificateLimits/listBytes``), time and redirections; never to this machine
/// nor into a private network, and never to a literal address. Nothing is said but the request.
public struct ListFetcher: Sendable {
  /// Why there is nothing.
  public enum Failure: Error, Hashable, Sendable {
    /// Not `http` or `https`, or a host that is no name.
    case address
    /// The name leads to this machine or into a private network.
    case privateAddress
    /// No name server or no server answers, or it has no such page.
    case unreachable
    /// Too slow, too large, or no proof of who answers.
    case broken
    case tooManyMoves
  }

  private let resolver: Resolver
  private let rules: HostRules
  private let pages: PageReader

  /// - Parameters:
  ///   - anchors: PEM files that are believed beside the machine's own store, for `https`.
  ///   - allowsLoopback: for tests: `localhost` and `127.0.0.1`.
  ///   - nameserver: nil for the machine's own.
  public init(
    anchors: [String] = [], allowsLoopback: Bool = false, nameserver: NameServer? = nil,
    patience: Int = DiscoveryLimits.questionSeconds
  ) {
    resolver = Resolver(nameserver: nameserver, patience: patience)
    rules = HostRules(allowedHosts: [], allowsLoopback: allowsLoopback)
    pages = PageReader(
      anchors: anchors, bytes: CertificateLimits.listBytes, seconds: DiscoveryLimits.listSeconds)
  }

  /// Blocks, for some seconds at most.
  public func fetch(_ url: String) throws(Failure) -> [UInt8] {
    guard var place = PageAddress(url) else { throw .address }
    for _ in 0...DiscoveryLimits.moves {
      switch pages.read(place, address: try address(of: place.host)) {
      case .page(let bytes): return bytes
      case .moved(let location):
        guard let next = place.moved(to: location) else { throw .address }
        place = next
      case .absent: throw .unreachable
      case .broken: throw .broken
      }
    }
    throw .tooManyMoves
  }

  private func address(of host: String) throws(Failure) -> [UInt8] {
    if rules.allowsLoopback, ["127.0.0.1", "localhost"].contains(host) { return [127, 0, 0, 1] }
    guard HostRules.isName(host) else { throw .address }
    let addresses: [[UInt8]]
    do throws(DiscoveryFailure) {
      addresses = try resolver.addresses(host)
    } catch {
      throw .unreachable
    }
    guard let first = addresses.first else { throw .unreachable }
    guard addresses.allSatisfy(rules.mayReach) else { throw .privateAddress }
    return first
  }
}
