import Domain
import IMAP
import NIOCore
import TeamLog

/// The team log's own connection: mailboxes of epochs, one of them opened, messages put in and
/// read. Plain RFC 3501 is enough; nothing here is ever subscribed, moved or expunged.
final class LogLine {
  /// What a look at the opened mailbox brought, in the order of UIDs.
  struct Found {
    /// nil bytes: larger than any message of ours, never fetched.
    var messages: [(uid: UInt32, bytes: [UInt8]?)] = []
    /// Messages in the mailbox at the end of it.
    var exists = 0
    /// Why not everything that was to be put in was taken.
    var refusal: SyncFailure?
  }

  private let connection: IMAPConnection
  /// The server's own name of the mailbox above the epochs, without any.
  private let base: String
  private let delimiter: Character
  private let capabilities: Capabilities?
  private(set) var opened: Int?
  /// UIDVALIDITY of the opened mailbox.
  private(set) var validity: UInt32 = 0
  private var watch: EventLoopFuture<Answer>?
  /// Bytes of bodies asked for in one command.
  private static let portion: UInt64 = 4 << 20
  /// Messages asked for in one command, without asking for their sizes before.
  static let few = 24

  /// - Parameter path: as configured, levels between `/`.
  init(_ connection: IMAPConnection, path: String) throws(SyncFailure) {
    self.connection = connection
    capabilities = try connection.capabilities
    var naming = Naming()
    if capabilities?.has("NAMESPACE") == true || capabilities?.has("IMAP4REV2") == true {
      for case .namespace(let personal) in try connection.run(.namespace).responses {
        guard let first = personal.first else { continue }
        naming = Naming(
          prefix: first.prefix.display,
          delimiter: first.delimiter.map { Character(UnicodeScalar($0)) })
      }
    }
    if naming.delimiter == nil {
      // An empty pattern asks for nothing but the delimiter (RFC 3501, 6.3.8).
      for case .list(let listed) in try connection.require(.list(pattern: "")).responses {
        naming.delimiter = listed.delimiter.map { Character(UnicodeScalar($0)) }
      }
    }
    // A server without levels takes the path as one name.
    delimiter = naming.delimiter ?? "/"
    base = naming.made(path)
  }

  func close() { connection.close() }

  private func name(_ epoch: Int) -> MailboxName {
    MailboxName(display: "\(base)\(delimiter)\(epoch)")
  }

  // MARK: - Epochs

  /// The numbers of the epochs that are there, ascending.
  func epochs() throws(SyncFailure) -> [Int] {
    let answer = try connection.require(.list(pattern: "\(base)\(delimiter)%"))
    let start = "\(base)\(delimiter)"
    var found: Set<Int> = []
    for case .list(let listed) in answer.responses where listed.isSelectable {
      let name = listed.name.display
      guard name.hasPrefix(start), let number = Int(name.dropFirst(start.count)), number > 0,
        name == "\(start)\(number)"
      else { continue }
      found.insert(number)
    }
    return found.sorted()
  }

  /// Makes it; another machine may have been faster, and that is as good.
  func create(_ epoch: Int) throws(SyncFailure) {
    let answer = try connection.run(.create(name(epoch)))
    if answer.completion.isOK || answer.completion.code == .alreadyExists { return }
    if answer.completion.code == .limit { throw .limit }
    // Some say NO without a code when it is there.
    guard try epochs().contains(epoch) else { throw .refused("CREATE") }
  }

  /// Takes a whole epoch away, once another one stands on a complete checkpoint.
  func delete(_ epoch: Int) throws(SyncFailure) {
    let answer = try connection.run(.delete(name(epoch)))
    if answer.completion.code == .limit { throw .limit }
    guard answer.completion.isOK || answer.completion.code == .nonExistent else {
      throw .refused("DELETE")
    }
  }

  /// Opens an epoch and gives its UIDVALIDITY; nil when it is not there any more.
  func open(_ epoch: Int) throws(SyncFailure) -> UInt32? {
    opened = nil
    let answer = try connection.run(.select(name(epoch), readOnly: false))
    guard answer.completion.isOK else {
      if answer.completion.code == .limit { throw .limit }
      if try epochs().contains(epoch) { throw .refused("SELECT") }
      return nil
    }
    guard answer.completion.code != .readOnly else { throw .refused("SELECT") }
    for case .status(let status) in answer.responses {
      if case .uidValidity(let value)? = status.code {
        (opened, validity) = (epoch, value.rawValue)
        return value.rawValue
      }
    }
    // Without UIDs that last there is no order that everybody sees.
    throw .refused("SELECT")
  }

  // MARK: - Messages

  /// Every UID of the opened mailbox, ascending; nil when the server's list is not the whole one,
  /// however often it is asked: a colleague may speak between list and count.
  func present() throws(SyncFailure) -> [UInt32]? {
    for _ in 1..<Self.listings {
      if let uids = try listed() { return uids }
    }
    return try listed()
  }

