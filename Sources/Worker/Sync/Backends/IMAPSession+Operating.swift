import Domain
import IMAP
import Store

/// The steps of a queued operation.
extension IMAPSession {
  var canMove: Bool { offers("MOVE") }

  private func offers(_ name: String) -> Bool {
    capabilities?.has(name) == true || capabilities?.has("IMAP4REV2") == true
  }

  func identity(_ uid: UInt32) throws(SyncFailure) -> MailIdentity? {
    guard let number = UID(uid) else { return nil }
    let answer = try connection.require(.fetch(UIDSet([number]), [.uid, .size, .header]))
    for case .fetch(let message) in answer.responses where message.uid == number {
      if let header = message.header { return MailIdentity(size: message.size, header: header) }
    }
    return nil
  }

  func mark(of folder: Folder) throws(SyncFailure) -> TransferMark? {
    let answer = try connection.run(.status(name(folder), [.uidNext, .uidValidity]))
    for case .mailboxStatus(let status) in answer.responses where status.name == name(folder) {
      guard let validity = status.uidValidity, let next = status.uidNext else { continue }
      return TransferMark(uidValidity: validity.rawValue, uidNext: next.rawValue)
    }
    if answer.completion.code == .limit { throw .limit }
    return nil
  }

  func move(_ uid: UInt32, to folder: Folder) throws(SyncFailure) -> Transfer {
    try transfer(.move(UIDSet([uid].compactMap { UID($0) }), name(folder)), folder)
  }

  func copy(_ uid: UInt32, to folder: Folder) throws(SyncFailure) -> Transfer {
    try transfer(.copy(UIDSet([uid].compactMap { UID($0) }), name(folder)), folder)
  }

  func put(_ mail: [UInt8], into folder: Folder) throws(SyncFailure) -> Transfer {
    try transfer(.append(name(folder), flags: [.seen], date: nil, message: mail), folder)
  }

  private func transfer(
    _ command: Command, _ folder: Folder
  ) throws(SyncFailure) -> Transfer {
    let answer = try connection.run(command)
    // Whatever is known of that mailbox, it is looked at again before anything is done there (S08).
    disturbed.insert(folder.name)
    let completion = answer.completion
    guard !completion.isOK else {
      let codes =
        [completion.code]
        + answer.responses.map { response in
          if case .status(let status) = response { status.code } else { nil }
        }
      return .done(proof: codes.lazy.compactMap { $0.flatMap(Self.proof) }.first)
    }
    let words = String(completion.text.ungated.prefix(SyncLimits.words))
    switch completion.code {
    case .limit: throw .limit
    case .tryCreate, .nonExistent: return .refused(.destination, words: words)
    case .inUse, .unavailable: return .later(words: words)
    default: return .refused(.server, words: words)
    }
  }

  private static func proof(_ code: ResponseCode) -> TransferMark? {
    switch code {
    case .copyUID(let validity, _, let to), .appendUID(let validity, let to):
      to.ranges.first.map {
        TransferMark(uidValidity: validity.rawValue, uidNext: $0.lowerBound.rawValue)
      }
    default: nil
    }
  }

  /// Without UIDPLUS there is no way to expunge this one and leave the marks of others alone: it
  /// stays, marked (S06, invariant 7). So it does where this login may not expunge.
  func remove(_ uid: UInt32) throws(SyncFailure) -> Bool {
    guard let number = UID(uid) else { return false }
    _ = try connection.require(.store(UIDSet([number]), .add, [.deleted], silent: true))
    guard offers("UIDPLUS") else { return false }
    let answer = try connection.run(.expunge(UIDSet([number])))
    if answer.completion.code == .limit { throw .limit }
    return answer.completion.isOK
  }
}
