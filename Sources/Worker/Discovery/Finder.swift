/// Asks a BAL's own domain where its servers are: DNS first, then the two pages.
///
/// Nothing about the person is said to anybody, only the domain. Sources: RFC 6186, RFC 8314
/// (section 5.1), RFC 2782; domain note 1.40–1.42.
public struct Finder: Sendable {
  private let domain: String
  private let rules: HostRules
  private let resolver: Resolver
  private let pages: PageReader
  private let webPort: Int

  /// - Parameters:
  ///   - address: the BAL's.
  ///   - anchors: PEM files that are believed beside the machine's own store, for the pages.
  ///   - allowedHosts: servers beside those of mssante.fr, from the administrator.
  ///   - allowsLoopback: for tests: a server on this very machine.
  ///   - nameserver: nil for the machine's own.
  ///   - patience, webPort: for tests.
  public init(
    address: String, anchors: [String] = [], allowedHosts: [String] = [],
    allowsLoopback: Bool = false, nameserver: NameServer? = nil,
    patience: Int = DiscoveryLimits.questionSeconds, webPort: Int = 443
  ) throws(DiscoveryFailure) {
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let last = parts.last.map({ $0.lowercased() }),
      HostRules.isName(last), last.contains(".")
    else { throw .noDomain }
    domain = last
    rules = HostRules(allowedHosts: allowedHosts, allowsLoopback: allowsLoopback)
    resolver = Resolver(nameserver: nameserver, patience: patience)
    self.webPort = webPort
    pages = PageReader(
      anchors: anchors, bytes: DiscoveryLimits.pageBytes, seconds: DiscoveryLimits.pageSeconds)
  }

  /// Blocks, usually for well under a second, a minute at most.
  ///
  /// A server that may not be used is refused; another one that was announced behind it does not
  /// take its place: somebody may have put it there.
  public func find() throws(DiscoveryFailure) -> FoundServers {
    let deadline = ContinuousClock.now + .seconds(DiscoveryLimits.seconds)
    var imap = try service("_imaps", "_imap")
    var smtp = try service("_submissions", "_submission")
    if imap == nil || smtp == nil {
      do throws(DiscoveryFailure) {
        let page = try page(until: deadline)
        imap = imap ?? page.imap.first
        smtp = smtp ?? page.smtp.first
      } catch {
        // Half an answer of DNS is worth more than none of a page.
        guard imap != nil else { throw error }
      }
    }
    guard let imap else { throw .nothingPublished(domain: domain) }
    return FoundServers(imap: try accepted(imap), smtp: try smtp.map(accepted))
  }

  /// Whether what was found before may still be used: its names, without asking anybody.
  public func allows(_ servers: FoundServers) -> Bool {
    [servers.imap, servers.smtp].allSatisfy { server in
      guard let server else { return true }
      return (try? rules.judge(server.host)) == server.host
    }
  }

  // MARK: - DNS

  /// The best of both names by priority; at the same one, TLS from the first byte (RFC 8314), then
  /// weight. Without chance: the answer is kept, and a different one must mean something.
  private func service(
    _ implicit: String, _ upgraded: String
  ) throws(DiscoveryFailure) -> FoundServer? {
    var best: (service: DNSRecord.Service, security: FoundServer.Security)?
    for (label, security) in [(implicit, FoundServer.Security.implicit), (upgraded, .startTLS)] {
      for service in try resolver.services("\(label)._tcp.\(domain)") {
        // A lone dot means: decidedly not offered.
        guard !service.target.isEmpty, service.port > 0 else { continue }
        guard let known = best?.service, !Self.isBetter(service, than: known, security, best) else {
          best = (service, security)
          continue
        }
      }
    }
    return best.map {
      FoundServer(host: $0.service.target, port: $0.service.port, security: $0.security)
    }
  }

  private static func isBetter(
    _ a: DNSRecord.Service, than b: DNSRecord.Service, _ security: FoundServer.Security,
    _ best: (service: DNSRecord.Service, security: FoundServer.Security)?
  ) -> Bool {
    if a.priority != b.priority { return a.priority < b.priority }
    if security != best?.security { return security == .implicit }
    if a.weight != b.weight { return a.weight > b.weight }
    return a.target < b.target
  }

  // MARK: - Pages

  private func page(
    until deadline: ContinuousClock.Instant
  ) throws(DiscoveryFailure) -> AutoconfigPage {
    var broken: String?
    for (host, path) in [
      ("autoconfig.\(domain)", "/mail/config-v1.1.xml"),
      (domain, "/.well-known/autoconfig/mail/config-v1.1.xml"),
    ] where ContinuousClock.now < deadline {
      let addresses = try resolver.addresses(host)
      guard !addresses.isEmpty else { continue }
      guard addresses.allSatisfy(rules.mayReach) else {
        broken = broken ?? host
        continue
      }
      switch pages.read(
        PageAddress(host: host, port: webPort, path: path), address: addresses[0])
      {
      case .page(let bytes):
        if let page = AutoconfigPage(bytes, domain: domain), !page.imap.isEmpty { return page }
        broken = broken ?? host
      case .absent, .moved: continue
      case .broken: broken = broken ?? host
      }
    }
    if let broken { throw .unreadable(host: broken) }
    throw .nothingPublished(domain: domain)
  }

  // MARK: - May it be used

  private func accepted(_ server: FoundServer) throws(DiscoveryFailure) -> FoundServer {
    var server = server
    server.host = try rules.judge(server.host)
    let addresses = try resolver.addresses(server.host)
    guard !addresses.isEmpty else { throw .noAddress(server.host) }
    guard addresses.allSatisfy(rules.mayReach) else { throw .privateAddress(server.host) }
    return server
  }
}
