import Foundation

/// Whom a token of OpenID Connect stands for, as far as it says so itself (RFC 7519). For the
/// journal only: nothing is decided by it, and its signature is the operator's to check.
enum TokenHolder {
  private struct Claims: Decodable {
    var preferredUsername: String?
    var sub: String?

    private enum CodingKeys: String, CodingKey {
      case preferredUsername = "preferred_username"
      case sub
    }
  }

  /// nil for a token that is opaque, or says nothing printable.
  static func name(in token: String) -> String? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].utf8.count <= 16_384 else { return nil }
    var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
    text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: text),
      let claims = try? JSONDecoder().decode(Claims.self, from: data),
      let name = claims.preferredUsername ?? claims.sub
    else { return nil }
    let isPlain = name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isPlain && (1...64).contains(name.utf8.count) ? name : nil
  }
}
