/// The smallest valid PDF with text: one A4 page per value, Helvetica, Latin-1 letters.
public struct TinyPDF: Sendable {
  /// The lines of the page, from the top. Letters outside Latin-1 become « ? ».
  public var lines: [String]

  public init(lines: [String]) { self.lines = lines }

  /// The file (PDF 1.4, ISO 32000-1 section 7.5: header, objects, cross-reference, trailer).
  public var bytes: [UInt8] {
    var file = Array("%PDF-1.4\n".utf8)
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(file.count)
      file += Array("\(index + 1) 0 obj\n".utf8) + object + Array("\nendobj\n".utf8)
    }
    let table = offsets.map { Self.padded($0) + " 00000 n \n" }.joined()
    let trailer = """
      xref
      0 \(offsets.count + 1)
      0000000000 65535 f \n\(table)trailer
      << /Size \(offsets.count + 1) /Root 1 0 R >>
      startxref
      \(file.count)
      %%EOF

      """
    return file + Array(trailer.utf8)
  }

  private var objects: [[UInt8]] {
    let stream = content
    return [
      Array("<< /Type /Catalog /Pages 2 0 R >>".utf8),
      Array("<< /Type /Pages /Kids [3 0 R] /Count 1 >>".utf8),
      Array(
        """
        << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
        /Resources << /Font << /F1 5 0 R >> >> >>
        """.utf8),
      Array("<< /Length \(stream.count) >>\nstream\n".utf8) + stream + Array("\nendstream".utf8),
      Array(
        """
        << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>
        """.utf8),
    ]
  }

  private var content: [UInt8] {
    let show = lines.map { Array("(".utf8) + Self.escaped($0) + Array(") Tj T*\n".utf8) }
    return Array("BT /F1 12 Tf 16 TL 56 786 Td\n".utf8) + show.flatMap { $0 } + Array("ET".utf8)
  }

  private static func escaped(_ line: String) -> [UInt8] {
    line.unicodeScalars.flatMap { scalar -> [UInt8] in
      let byte = UInt8(exactly: scalar.value) ?? UInt8(ascii: "?")
      return "()\\".unicodeScalars.contains(scalar) ? [UInt8(ascii: "\\"), byte] : [byte]
    }
  }

  private static func padded(_ number: Int) -> String {
    String(repeating: "0", count: 10 - "\(number)".count) + "\(number)"
  }
}
