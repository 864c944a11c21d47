import CMIME

/// Turns the table of CMIME into a `ParsedMessage`.
struct MessageReader {
  private let raw: [UInt8]
  private var log = DefectLog()
  private var slots: [HeaderSlot] = []
  private var parts: [Part] = []

  init(raw: [UInt8]) { self.raw = raw }

  mutating func read() -> ParsedMessage {
    let table = raw.withUnsafeBufferPointer { buffer in
      // An empty array has no address; one byte that is never read stands in.
      withUnsafePointer(to: UInt8(0)) { cmime_parse(buffer.baseAddress ?? $0, buffer.count) }
    }
    if let table {
      noteFlags(cmime_flags(table))
      readTable(table)
      cmime_free(table)
    } else {
      log.note(.memory)
      let whole = cmime_part(
        parent: -1, depth: 0, kind: Int32(CMIME_LEAF), flags: 0, first_header: 0,
        header_count: 0, content_begin: 0, content_length: UInt64(raw.count))
      parts.append(part(whole, index: 0))
    }
    let headers = messageHeaders()
    let envelope = EnvelopeReader.read(headers, log: &log)
    var selection = BodySelection(parts: parts)
    selection.run()
    parts = selection.parts
    let bodies = readBodies(selection.bodies)
    return ParsedMessage(
      raw: raw, headers: headers, envelope: envelope, parts: parts, bodyParts: bodies,
      defects: log.list, slots: slots)
  }

  private mutating func noteFlags(_ flags: UInt32) {
    let meanings: [(Int, DefectCode)] = [
      (CMIME_CUT_PARTS, .parts), (CMIME_CUT_HEADERS, .headers), (CMIME_CUT_DEPTH, .depth),
      (CMIME_TRUNCATED, .truncated), (CMIME_NO_HEADERS, .noHeaders), (CMIME_MBOX_LINE, .mboxLine),
      (CMIME_CUT_INPUT, .input), (CMIME_BAD_HEADER, .badHeader),
    ]
    for (bit, code) in meanings where Int(flags) & bit != 0 { log.note(code) }
  }

  private mutating func readTable(_ table: OpaquePointer) {
    var headerCount = 0
    if let headers = cmime_headers(table, &headerCount) {
      slots = UnsafeBufferPointer(start: headers, count: headerCount).map { header in
        HeaderSlot(
          name: Self.range(header.name_begin, header.name_length),
          value: Self.range(header.value_begin, header.value_length))
      }
    }
    var partCount = 0
    guard let rows = cmime_parts(table, &partCount) else { return }
    parts.reserveCapacity(partCount)
    for (index, row) in UnsafeBufferPointer(start: rows, count: partCount).enumerated() {
      if Int(row.flags) & CMIME_PART_UNCLOSED != 0 {
        log.note(.truncated)
      }
      parts.append(part(row, index: index))
    }
  }

  private static func range(_ begin: UInt64, _ length: UInt64) -> Range<Int> {
    Int(begin)..<Int(begin + length)
  }

  private mutating func part(_ row: cmime_part, index: Int) -> Part {
    let headers = Self.range(row.first_header, row.header_count)
    let n = index + 1
    var defects: Set<DefectCode> = []
    let type = contentType(row, headers, defects: &defects)
    let encoding = transferEncoding(headers, defects: &defects)
    let disposition = value("content-disposition", headers).map {
      ParameterizedValue($0, defects: &defects)
    }
    let content = Self.range(row.content_begin, row.content_length)
    var kind = Self.kind(row)
    let decoding = kind == .leaf && row.kind == CMIME_LEAF ? encoding : .identity
    let (size, broken) = raw.withUnsafeBufferPointer { buffer in
      Transfer.size(UnsafeBufferPointer(rebasing: buffer[content]), decoding)
    }
    if broken { defects.insert(Self.damage(encoding)) }
    if Int(row.flags) & CMIME_PART_NO_BOUNDARY != 0 {
      defects.insert(.boundaryMissing)
      let boundary = type.parameters["boundary"] ?? ""
      if !boundary.isEmpty, !hasForeignBoundary(content, boundary) { kind = .unopened }
    }
    log.note(defects, part: n)
    let name = disposition?.parameters["filename"] ?? type.parameters["name"]
    return Part(
      n: n, parent: row.parent < 0 ? nil : Int(row.parent) + 1, depth: Int(row.depth),
      contentType: type.main, parameters: type.parameters,
      disposition: disposition.flatMap { $0.main.isEmpty ? nil : $0.main },
      filename: name.flatMap { $0.isEmpty ? nil : $0 }, contentID: contentID(headers),
      transferEncoding: decoding, size: size, role: kind == .multipart ? .container : .attachment,
      content: content, headers: headers, kind: kind)
  }

