import Desk
public import Domain

extension English {
  public var healthTitle: String { "Health of the mailbox" }
  public var healthHint: String { "Enter Try again now   Esc Back" }

  public func advice(_ status: SyncStatus) -> String? {
    switch status.phase {
    case .never, .working, .upToDate: return nil
    case .closed:
      return "The Pro Santé Connect session is closed. Nothing is lost: Enter opens it again."
    case .offline, .refused: return status.failure.flatMap(advice)
    }
  }

  public func sending(_ trouble: SendingTrouble, now: Timestamp) -> String {
    "sending: \(sync(trouble.status, now: now))"
  }

  public var retryKey: String { "Enter" }

  private func advice(_ code: String) -> String? {
    switch code {
    case "network.unreachable", "network.timeout", "network.lost":
      return "The server cannot be reached. Check the network; everything here stays usable."
    case "network.name":
      return "The server's name does not resolve. Check the network and \"host\"."
    case "login":
      return "The server refuses the password. One attempt was made: correct it, then Enter."
    case "login.secret":
      return "The password command gave nothing. Try it by hand, then Enter."
    case "login.host":
      return "This server is not of MSSanté: no secret is sent to it. Check \"host\"."
    case "login.mechanism":
      return "The server accepts none of the configured ways to log in. See \"auth\"."
    case "login.server":
      return "The server does not prove that it knows the password. Check \"host\", then tell the "
        + "operator."
    case "server.limit":
      return "Too many connections to this mailbox. Close another program; trying again soon."
    case let code where code.hasPrefix("autoconfig."):
      return "The mailbox's domain gives no server that can be used. \"mssterm config find\" says "
        + "why."
    case let code where code.hasPrefix("tls."): return tlsAdvice(code)
    case let code where code.hasPrefix("store"):
      return "The store cannot be written. \"mssterm verify\" says why."
    default:
      return "\"mssterm doctor\" says what blocks it (\(code))."
    }
  }

  public func service(isServed: Bool, isInTouch: Bool) -> String {
    guard isServed else {
      return "No service synchronises this mailbox: nothing comes in or leaves."
    }
    return isInTouch
      ? "A service synchronises this mailbox."
      : "A service is running, but exchanges nothing with the server."
  }

  public func pushed(_ isPushed: Bool) -> String {
    isPushed ? "The server tells of each arrival." : "The server is asked regularly."
  }

  public func mailboxCounts(_ name: String, server: Int, local: Int) -> String {
    server == local
      ? "\(name): \(server) on the server, as many here"
      : "\(name): \(server) on the server, \(local) here"
  }

  public func quota(percent: Int, isNearlyFull: Bool) -> String {
    isNearlyFull
      ? "Mailbox \(percent)% full: once full it refuses patients. Make room."
      : "Mailbox \(percent)% full"
  }

  public func certificate(_ host: String, days: Int) -> String {
    switch days {
    case ..<0: "Certificate of \(host): expired. Tell the operator."
    case 0: "Certificate of \(host): expires today. Tell the operator."
    case 1...30: "Certificate of \(host): expires in \(days) days. Tell the operator."
    default: "Certificate of \(host): valid for \(days) more days"
    }
  }

  public func nearlyFull(percent: Int) -> String {
    percent < 100 ? "mailbox \(percent)% full" : "mailbox full"
  }

  public func expiring(days: Int) -> String {
    switch days {
    case ..<0: "server certificate expired"
    case 0: "server certificate: last day"
    case 1: "server certificate: 1 day left"
    default: "server certificate: \(days) days left"
    }
  }

  public func revocations(_ moment: String) -> String { "List of revoked certificates: \(moment)" }

  public func heldExports(_ count: Int, code: String) -> String {
    let what = count == 1 ? "1 arrival waits" : "\(count) arrivals wait"
    let remedy =
      switch code {
      case "missing": "the directory \"export_to\" does not exist. Create it."
      case "closed": "nothing can be written to \"export_to\". Check its modes."
      case "full": "the disk of \"export_to\" is full. Free some space."
      default: "\"export_to\" cannot be written. \"mssterm doctor\" says why."
      }
    return "\(what) to be handed over: \(remedy)"
  }

  public func revocationsKept(since: String, until: String?) -> String {
    "It could not be renewed (since: \(since)); the one kept here still counts"
      + (until.map { ", until: \($0)." } ?? ".")
  }

  public func missingMailbox(_ name: String) -> String {
    "Mailbox “\(name)” is not on the server (renamed or removed?): its mail stays here. "
      + "If it has another name, give it in \"mailboxes\"."
  }

  public func refusedMailbox(_ name: String) -> String {
    "The server does not open the mailbox “\(name)”: what arrives there does not come here. "
      + "Tell the operator, or take it out of \"mailboxes\"."
  }

  public func withheldAdvice(_ count: Int) -> String {
    (count == 1
      ? "The server announces 1 message and does not give it. "
      : "The server announces \(count) messages and does not give them. ")
      + "Asked for again by itself, or at once by Enter. Meanwhile: read in the webmail or "
      + "have it sent again; if it lasts, tell the operator."
  }

  public func withheld(_ reason: Withholding) -> String {
    switch reason {
    case .refused: "refused by the server"
    case .empty: "given without content"
    case .cut: "the connection ends when it is asked for"
    case .unreadable: "its file cannot be read: check its modes"
    }
  }

  public var unknownSender: String { "unknown sender" }

  public func failedOperations(_ count: Int) -> String {
    count == 1 ? "1 change refused by the server." : "\(count) changes refused by the server."
  }

  public func unsentCopies(_ count: Int) -> String {
    count == 1 ? "1 sent mail awaits its copy in Sent." : "\(count) sent mails await their copy."
  }

  public func waitingFlags(_ count: Int) -> String {
    (count == 1
      ? "1 mark (read, answered…) is not on the server, which does not take it: "
      : "\(count) marks (read, answered…) are not on the server, which does not take them: ")
      + "nothing is lost here, further attempts follow. If it lasts, ask the operator for the "
      + "rights of this mailbox."
  }

  public func setAside(_ count: Int) -> String {
    "\(quarantine(count).capitalizedFirst), readable with \"mssterm show --raw\":"
  }

  public func nextAttempt(seconds: Int64) -> String {
    "Next attempt in \(seconds < 60 ? "\(seconds) s" : age(seconds: seconds))."
  }

  public var lastContact: String { "Last answer of the server:" }

  public func missing(_ capability: String) -> String? {
    switch capability {
    case "IDLE": "Without IDLE: arrivals are seen a little late."
    case "QRESYNC": "Without QRESYNC: each pass reads the whole list again."
    case "UIDPLUS": "Without UIDPLUS: a deletion leaves its trace on the server."
    case "QUOTA": "Without QUOTA: the room left is not known."
    default: nil
    }
  }

  func closed(_ obstacle: BALChoice.Obstacle) -> String {
    switch obstacle {
    case .otherAccount: "reserved to another account"
    case .otherMember(let name): "reserved to \(name): F2 to change who acts"
    case .unusable: "store unusable, see mssterm doctor"
    }
  }

  func reconnected(_ answer: Reconnection) -> String {
    switch answer {
    case .asked: "The service tries again now"
    case .started: "No service was running: it starts"
    case .failed: "The wish to connect could not be passed on: mssterm doctor"
    }
  }
}
