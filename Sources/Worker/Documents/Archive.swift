import CDocuments

/// A ZIP archive in memory. Names are what the sender wrote: shown, never used as a path.
enum Archive {
  struct Entry {
    let name: String
    let bytes: [UInt8]
    /// Only its beginning was inflated.
    let isCut: Bool
  }

  struct Content {
    var entries: [Entry]
    var end: MarkupEnd
  }

  /// Inflates under the caps of `DocumentLimits`, good entries first come first served; stops
  /// rather than inflate more, whatever the headers promise (M08).
  static func open(_ bytes: [UInt8]) -> Content {
    var caps = cdoc_archive_caps(
      entries: DocumentLimits.archiveEntries, total_bytes: DocumentLimits.archiveBytes,
      entry_bytes: DocumentLimits.archiveEntryBytes)
    let box = Box()
    let code = withExtendedLifetime(box) {
      bytes.withUnsafeBufferPointer { buffer in
        cdoc_zip(
          buffer.baseAddress, buffer.count, &caps, Unmanaged.passUnretained(box).toOpaque()
        ) { context, name, content, length, cut in
          guard let context else { return 1 }
          let entries = Unmanaged<Box>.fromOpaque(context).takeUnretainedValue()
          entries.list.append(
            Entry(
              name: name.map { String(cString: $0) } ?? "",
              bytes: Array(UnsafeBufferPointer(start: content, count: length)), isCut: cut != 0))
          return 0
        }
      }
    }
    return Content(entries: box.list, end: MarkupEnd(code))
  }

  private final class Box {
    var list: [Entry] = []
  }
}

/// Base64 inside XML: blanks are skipped, the first other foreign character ends it.
func decodedBase64(_ text: String) -> [UInt8] {
  var out: [UInt8] = []
  out.reserveCapacity(text.utf8.count / 4 * 3)
  var bits: UInt32 = 0
  var count = 0
  for byte in text.utf8 {
    let value: UInt8
    switch byte {
    case 0x41...0x5A: value = byte - 0x41
    case 0x61...0x7A: value = byte - 0x61 + 26
    case 0x30...0x39: value = byte - 0x30 + 52
    case 0x2B: value = 62
    case 0x2F: value = 63
    case 0x09, 0x0A, 0x0D, 0x20: continue
    default: return out
    }
    bits = (bits << 6 | UInt32(value)) & 0xFF_FFFF
    count += 1
    if count % 4 != 1 { out.append(UInt8(truncatingIfNeeded: bits >> [0, 0, 4, 2][count % 4])) }
  }
  return out
}
