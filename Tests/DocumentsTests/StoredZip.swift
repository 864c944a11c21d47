import Foundation
import TestKit

/// A ZIP of stored (not deflated) files, enough of APPNOTE 6.3 for a reader.
struct StoredZip {
  let bytes: [UInt8]

  init(_ files: [(name: String, bytes: [UInt8])]) {
    var out: [UInt8] = []
    var directory: [UInt8] = []
    for file in files {
      let name = Array(file.name.utf8)
      // Version 2.0, names in UTF-8, stored, no date.
      let common =
        Self.little(20, 2) + Self.little(0x800, 2) + Self.little(0, 6)
        + Self.little(Int(Self.crc(file.bytes)), 4) + Self.little(file.bytes.count, 4)
        + Self.little(file.bytes.count, 4) + Self.little(name.count, 2) + Self.little(0, 2)
      directory +=
        [0x50, 0x4B, 1, 2] + Self.little(20, 2) + common + Self.little(0, 10)
        + Self.little(out.count, 4) + name
      out += [0x50, 0x4B, 3, 4] + common + name + file.bytes
    }
    let end =
      [0x50, 0x4B, 5, 6] + Self.little(0, 4) + Self.little(files.count, 2)
      + Self.little(files.count, 2) + Self.little(directory.count, 4)
      + Self.little(out.count, 4) + Self.little(0, 2)
    bytes = out + directory + end
  }

  private static func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> ($0 * 8)) : 0 }
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~value
  }
}

func base64(_ bytes: [UInt8]) -> String {
  Data(bytes).base64EncodedString(options: .lineLength76Characters)
}

/// A deflated archive of zeros, made by the system's Python.
func zeros(megabytes: Int) throws -> [UInt8] {
  let program = """
    import io, sys, zipfile
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for n in range(4):
            z.writestr("DOC%d.XML" % n, b"\\0" * (\(megabytes) * 1000000 // 4))
    sys.stdout.buffer.write(out.getvalue())
    """
  let outcome = try ChildProcess.run("/usr/bin/python3", ["-I", "-c", program])
  guard outcome.code == 0 else { throw KitError.child("python3 made no archive") }
  return outcome.stdout
}
