import FoundationEssentials

/// Base64 on one line (RFC 4648, 4), as AUTH wants it.
func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

/// nil for what is no base64.
func decoded(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { [UInt8]($0) } }
