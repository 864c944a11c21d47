import Domain
import Glibc

/// Puts mail into a Maildir that another program empties; the demonstration's way out.
struct OutboxMaildirCarrier: Carrier {
  let maildir: Maildir

  /// The same at every attempt: a second one replaces the first, never doubles it.
  static func fileName(_ item: OutgoingItem) -> String {
    "\(item.queuedAt.seconds).\(item.id).mssterm"
  }

  func carry(
    _ mail: [UInt8], _ item: OutgoingItem, _ results: inout [OutgoingItem.RecipientResult],
    gate: () throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> Delivery {
    let name = Self.fileName(item)
    if hasLeft(item) { return .accepted(answer: "maildir") }
    try maildir.create()
    let draft = try maildir.prepare(mail, name: name)
    do throws(SyncFailure) {
      try gate()
    } catch {
      unlink(draft)
      throw error
    }
    do throws(SyncFailure) {
      try maildir.commit(draft, as: name, in: "new")
    } catch {
      return hasLeft(item) ? .accepted(answer: "maildir") : .later(answer: "maildir")
    }
    return .accepted(answer: "maildir")
  }

  func hasLeft(_ item: OutgoingItem) -> Bool {
    let base = Self.fileName(item)
    for place in ["new", "cur"] {
      let names = FileAccess.names(in: "\(maildir.path)/\(place)") ?? []
      if names.contains(where: { $0 == base || $0.hasPrefix(base + ":") }) { return true }
    }
    return false
  }
}

/// A command in the manner of sendmail: the mail on its standard input, whose end is the final
/// dot, and the recipients as arguments behind `--`.
struct SendmailCarrier: Carrier {
  let command: [String]

  func carry(
    _ mail: [UInt8], _ item: OutgoingItem, _ results: inout [OutgoingItem.RecipientResult],
    gate: () throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> Delivery {
    let recipients = item.to.map(\.address)
    guard recipients.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else {
      return .refused(answer: "address")
    }
    guard let child = PipedChild(command + ["--"] + recipients, withInput: true) else {
      return .later(answer: "sendmail.start")
    }
    guard child.write(mail, within: SyncLimits.sendmailSeconds) else {
      child.kill()
      return .later(answer: "sendmail.input")
    }
    do throws(SyncFailure) {
      try gate()
    } catch {
      // Without the end of its input it has no whole mail.
      child.kill()
      throw error
    }
    child.closeInput()
    switch child.wait(within: SyncLimits.sendmailSeconds) {
    case .exited(0): return .accepted(answer: "sendmail")
    // sysexits(3): the first is "try again later", the others are final.
    case .exited(75): return .later(answer: "sendmail.75")
    case .exited(let code) where (64...78).contains(code):
      return .refused(answer: "sendmail.\(code)")
    case .exited, .killed, .timedOut: return .uncertain
    }
  }

  func hasLeft(_ item: OutgoingItem) -> Bool { false }
}
