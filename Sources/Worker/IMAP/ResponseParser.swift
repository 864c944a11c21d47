/// One line of the server, typed.
enum ServerLine: Hashable, Sendable {
  case continuation(ServerText)
  case tagged(tag: [UInt8], Completion)
  case untagged(Response)
}

/// Gives a frame its meaning. Total for untagged data: what cannot be read becomes
/// ``Response/unreadable(name:number:_:)`` and the session goes on.
struct ResponseParser: Sendable {
  let limits: Limits

  func parse(_ frame: Frame) throws(ProtocolViolation) -> ServerLine {
    let line = frame.line
    if line.first == ASCII.plus {
      let text = line.dropFirst()
      return .continuation(ServerText(text.first == ASCII.space ? text.dropFirst() : text))
    }
    guard let space = line.firstIndex(of: ASCII.space), space > 0 else {
      throw .malformedResponse
    }
    let tag = line[..<space]
    if tag.elementsEqual("*".utf8) { return .untagged(untagged(frame, from: space + 1)) }
    guard let status = status(line[(space + 1)...]), status.kind != .bye, status.kind != .preauth
    else { throw .malformedResponse }
    return .tagged(tag: Array(tag), status)
  }

  private func status(_ line: ArraySlice<UInt8>) -> Status? {
    let end = line.firstIndex(of: ASCII.space) ?? line.endIndex
    guard let kind = StatusKind(rawValue: keyword(line[..<end])) else { return nil }
    var text = line[end...].drop { $0 == ASCII.space }
    guard text.first == ASCII.openBracket,
      let close = text.firstIndex(of: ASCII.closeBracket)
    else { return Status(kind: kind, code: nil, text: ServerText(text)) }
    let code = ResponseCode(text[(text.startIndex + 1)..<close])
    text = text[(close + 1)...].drop { $0 == ASCII.space }
    return Status(kind: kind, code: code, text: ServerText(text))
  }

  private func untagged(_ frame: Frame, from start: Int) -> Response {
    if let status = status(frame.line[start...]) { return .status(status) }
    var parser = ValueParser(frame, limits: limits, from: start)
    var name = parser.word()
    var number: UInt32?
    if let first = name.first, (0x30...0x39).contains(first) || first == ASCII.minus {
      guard let parsed = UInt32(digits: name) else {
        return .unreadable(name: keyword(parser.word()), number: nil, .number)
      }
      number = parsed
      name = parser.word()
    }
    do throws(Unreadable) {
      if let number { return try numbered(number, keyword(name), &parser) }
      return try named(keyword(name), &parser)
    } catch {
      return .unreadable(name: keyword(name), number: number, error)
    }
  }

  private func numbered(
    _ number: UInt32, _ name: String, _ parser: inout ValueParser
  ) throws(Unreadable) -> Response {
    switch name {
    case "EXISTS": return .exists(number)
    case "RECENT": return .recent(number)
    case "EXPUNGE":
      guard number != 0 else { throw .number }
      return .expunge(number)
    case "FETCH":
      guard number != 0 else { throw .number }
      guard case .list(let items) = try parser.value(), parser.rest.allSatisfy({ $0 == 0x20 })
      else { throw .syntax }
      return .fetch(try FetchedMessage(sequenceNumber: number, items: items))
    default:
      return .other(name: name, values: try parser.remaining())
    }
  }

  private func named(
    _ name: String, _ parser: inout ValueParser
  ) throws(Unreadable) -> Response {
    switch name {
    case "CAPABILITY": return .capability(Capabilities(words(&parser)))
    case "ENABLED": return .enabled(words(&parser))
    case "FLAGS": return .flags(try ResponseParser.flags(try parser.value()))
    case "LIST": return .list(try list(&parser))
    case "STATUS": return .mailboxStatus(try mailboxStatus(&parser))
    case "SEARCH": return .search(try search(&parser))
    case "VANISHED": return try vanished(&parser)
    case "ESEARCH": return try extendedSearch(&parser)
    case "QUOTA": return .quota(try quota(&parser))
    case "NAMESPACE": return .namespace(try namespaces(parser.value()))
    case "ID": return .id(try id(&parser))
    default: return .other(name: name, values: try parser.remaining())
    }
  }

  private func words(_ parser: inout ValueParser) -> [String] {
    parser.rest.split(separator: ASCII.space).map { keyword($0) }
  }

  static func flags(_ value: Value) throws(Unreadable) -> [Flag] {
    guard let values = value.list else { throw .syntax }
    var flags: [Flag] = []
    for value in values {
      guard let bytes = value.bytes else { throw .syntax }
      flags.append(Flag(String(decoding: bytes, as: UTF8.self)))
    }
    return flags
  }

  private func list(_ parser: inout ValueParser) throws(Unreadable) -> ListedMailbox {
    let attributes = try ResponseParser.flags(try parser.value())
    let delimiter = try parser.value()
    guard delimiter == .nothing || delimiter.bytes?.count == 1 else { throw .syntax }
    return ListedMailbox(
      name: try mailboxName(&parser), delimiter: delimiter.bytes?.first, attributes: attributes)
  }

