/// Why a command cannot be written safely.
public enum EncodingError: Error, Hashable, Sendable {
  /// NUL anywhere, or a control where the protocol has no way to quote it.
  case unsafeText
  /// A flag, extension or field name with a character that no atom may hold.
  case notAnAtom
  /// A set without any UID, or a list of items without any item.
  case empty
  /// A date outside the years 1 to 9999.
  case date
  /// A part that is not written as numbers and dots.
  case part
}

/// Writes one command as chunks; after each chunk but the last the server must say `+`.
///
/// Data becomes protocol nowhere: a string is quoted only when every byte is printable ASCII,
/// else it is a literal whose length precedes it (I09).
struct CommandEncoder {
  private(set) var chunks: [[UInt8]] = [[]]
  private let nonSynchronisingLiteral: Int
  private let capabilities: Capabilities

  init(capabilities: Capabilities?) {
    self.capabilities = capabilities ?? Capabilities([])
    self.nonSynchronisingLiteral = self.capabilities.nonSynchronisingLiteral
  }

  static func chunks(
    of command: Command, tag: String, capabilities: Capabilities?
  ) throws(EncodingError) -> [[UInt8]] {
    var encoder = CommandEncoder(capabilities: capabilities)
    encoder.raw("\(tag) \(command)")
    try encoder.arguments(of: command)
    return encoder.chunks
  }

  private mutating func arguments(of command: Command) throws(EncodingError) {
    switch command {
    case .authenticate(let authentication):
      return try authenticate(authentication)
    case .capability, .noop, .logout, .startTLS, .idle, .unselect, .namespace,
      .compress:
      break
    case .id(let fields):
      try id(fields)
    case .quotaRoot(let name), .delete(let name):
      try strings([name.raw])
    case .rename(let old, let new):
      try strings([old.raw, new.raw])
    case .copy(let uids, let name), .move(let uids, let name):
      try set(uids)
      try strings([name.raw])
    case .expunge(let uids):
      try set(uids)
    case .login(let user, let password):
      try strings([Array(user.utf8), Array(password.utf8)])
    case .enable(let names):
      guard !names.isEmpty else { throw .empty }
      for name in names {
        raw(" ")
        try atom(name)
      }
    case .list(let pattern, let status):
      try strings([[], ModifiedUTF7.encode(pattern)])
      listReturns(status)
    case .select(let name, _, let resync):
      try strings([name.raw])
      self.resync(resync)
    case .create(let name):
      try strings([name.raw])
    case .status(let name, let items):
      guard !items.isEmpty else { throw .empty }
      try strings([name.raw])
      raw(" (" + items.map(\.rawValue).joined(separator: " ") + ")")
    case .fetch(let uids, let items, let since, let vanished):
      guard !items.isEmpty else { throw .empty }
      try set(uids)
      var names: [String] = []
      for item in items { names.append(try word(for: item)) }
      raw(" (" + names.joined(separator: " ") + ")")
      if let since { raw(" (CHANGEDSINCE \(since)\(vanished ? " VANISHED" : ""))") }
    case .search(let keys):
      try search(keys)
    case .store(let uids, let change, let flags, let silent, let unchangedSince):
      guard !flags.isEmpty else { throw .empty }
      try set(uids)
      if let unchangedSince { raw(" (UNCHANGEDSINCE \(unchangedSince))") }
      raw((change == .add ? " +" : " -") + "FLAGS" + (silent ? ".SILENT" : ""))
      try list(flags)
    case .append(let name, let flags, let date, let message):
      try append(name, flags, date, message)
    }
    raw("\r\n")
  }

  private mutating func authenticate(
    _ authentication: Authentication
  ) throws(EncodingError) {
    let message = try authentication.response()
    // An initial response that is empty is written `=` (RFC 4959, 3).
    let text =
      message.isEmpty && capabilities.has("SASL-IR")
      ? [UInt8(ascii: "=")] : Base64.standard.encode(message)
    let response = text + Array("\r\n".utf8)
    if capabilities.has("SASL-IR") {
      raw(" ")
      chunks[chunks.count - 1] += response
    } else {
      raw("\r\n")
      chunks.append(response)
    }
  }

  private mutating func append(
    _ name: MailboxName, _ flags: [Flag], _ date: InternalDate?, _ message: [UInt8]
  ) throws(EncodingError) {
    try strings([name.raw])
    if !flags.isEmpty { try list(flags) }
    if let date {
      guard let text = date.text else { throw .date }
      raw(" \"\(text)\"")
    }
    raw(" ")
    try literal(message)
  }