  /// True when a line begins with "--" and is not our boundary: the boundary was declared wrongly
  /// and the lines are worth reading. Otherwise they are only what precedes a first part that never
  /// came.
  private func hasForeignBoundary(_ content: Range<Int>, _ boundary: String) -> Bool {
    let ours = Array("--\(boundary)".utf8)
    var begin = content.lowerBound
    while begin < content.upperBound {
      let end = raw[begin..<content.upperBound].firstIndex(of: 0x0A) ?? content.upperBound
      let line = raw[begin..<end]
      // The torn beginning of our own boundary is ours too.
      if line.starts(with: [0x2D, 0x2D]), !line.starts(with: ours), !ours.starts(with: line) {
        return true
      }
      begin = end + 1
    }
    return false
  }

  private static func kind(_ row: cmime_part) -> Part.Kind {
    if Int(row.flags) & CMIME_PART_TOO_DEEP != 0 { return .unopened }
    switch Int(row.kind) {
    case CMIME_MULTIPART: return .multipart
    case CMIME_MESSAGE: return .message
    default: return .leaf
    }
  }

  private static func damage(_ encoding: TransferEncoding) -> DefectCode {
    switch encoding {
    case .quotedPrintable: .quotedPrintable
    case .uuencode: .uuencode
    case .identity, .base64: .base64
    }
  }

  private func contentType(
    _ row: cmime_part, _ headers: Range<Int>, defects: inout Set<DefectCode>
  ) -> ParameterizedValue {
    let digest = row.parent >= 0 && parts[Int(row.parent)].contentType == "multipart/digest"
    guard let raw = value("content-type", headers) else {
      var type = ParameterizedValue()
      type.main = digest ? "message/rfc822" : "text/plain"
      return type
    }
    var type = ParameterizedValue(raw, defects: &defects)
    let halves = type.main.split(separator: "/", omittingEmptySubsequences: false)
    if halves.count != 2 || halves.contains(where: \.isEmpty) {
      defects.insert(.contentType)
      type.main = "text/plain"
    }
    return type
  }

  private func transferEncoding(
    _ headers: Range<Int>, defects: inout Set<DefectCode>
  ) -> TransferEncoding {
    guard let raw = value("content-transfer-encoding", headers) else { return .identity }
    if let known = TransferEncoding(name: ParameterizedValue(raw, defects: &defects).main) {
      return known
    }
    defects.insert(.encodingUnknown)
    return .identity
  }

  private func contentID(_ headers: Range<Int>) -> String? {
    guard let raw = value("content-id", headers) else { return nil }
    var ignored: Set<DefectCode> = []
    return EnvelopeReader.messageIDs(EncodedWord.decode(raw, defects: &ignored)).first
  }

  /// Raw value of the first header of that name among some slots.
  private func value(_ name: String, _ headers: Range<Int>) -> [UInt8]? {
    let wanted = name.utf8
    let slot = slots[headers].first { slot in
      slot.name.count == wanted.count
        && zip(raw[slot.name], wanted).allSatisfy { $0 == $1 || ($0 | 0x20) == $1 }
    }
    return slot.map { Array(raw[$0.value]) }
  }

  private mutating func messageHeaders() -> [HeaderField] {
    guard let root = parts.first else { return [] }
    return slots[root.headers].map { slot in
      var defects: Set<DefectCode> = []
      let field = slot.field(in: raw, defects: &defects)
      if !defects.isEmpty { log.note(defects) }
      return field
    }
  }

  private mutating func readBodies(_ chosen: [(Int, BodyChoice.Kind)]) -> [BodyChoice] {
    chosen.map { index, kind in
      let part = parts[index]
      var defects: Set<DefectCode> = []
      let content = raw.withUnsafeBufferPointer { buffer in
        Transfer.decode(UnsafeBufferPointer(rebasing: buffer[part.content]), part.transferEncoding)
          .bytes
      }
      let text = TextReader.text(part, content, defects: &defects)
      log.note(defects, part: part.n)
      return BodyChoice(kind: kind, part: part.n, text: text)
    }
  }
}