  /// A mailbox may be called NIL, unquoted.
  private func mailboxName(_ parser: inout ValueParser) throws(Unreadable) -> MailboxName {
    let value = try parser.value()
    if value == .nothing { return MailboxName(raw: Array("NIL".utf8)) }
    guard let raw = value.bytes else { throw .syntax }
    return MailboxName(raw: raw)
  }

  private func mailboxStatus(_ parser: inout ValueParser) throws(Unreadable) -> MailboxStatus {
    var status = MailboxStatus(name: try mailboxName(&parser))
    guard let items = try parser.value().list, items.count % 2 == 0 else { throw .syntax }
    for index in stride(from: 0, to: items.count, by: 2) {
      guard let name = items[index].digits else { throw .syntax }
      let digits = items[index + 1].digits ?? []
      switch keyword(name) {
      case "MESSAGES": status.messages = try number(digits)
      case "UNSEEN": status.unseen = try number(digits)
      case "UIDNEXT": status.uidNext = UID(try number(digits))
      case "UIDVALIDITY": status.uidValidity = UIDValidity(try number(digits))
      case "HIGHESTMODSEQ":
        status.highestModificationSequence = ModificationSequence(digits: digits)
      default: break
      }
    }
    return status
  }

  private func number(_ digits: [UInt8]) throws(Unreadable) -> UInt32 {
    guard let number = UInt32(digits: digits) else { throw .number }
    return number
  }

  /// Read without values: a SEARCH of a hundred thousand numbers is one array of them.
  private func search(_ parser: inout ValueParser) throws(Unreadable) -> [UID] {
    var uids: [UID] = []
    for word in parser.rest.split(separator: ASCII.space) {
      // RFC 7162 ends the answer with `(MODSEQ n)`.
      if word.first == ASCII.openParenthesis { break }
      guard let uid = UID(digits: word) else { throw .number }
      uids.append(uid)
    }
    return uids
  }

  private func vanished(_ parser: inout ValueParser) throws(Unreadable) -> Response {
    var word = parser.word()
    let earlier = keyword(word) == "(EARLIER)"
    if earlier { word = parser.word() }
    guard let set = UIDSet(parsing: word), set.tail == nil else { throw .number }
    return .vanished(set, earlier: earlier)
  }

  /// `(TAG "A1") UID ALL 4:18,21`, each item optional; no ALL means that nothing was found.
  private func extendedSearch(_ parser: inout ValueParser) throws(Unreadable) -> Response {
    let values = try parser.remaining()
    var found = UIDSet()
    for (index, value) in values.enumerated() {
      guard let name = value.digits, keyword(name) == "ALL", index + 1 < values.count else {
        continue
      }
      guard let digits = values[index + 1].digits, let set = UIDSet(parsing: digits),
        set.tail == nil
      else { throw .number }
      found = set
    }
    return .extendedSearch(found)
  }

  private func quota(_ parser: inout ValueParser) throws(Unreadable) -> Quota {
    guard let root = try parser.value().bytes, let items = try parser.value().list,
      items.count % 3 == 0
    else { throw .syntax }
    var resources: [Quota.Resource] = []
    for index in stride(from: 0, to: items.count, by: 3) {
      guard let name = items[index].digits,
        let usage = items[index + 1].digits.flatMap({ UInt64(digits: $0) }),
        let limit = items[index + 2].digits.flatMap({ UInt64(digits: $0) })
      else { throw .number }
      resources.append(Quota.Resource(name: keyword(name), usage: usage, limit: limit))
    }
    return Quota(root: ServerText(root), resources: resources)
  }

  /// The first of the three lists: `(("INBOX." "."))` or NIL.
  private func namespaces(_ personal: Value) throws(Unreadable) -> [Namespace] {
    if personal == .nothing { return [] }
    guard let entries = personal.list else { throw .syntax }
    var found: [Namespace] = []
    for entry in entries {
      guard let items = entry.list, items.count >= 2, let prefix = items[0].bytes,
        items[1] == .nothing || items[1].bytes?.count == 1
      else { throw .syntax }
      found.append(Namespace(prefix: MailboxName(raw: prefix), delimiter: items[1].bytes?.first))
    }
    return found
  }

  private func id(_ parser: inout ValueParser) throws(Unreadable) -> [String: ServerText] {
    guard let items = try parser.value().list else { return [:] }
    guard items.count % 2 == 0, items.count <= 60 else { throw .syntax }
    var fields: [String: ServerText] = [:]
    for index in stride(from: 0, to: items.count, by: 2) {
      guard let name = items[index].bytes, let value = items[index + 1].bytes else { continue }
      fields[String(decoding: name, as: UTF8.self).lowercased()] = ServerText(value)
    }
    return fields
  }
}
