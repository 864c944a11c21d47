/// Small valid documents made by hand, so that the demonstration needs no file.
public enum SampleDocuments {
  /// One A4 page of text, PDF 1.4, Helvetica with WinAnsi accents.
  public static func pdf(_ lines: [String]) -> [UInt8] {
    var content = Array("BT /F1 11 Tf 56 780 Td 16 TL\n".utf8)
    for line in lines {
      content += [0x28]
      for byte in winAnsi(line) {
        if byte == 0x28 || byte == 0x29 || byte == 0x5C { content.append(0x5C) }
        content.append(byte)
      }
      content += Array(") Tj T*\n".utf8)
    }
    content += Array("ET\n".utf8)
    let objects: [[UInt8]] = [
      Array("<< /Type /Catalog /Pages 2 0 R >>".utf8),
      Array("<< /Type /Pages /Kids [3 0 R] /Count 1 >>".utf8),
      Array(
        ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
          + "/Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>").utf8),
      Array(
        ("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
          + "/Encoding /WinAnsiEncoding >>").utf8),
      Array("<< /Length \(content.count) >>\nstream\n".utf8) + content + Array("endstream".utf8),
    ]
    var file = Array("%PDF-1.4\n".utf8)
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(file.count)
      file += Array("\(index + 1) 0 obj\n".utf8) + object + Array("\nendobj\n".utf8)
    }
    let table = file.count
    file += Array("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n".utf8)
    for offset in offsets {
      let digits = String(offset)
      let padded = String(repeating: "0", count: 10 - digits.count) + digits
      file += Array("\(padded) 00000 n \n".utf8)
    }
    let trailer = "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(table)\n"
    return file + Array((trailer + "%%EOF\n").utf8)
  }

  private static func winAnsi(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "œ": 0x9C
      case "Œ": 0x8C
      case "’": 0x92
      case "–": 0x96
      case "€": 0x80
      default: scalar.value < 0x100 ? UInt8(scalar.value) : 0x3F
      }
    }
  }

  /// A grey PNG of lines like handwriting: stands for the photo of a prescription.
  public static func photo(random: inout SampleRandom) -> [UInt8] {
    let width = 120
    let height = 160
    var pixels: [UInt8] = []
    for row in 0..<height {
      pixels.append(0)
      let isWriting = row > 20 && row % 12 < 2
      for column in 0..<width {
        let isInk = isWriting && column > 12 && column < 100 && random.next() % 3 != 0
        pixels.append(isInk ? 40 : 235)
      }
    }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", big(UInt32(width)) + big(UInt32(height)) + [8, 0, 0, 0, 0])
      + chunk("IDAT", stored(pixels)) + chunk("IEND", [])
  }

  /// zlib with one stored block: no compressor needed (RFC 1950, RFC 1951 3.2.4).
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt16(bytes.count)
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    let ends = [
      UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8),
    ]
    return [0x78, 0x01, 0x01] + ends + bytes + big(high << 16 | low)
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return big(UInt32(data.count)) + body + big(crc(body))
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~value
  }

  private static func big(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
