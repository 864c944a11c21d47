import Domain
import Glibc
import Store

/// The steps of a queued operation: a rename moves a file, and nothing can come between.
extension MaildirSession {
  var canMove: Bool { true }

  func identity(_ uid: UInt32) throws(SyncFailure) -> MailIdentity? {
    guard let (file, listed) = try located(uid),
      let start = FileAccess.readPrefix(file, count: SyncLimits.headerBytes)
    else { return nil }
    return MailIdentity(size: listed.size, header: Self.header(of: start))
  }

  func mark(of folder: Folder) throws(SyncFailure) -> TransferMark? {
    guard maildir(folder).exists else { return nil }
    let before = opened
    defer { opened = before }
    let found = try open(folder)
    _ = try open(before)
    return found.uidNext.map { TransferMark(uidValidity: found.uidValidity, uidNext: $0) }
  }

  func move(_ uid: UInt32, to folder: Folder) throws(SyncFailure) -> Transfer {
    guard let (file, _) = try located(uid), let name = file.split(separator: "/").last else {
      return .later(words: nil)
    }
    let target = maildir(folder).path + "/cur/\(name.contains(":2,") ? "\(name)" : "\(name):2,")"
    // Never over another file: a name is one mail's alone, and still.
    guard access(target, F_OK) != 0 else { return .refused(.changed, words: nil) }
    guard rename(file, target) == 0, FileAccess.syncDirectory(maildir(folder).path + "/cur") else {
      throw .maildir
    }
    return .done(proof: nil)
  }

  func copy(_ uid: UInt32, to folder: Folder) throws(SyncFailure) -> Transfer {
    // Never asked: a rename always can.
    .refused(.server, words: nil)
  }

  func put(_ mail: [UInt8], into folder: Folder) throws(SyncFailure) -> Transfer {
    let digest = OfficineStore.digest(of: mail).dropFirst("sha256:".count)
    try append(mail, name: "mssterm.\(digest)", to: folder)
    return .done(proof: nil)
  }

  func remove(_ uid: UInt32) throws(SyncFailure) -> Bool {
    guard let (file, _) = try located(uid) else { return true }
    guard unlink(file) == 0 || errno == ENOENT else { throw .maildir }
    return true
  }
}
