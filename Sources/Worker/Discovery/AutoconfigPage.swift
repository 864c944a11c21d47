/// What a `config-v1.1.xml` says: only servers that encrypt are read of it, in the order of the
/// page, which is that of preference.
///
/// Source: the draft "Autoconfig" of Thunderbird's makers (benbucksch, draft-ietf-mailmaint).
struct AutoconfigPage: Equatable {
  var imap: [FoundServer]
  var smtp: [FoundServer]

  /// - Parameter domain: takes the place of `%EMAILDOMAIN%`.
  init?(_ bytes: [UInt8], domain: String) {
    guard let root = Markup.read(bytes), root.name == "clientConfig",
      let provider = root.children("emailProvider").first
    else { return nil }
    func servers(_ name: String, _ type: String) -> [FoundServer] {
      provider.children(name).filter { $0.attributes["type"]?.lowercased() == type }
        .compactMap { Self.server($0, domain) }
    }
    imap = servers("incomingServer", "imap")
    smtp = servers("outgoingServer", "smtp")
  }

  private static func server(_ element: Element, _ domain: String) -> FoundServer? {
    func value(_ name: String) -> String? {
      element.children(name).first.map { words($0.text) }
    }
    guard let host = value("hostname"), let port = value("port").flatMap({ UInt16($0) }), port > 0
    else { return nil }
    let security: FoundServer.Security
    switch value("socketType")?.uppercased() {
    case "SSL": security = .implicit
    case "STARTTLS": security = .startTLS
    // In clear, or unknown: such a door is none.
    default: return nil
    }
    return FoundServer(
      host: host.lowercased().split(separator: "%emaildomain%", omittingEmptySubsequences: false)
        .joined(separator: domain),
      port: Int(port), security: security)
  }

  private static func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