  private static let listings = 3

  private func listed() throws(SyncFailure) -> [UInt32]? {
    _ = try connection.require(.noop)
    let answer = try connection.require(.search([.all]))
    var uids: Set<UInt32> = []
    for response in answer.responses {
      if case .search(let found) = response { uids.formUnion(found.map(\.rawValue)) }
      if case .extendedSearch(let found) = response {
        guard let some = found.uids(limit: answer.exists + 1_000) else { return nil }
        uids.formUnion(some.map(\.rawValue))
      }
    }
    return uids.count == answer.exists ? uids.sorted() : nil
  }

  /// These messages; those above the cap come without their bytes. What is gone by now is left out.
  func fetch(_ uids: [UInt32]) throws(SyncFailure) -> Found {
    var found = Found()
    for start in stride(from: 0, to: uids.count, by: 500) {
      let part = uids[start..<min(start + 500, uids.count)]
      let sizes = try connection.require(
        .fetch(UIDSet(part.compactMap { UID($0) }), [.uid, .size]))
      found.exists = sizes.exists
      var portion: [UID] = []
      var bytes: UInt64 = 0
      for case .fetch(let message) in sizes.responses {
        guard let uid = message.uid, let size = message.size else { continue }
        if size > LogMessage.limit {
          found.messages.append((uid.rawValue, nil))
          continue
        }
        if bytes + size > Self.portion, !portion.isEmpty {
          try bodies(UIDSet(portion), into: &found)
          (portion, bytes) = ([], 0)
        }
        portion.append(uid)
        bytes += size
      }
      if !portion.isEmpty { try bodies(UIDSet(portion), into: &found) }
    }
    found.messages.sort { $0.uid < $1.uid }
    return found
  }

  private func bodies(_ uids: UIDSet, into found: inout Found) throws(SyncFailure) {
    let answer = try connection.require(.fetch(uids, Self.body))
    take(answer, from: 0, &found)
  }

  /// Never more than one byte above the cap of each.
  private static let body: [Command.FetchItem] = [
    .uid, .bodyRange(offset: 0, length: UInt32(LogMessage.limit) + 1),
  ]

  /// Puts messages in, then reads everything from a UID on. Each APPEND may be refused for itself;
  /// whether it arrived is only proven by reading it.
  func exchange(
    _ messages: [[UInt8]], from uid: UInt32
  ) throws(SyncFailure) -> Found {
    guard let opened, let first = UID(uid) else { throw .refused("UID FETCH") }
    let box = name(opened)
    let appends = messages.map {
      connection.begin(.append(box, flags: [.seen], date: nil, message: $0))
    }
    let noop = connection.begin(.noop)
    var found = Found()
    for append in appends {
      let answer = try connection.finish(append)
      guard !answer.completion.isOK else { continue }
      found.refusal =
        found.refusal ?? (answer.completion.code == .limit ? .limit : .refused("APPEND"))
    }
    // Only NOOP makes what was acknowledged visible, and a FETCH right behind it may be carried out
    // before it (both seen on Dovecot): with something of ours on its way it is waited for.
    if !messages.isEmpty { _ = try connection.finish(noop) }
    let fetch = connection.begin(.fetch(.from(first), Self.body))
    if messages.isEmpty { take(try connection.finish(noop), from: uid, &found) }
    let answer = try connection.finish(fetch)
    take(answer, from: uid, &found)
    guard answer.completion.isOK else {
      throw answer.completion.code == .limit ? .limit : .refused("UID FETCH")
    }
    found.messages.sort { $0.uid < $1.uid }
    return found
  }

  private func take(_ answer: Answer, from uid: UInt32, _ found: inout Found) {
    found.exists = answer.exists
    for case .fetch(let message) in answer.responses {
      // `n:*` always names the last message too; flags of others come unasked.
      guard let number = message.uid?.rawValue, number >= uid, let bytes = message.body else {
        continue
      }
      found.messages.append((number, bytes.count > LogMessage.limit ? nil : bytes))
    }
  }

  // MARK: - Watching

  var canWatch: Bool {
    capabilities?.has("IDLE") == true || capabilities?.has("IMAP4REV2") == true
  }

  var isWatching: Bool { watch != nil }

  /// `pulse` rings when anything happens in the opened mailbox, and when the connection ends; at
  /// once when it does not hold the `known` messages that were read.
  func beginWatch(_ pulse: Pulse, known: Int) {
    guard canWatch, watch == nil else { return }
    watch = connection.beginIdle(pulse, looked: .messages(known))
  }

  /// Messages in the opened mailbox, as told while it was watched; nil when it was not.
  func endWatch(patience: Int64) throws(SyncFailure) -> Int? {
    guard let running = watch else { return nil }
    watch = nil
    let answer = try connection.endIdle(running, patience: patience)
    guard answer.completion.isOK else { throw .refused("IDLE") }
    return answer.exists
  }
}
