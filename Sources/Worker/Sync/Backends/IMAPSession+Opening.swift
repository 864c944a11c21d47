import Domain
import IMAP

/// How much the server can tell of what happened meanwhile.
enum Memory: Sendable {
  /// Plain RFC 3501: everything is compared.
  case none
  /// CONDSTORE: changed flags; absences are searched for.
  case flags
  /// QRESYNC: changed flags and removals.
  case all
}

extension IMAPSession {
  /// A server that names more ranges than this is compared in full instead.
  private static let rangeLimit = 5_000

  /// Once after login; what is not offered is simply not there.
  func learn() throws(SyncFailure) {
    guard let offered = try connection.capabilities else { return }
    capabilities = offered
    if offered.has("QRESYNC"), offered.has("ENABLE") || offered.has("IMAP4REV2") {
      let answer = try connection.run(.enable(["QRESYNC"]))
      let isOn = answer.responses.contains {
        if case .enabled(let names) = $0 { names.contains("QRESYNC") } else { false }
      }
      memory = isOn ? .all : offered.hasModificationSequences ? .flags : .none
    } else if offered.hasModificationSequences {
      memory = .flags
    }
    try learnNaming(offered)
    // Some operators keep what they tell to unknown clients short; the answer is not needed.
    if offered.has("ID") { _ = try connection.run(.id(["name": "MSSTerm"])) }
  }

  private func learnNaming(_ offered: Capabilities) throws(SyncFailure) {
    guard offered.has("NAMESPACE") || offered.has("IMAP4REV2") else { return }
    for case .namespace(let personal) in try connection.run(.namespace).responses {
      guard let first = personal.first else { continue }
      naming = Naming(
        prefix: first.prefix.display,
        delimiter: first.delimiter.map { Character(UnicodeScalar($0)) })
    }
  }

  func open(_ folder: Folder, since point: SyncPoint?) throws(SyncFailure) -> OpenedFolder {
    let answer = try connection.require(
      .select(name(folder), readOnly: false, resync: resync(point)))
    var found = Selected(answer)
    // A server without UIDs that last (RFC 3501, 2.3.1.1) cannot be synchronised.
    guard let validity = found.validity else { throw .refused("SELECT") }
    opened = folder
    uidNext = found.uidNext
    changes = answer.changes
    disturbed.remove(folder.name)
    if folder.role == .inbox { seenNext = uidNext }
    var changes: MailboxChanges?
    if let point, point.uidValidity == validity, let now = found.modSequence,
      now >= point.modSequence
    {
      switch memory {
      case .all: changes = found.changes(limit: Self.rangeLimit)
      case .flags: changes = try changed(since: point, now: now)
      case .none: break
      }
    }
    if memory == .none { found.modSequence = nil }
    return OpenedFolder(
      uidValidity: validity, uidNext: uidNext, count: answer.exists,
      isWritable: answer.completion.code != .readOnly, lasting: found.lasting,
      modSequence: found.modSequence, changes: changes)
  }

  private func resync(_ point: SyncPoint?) -> Command.Resync {
    switch memory {
    case .none: return .none
    case .flags: return .condstore
    case .all:
      guard let point, let validity = UIDValidity(point.uidValidity),
        let since = ModificationSequence(point.modSequence), since.rawValue > 0
      else { return .condstore }
      return .quick(validity, since, known: nil)
    }
  }

  /// CONDSTORE tells changed flags but not what was removed: who is left is searched for.
  private func changed(
    since point: SyncPoint, now: UInt64
  ) throws(SyncFailure) -> MailboxChanges {
    var listed: [Listed] = []
    if now > point.modSequence, let since = ModificationSequence(point.modSequence) {
      let answer = try connection.require(.fetch(.all, [.uid, .flags], changedSince: since))
      listed = Self.listed(answer.responses)
    }
    return MailboxChanges(listed: listed, gone: [], present: try present())
  }

  private func present() throws(SyncFailure) -> Set<UInt32>? {
    let answer = try connection.require(.search([.all]))
    var uids: Set<UInt32> = []
    for response in answer.responses {
      if case .search(let found) = response { uids.formUnion(found.map(\.rawValue)) }
      if case .extendedSearch(let found) = response {
        // More than there can be is a server that cannot count.
        guard let some = found.uids(limit: answer.exists + 1_000) else { return nil }
        uids.formUnion(some.map(\.rawValue))
      }
    }
    // Absence proves nothing when the list is not the whole one (invariant 6).
    return uids.count == answer.exists ? uids : nil
  }
}

/// What a SELECT said, by meaning.
private struct Selected {
  var validity: UInt32?
  var uidNext: UInt32?
  var modSequence: UInt64?
  var lasting: LastingFlags?
  private let responses: [Response]

  init(_ answer: Answer) {
    responses = answer.responses
    for case .status(let status) in answer.responses {
      switch status.code {
      case .uidValidity(let value): validity = value.rawValue
      case .uidNext(let uid): uidNext = uid.rawValue
      case .highestModificationSequence(let value) where value.rawValue > 0:
        modSequence = value.rawValue
      case .noModificationSequence: modSequence = nil
      case .permanentFlags(let flags, let canCreate):
        lasting = LastingFlags(
          names: Set(Flags(flags.map(\.name)).names), takesKeywords: canCreate)
      default: break
      }
    }
  }

  /// nil when the server names too many ranges to look at one by one.
  func changes(limit: Int) -> MailboxChanges? {
    var gone: [ClosedRange<UInt32>] = []
    for case .vanished(let set, _) in responses {
      guard gone.count + set.ranges.count <= limit else { return nil }
      gone += set.ranges.map { $0.lowerBound.rawValue...$0.upperBound.rawValue }
    }
    return MailboxChanges(listed: IMAPSession.listed(responses), gone: gone, present: nil)
  }
}
