// Discovery, the directory of doors: where the servers of a BAL are, asked of its own domain.

/// A server as its domain names it.
public struct FoundServer: Hashable, Sendable, Codable {
  public enum Security: String, Hashable, Sendable, Codable {
    case startTLS = "starttls"
    case implicit
  }

  /// A DNS name in lower case, without the final dot.
  public var host: String
  public var port: Int
  public var security: Security

  public init(host: String, port: Int, security: Security) {
    self.host = host
    self.port = port
    self.security = security
  }
}

/// What a domain says of its servers.
public struct FoundServers: Hashable, Sendable, Codable {
  public var imap: FoundServer
  /// nil: the domain names none, and nothing can be sent.
  public var smtp: FoundServer?

  public init(imap: FoundServer, smtp: FoundServer?) {
    self.imap = imap
    self.smtp = smtp
  }
}

/// Why no server could be found. Hosts here are plain DNS names: letters, digits, `-`, `_`, `.`.
public enum DiscoveryFailure: Error, Hashable, Sendable {
  /// The address of the BAL has no domain to ask.
  case noDomain
  /// No name server answers.
  case unreachable
  case nothingPublished(domain: String)
  /// The page that should say it cannot be read or believed.
  case unreadable(host: String)
  /// A server outside mssante.fr that the administrator did not name.
  case foreignHost(String)
  /// An address, in whatever spelling, where a name belongs: no certificate proves it.
  case notAName(String)
  case noAddress(String)
  /// A name that leads to this machine or into a private network.
  case privateAddress(String)

  /// Stable, for `SyncStatus.failure` and logs.
  public var code: String {
    switch self {
    case .noDomain: "autoconfig.domain"
    case .unreachable: "autoconfig.network"
    case .nothingPublished: "autoconfig.nothing"
    case .unreadable: "autoconfig.page"
    case .foreignHost: "autoconfig.host"
    case .notAName: "autoconfig.literal"
    case .noAddress: "autoconfig.name"
    case .privateAddress: "autoconfig.private"
    }
  }

  public var french: String {
    switch self {
    case .noDomain:
      "L’adresse de la BAL n’a pas de domaine à interroger ; corrigez « address »."
    case .unreachable:
      "Aucun serveur de noms ne répond ; vérifiez le réseau. La boîte reste utilisable hors ligne."
    case .nothingPublished(let domain):
      "« \(domain) » ne dit pas où sont ses serveurs ; nommez-les dans « imap » et « smtp »."
    case .unreadable(let host):
      "« \(host) » n’a pas donné de page lisible et sûre ; nommez les serveurs dans « imap » et "
        + "« smtp », ou prévenez l’opérateur."
    case .foreignHost(let host):
      "Le serveur annoncé, « \(host) », n’est pas sous mssante.fr : refusé. S’il est le bon, "
        + "nommez-le dans « token_hosts »."
    case .notAName(let host):
      "Le serveur annoncé, « \(host) », est une adresse et non un nom : refusé, rien ne prouve qui "
        + "y répond. Prévenez l’opérateur."
    case .noAddress(let host):
      "Le serveur annoncé, « \(host) », n’a pas d’adresse ; prévenez l’opérateur."
    case .privateAddress(let host):
      "Le serveur annoncé, « \(host) », est dans un réseau privé : refusé. Prévenez l’opérateur."
    }
  }

  public var english: String {
    switch self {
    case .noDomain: "The BAL's address has no domain to ask; correct \"address\"."
    case .unreachable:
      "No name server answers; check the network. The inbox stays usable offline."
    case .nothingPublished(let domain):
      "\"\(domain)\" does not say where its servers are; name them in \"imap\" and \"smtp\"."
    case .unreadable(let host):
      "\"\(host)\" gave no page that can be read and believed; name the servers in \"imap\" and "
        + "\"smtp\", or tell the operator."
    case .foreignHost(let host):
      "The announced server, \"\(host)\", is not under mssante.fr: refused. If it is the right "
        + "one, name it in \"token_hosts\"."
    case .notAName(let host):
      "The announced server, \"\(host)\", is an address and no name: refused, nothing proves who "
        + "answers there. Tell the operator."
    case .noAddress(let host):
      "The announced server, \"\(host)\", has no address; tell the operator."
    case .privateAddress(let host):
      "The announced server, \"\(host)\", is in a private network: refused. Tell the operator."
    }
  }
}

/// The caps of this room.
public enum DiscoveryLimits {
  /// Records of one DNS answer that are looked at.
  static let records = 64
  /// Seconds before a question to a name server is put a second time, and last.
  public static let questionSeconds = 2
  /// Bytes of a page, seconds for the whole of it, and what it may be made of.
  static let pageBytes = 64 << 10
  static let pageSeconds = 10
  /// Seconds for the whole of a revocation list, and how often it may lie elsewhere.
  static let listSeconds = 15
  static let moves = 2
  static let elements = 500
  static let depth = 8
  /// Seconds after which nothing more is asked.
  static let seconds = 40
}