  private mutating func search(_ keys: [Command.SearchKey]) throws(EncodingError) {
    guard !keys.isEmpty else { throw .empty }
    let isASCII = keys.allSatisfy { key in
      guard case .header(_, let text) = key else { return true }
      return text.utf8.allSatisfy { $0 < 0x80 }
    }
    if capabilities.has("ESEARCH") { raw(" RETURN (ALL)") }
    if !isASCII { raw(" CHARSET UTF-8") }
    for key in keys {
      switch key {
      case .all:
        raw(" ALL")
      case .uid(let uids):
        raw(" UID")
        try set(uids)
      case .header(let field, let text):
        raw(" HEADER ")
        try atom(field)
        try strings([Array(text.utf8)])
      }
    }
  }

  private mutating func id(_ fields: [String: String]) throws(EncodingError) {
    guard !fields.isEmpty else { return raw(" NIL") }
    for (index, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
      raw(index == 0 ? " (" : " ")
      try string(Array(field.key.utf8))
      try strings([Array(field.value.utf8)])
    }
    raw(")")
  }

  private mutating func listReturns(_ status: [Command.StatusItem]) {
    var options = capabilities.listsSpecialUse ? ["SPECIAL-USE"] : []
    if capabilities.listsStatus, !status.isEmpty {
      options.append("STATUS (" + status.map(\.rawValue).joined(separator: " ") + ")")
    }
    if !options.isEmpty { raw(" RETURN (" + options.joined(separator: " ") + ")") }
  }

  private mutating func resync(_ resync: Command.Resync) {
    switch resync {
    case .none: break
    case .condstore: raw(" (CONDSTORE)")
    case .quick(let validity, let since, let known):
      raw(" (QRESYNC (\(validity) \(since)\(known.map { " \($0)" } ?? "")))")
    }
  }

  private func word(for item: Command.FetchItem) throws(EncodingError) -> String {
    switch item {
    case .uid: "UID"
    case .flags: "FLAGS"
    case .internalDate: "INTERNALDATE"
    case .size: "RFC822.SIZE"
    case .envelope: "ENVELOPE"
    case .bodyStructure: "BODYSTRUCTURE"
    case .modificationSequence: "MODSEQ"
    case .body: "BODY.PEEK[]"
    case .header: "BODY.PEEK[HEADER]"
    case .part(let path, let length): "BODY.PEEK[\(try part(path))]<0.\(max(length, 1))>"
    case .bodyRange(let offset, let length): "BODY.PEEK[]<\(offset).\(max(length, 1))>"
    }
  }

  /// Part numbers come from the server's BODYSTRUCTURE: only digits and dots may be sent back.
  private func part(_ path: String) throws(EncodingError) -> String {
    let numbers = path.split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.allSatisfy({ UInt32($0).map { $0 > 0 } ?? false }) else { throw .part }
    return path
  }

  private mutating func raw(_ text: String) { chunks[chunks.count - 1] += text.utf8 }

  private mutating func set(_ uids: UIDSet) throws(EncodingError) {
    guard !uids.isEmpty else { throw .empty }
    raw(" \(uids)")
  }

  private mutating func list(_ flags: [Flag]) throws(EncodingError) {
    for (index, flag) in flags.enumerated() {
      raw(index == 0 ? " (" : " ")
      if flag.name.hasPrefix("\\") { raw("\\") }
      try atom(flag.name.hasPrefix("\\") ? String(flag.name.dropFirst()) : flag.name)
    }
    raw(")")
  }

  private mutating func atom(_ text: String) throws(EncodingError) {
    let special = Array("(){%*\"\\]".utf8)
    guard !text.isEmpty,
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !special.contains($0) })
    else { throw .notAnAtom }
    raw(text)
  }

  private mutating func strings(_ strings: [[UInt8]]) throws(EncodingError) {
    for bytes in strings {
      raw(" ")
      try string(bytes)
    }
  }

  /// Longer strings are literals because servers bound a line (RFC 7162, 4: 8,192 octets).
  private mutating func string(_ bytes: [UInt8]) throws(EncodingError) {
    guard bytes.count <= 1_000, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      return try literal(bytes)
    }
    raw("\"")
    for byte in bytes {
      if byte == ASCII.quote || byte == ASCII.backslash { raw("\\") }
      chunks[chunks.count - 1].append(byte)
    }
    raw("\"")
  }

  private mutating func literal(_ bytes: [UInt8]) throws(EncodingError) {
    guard !bytes.contains(0) else { throw .unsafeText }
    let waits = bytes.count > nonSynchronisingLiteral
    raw("{\(bytes.count)\(waits ? "" : "+")}\r\n")
    if waits { chunks.append([]) }
    chunks[chunks.count - 1] += bytes
  }
}
