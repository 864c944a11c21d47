import Domain
import Store

/// What a mail is recognised by on a server, whatever number it has there: its header, byte for
/// byte but for the ends of lines, and its size.
struct MailIdentity: Hashable, Sendable {
  /// nil where only the header is here (mail.too-large).
  var size: UInt64?
  var header: [UInt8]

  init(size: UInt64?, header: [UInt8]) {
    self.size = size
    // Some servers answer with the empty line, some without, and a Maildir may hold bare LF.
    var lines = header.filter { $0 != 0x0D }
    while lines.last == 0x0A { lines.removeLast() }
    self.header = lines
  }

  /// Of stored bytes.
  init(raw: [UInt8], isHeaderOnly: Bool = false) {
    self.init(
      size: isHeaderOnly ? nil : UInt64(raw.count), header: MaildirSession.header(of: raw))
  }

  func matches(_ other: MailIdentity) -> Bool {
    header == other.header && (size == nil || other.size == nil || size == other.size)
  }
}

/// What came of putting something into a mailbox.
enum Transfer: Hashable, Sendable {
  /// - Parameter proof: the number it has there now, when the server said so (RFC 4315).
  case done(proof: TransferMark?)
  /// Nothing was changed. The words are the server's: data from outside.
  case refused(ServerOperation.Reason, words: String?)
  /// Nothing was changed now; another time it may go.
  case later(words: String?)
}

extension MailSession {
  /// The numbers, in the opened folder and from `uid` on, of mails that are this one.
  func find(_ wanted: MailIdentity, from uid: UInt32) throws(SyncFailure) -> [UInt32] {
    var candidates: [UInt32] = []
    try list(from: uid) { window, _ in
      candidates += window.filter { wanted.size == nil || $0.size == wanted.size }.map(\.uid)
    }
    var found: [UInt32] = []
    for uid in candidates.suffix(SyncLimits.candidates) {
      if let there = try identity(uid), there.matches(wanted) { found.append(uid) }
    }
    return found
  }
}
