import IMAP
import NIOCore

extension IMAPSession {
  var canWatch: Bool { capabilities?.has("IDLE") == true || capabilities?.has("IMAP4REV2") == true }

  /// Sits in IDLE on INBOX until ``endWatch()``; `pulse` rings when anything happens there, and
  /// when the connection ends. True when it watches now.
  func beginWatch(_ pulse: Pulse) throws(SyncFailure) -> Bool {
    guard canWatch, watch == nil else { return watch != nil }
    let inbox = Folder(name: "INBOX", role: .inbox)
    if opened != inbox {
      let before = seenNext
      let now = try open(inbox, since: nil)
      // What came between the pass and this look is nobody's news otherwise.
      if let next = now.uidNext, let before, next > before { pulse.ring() }
    }
    watch = connection.beginIdle(pulse, looked: .changes(changes))
    return true
  }

  /// Ends IDLE so that commands may follow; the server has `patience` seconds to confirm.
  func endWatch(patience: Int64) throws(SyncFailure) {
    guard let running = watch else { return }
    watch = nil
    disturbed.insert("INBOX")
    let answer = try connection.endIdle(running, patience: patience)
    guard answer.completion.isOK else { throw .refused("IDLE") }
  }
}
