extension English {
  /// Why a server is not believed, and what to do; each code has its own words.
  func tlsAdvice(_ code: String) -> String {
    switch code {
    case "tls.expired":
      "The server's certificate has expired: nothing was sent. Tell the operator."
    case "tls.not-yet":
      "The server's certificate is not valid yet: nothing was sent. Check this machine's clock."
    case "tls.revoked":
      "The server's certificate was revoked: nothing was sent. Tell the operator."
    case "tls.self-signed":
      "The server made its own certificate: nothing was sent. Check \"host\"."
    case "tls.authority":
      "The server's certificate comes from no known authority. Check \"trust\"."
    case "tls.host":
      "The server's certificate bears another name: nothing was sent. Check \"host\"."
    case "tls.handshake":
      "No encryption could be agreed. Check the port and \"tls\"."
    case "tls.plaintext":
      "The server speaks in clear on this port: nothing was sent. Check the port and \"tls\"."
    case "tls.protocol":
      "The server does not know TLS 1.2: nothing was sent. Tell the operator."
    case "tls.not-offered":
      "The server does not offer the required encryption: nothing was sent. Tell the operator."
    case "tls.tampered":
      "Somebody spoke in clear where only TLS may: nothing was sent. Tell the operator."
    case "tls.anchors":
      "A file of \"trust\" is missing or no PEM certificate. Correct the configuration."
    case "tls.crl":
      "The list of revoked certificates is missing, too old or a stranger's. Check \"crl\"."
    case "tls.crl-fetch":
      "The list of revoked certificates could not be fetched and none is kept. Check the "
        + "network and the address in \"crl\"."
    case "tls.client":
      "Our certificate or its key cannot be used. Check \"auth\", then Enter."
    case "tls.client-refused":
      "The server refuses our certificate. See whether it is still valid, and \"auth\"."
    case "tls.card":
      "The card is not in its reader. Insert it, then Enter."
    case "tls.pin":
      "The card refuses its PIN. One attempt was made: correct \"pin_command\", then Enter."
    default:
      "The server's identity is not proved: nothing was sent. \"mssterm doctor\" says why."
    }
  }
}
