import CMIME

/// How the content of a part travelled (RFC 2045 6).
public enum TransferEncoding: String, Sendable {
  case identity, base64, quotedPrintable = "quoted-printable", uuencode

  /// `nil` for a name nobody knows; the bytes are then taken as they came.
  init?(name: String) {
    switch name.lowercased() {
    case "", "7bit", "8bit", "binary", "7-bit", "8-bit": self = .identity
    case "base64": self = .base64
    case "quoted-printable": self = .quotedPrintable
    case "uuencode", "x-uuencode", "x-uue", "x-uu": self = .uuencode
    default: return nil
    }
  }
}

/// Swift's side of the codecs in CMIME.
enum Transfer {
  static func base64(_ text: ArraySlice<UInt8>) -> [UInt8] {
    text.withUnsafeBufferPointer { decode($0, .base64).bytes }
  }

  static func decode(
    _ input: UnsafeBufferPointer<UInt8>, _ encoding: TransferEncoding
  ) -> (bytes: [UInt8], broken: Bool) {
    guard let base = input.baseAddress, !input.isEmpty else { return ([], false) }
    var broken: UInt64 = 0
    let bytes: [UInt8]
    switch encoding {
    case .identity:
      bytes = Array(input)
    case .base64:
      let room = input.count / 4 * 3 + 6
      bytes = [UInt8](unsafeUninitializedCapacity: room) { out, count in
        var state = cmime_base64()
        count = cmime_base64_step(&state, base, input.count, out.baseAddress)
        if let start = out.baseAddress { count += cmime_base64_end(&state, start + count) }
        broken = state.broken
      }
    case .quotedPrintable:
      bytes = [UInt8](unsafeUninitializedCapacity: input.count) { out, count in
        count = cmime_quoted_decode(base, input.count, out.baseAddress, &broken)
      }
    case .uuencode:
      bytes = [UInt8](unsafeUninitializedCapacity: input.count) { out, count in
        count = cmime_uu_decode(base, input.count, out.baseAddress, &broken)
      }
    }
    return (bytes, broken > 0)
  }

  /// Decoded size; base64 is counted without decoding, so that large attachments cost nothing.
  static func size(
    _ input: UnsafeBufferPointer<UInt8>, _ encoding: TransferEncoding
  ) -> (size: Int, broken: Bool) {
    guard let base = input.baseAddress, !input.isEmpty else { return (0, false) }
    switch encoding {
    case .identity: return (input.count, false)
    case .base64:
      var broken: UInt64 = 0
      let size = cmime_base64_size(base, input.count, &broken)
      return (Int(size), broken > 0)
    case .quotedPrintable, .uuencode:
      let (bytes, broken) = decode(input, encoding)
      return (bytes.count, broken)
    }
  }
}
