import Foundation

/// Where a page lies on the web: what is understood of an `http` or `https` URL.
struct PageAddress: Hashable, Sendable {
  var isEncrypted: Bool
  /// In lower case; what it may be is for ``HostRules`` to say.
  var host: String
  var port: Int
  /// Path and query, as they are asked for.
  var target: String

  /// A page over HTTPS.
  init(host: String, port: Int, path: String) {
    (isEncrypted, self.host, self.port, target) = (true, host, port, path)
  }

  /// nil for another scheme, a name with a password, or anything that is no plain ASCII.
  init?(_ url: String) {
    guard (1...2_048).contains(url.utf8.count), url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), parts.user == nil, parts.password == nil,
      let host = parts.host?.lowercased(), !host.isEmpty
    else { return nil }
    isEncrypted = scheme == "https"
    self.host = host
    port = parts.port ?? (isEncrypted ? 443 : 80)
    guard (1...65_535).contains(port) else { return nil }
    let path = parts.percentEncodedPath
    target = (path.isEmpty ? "/" : path) + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
  }

  /// For the request: the port only when it is not the usual one (RFC 9110, 7.2).
  var name: String { port == (isEncrypted ? 443 : 80) ? host : "\(host):\(port)" }

  /// Where a redirection leads; nil when it cannot be followed. Never from HTTPS to plain HTTP.
  func moved(to location: String) -> PageAddress? {
    let here = "\(isEncrypted ? "https" : "http")://\(name)\(target)"
    guard let base = URL(string: here),
      let next = URL(string: location, relativeTo: base)?.absoluteString,
      let place = PageAddress(next), place.isEncrypted || !isEncrypted
    else { return nil }
    return place
  }
}
