import Foundation

/// What other people do to an IMAP account: another client, written by others (Python's imaplib).
///
/// It speaks in clear to 127.0.0.1; `Servers/webmail.py` is its program.
public struct Webmail: Sendable {
  /// A mail as the server holds it.
  public struct Mail: Sendable {
    public let uid: UInt32
    /// Without `\Recent`, sorted.
    public let flags: [String]
    public let bytes: [UInt8]
  }

  /// A mailbox as the server holds it, by ascending UID.
  public struct Listing: Sendable {
    public let uidValidity: UInt32
    public let mails: [Mail]
  }

  let port: Int
  let user: String
  let password: String

  /// Puts mails into a mailbox, in this order, byte for byte.
  public func deliver(_ mails: [[UInt8]], to mailbox: String = "INBOX") throws {
    let encoded = mails.map { Data($0).base64EncodedString() }
    try run(Wish(what: "deliver", box: mailbox, mails: encoded))
  }

  /// Makes a mailbox.
  public func make(_ mailbox: String) throws { try run(Wish(what: "make", box: mailbox)) }

  /// Sets or clears a flag of the mail with this Message-ID (with its angle brackets).
  public func flag(
    _ flag: String, _ isOn: Bool, on messageID: String, in mailbox: String = "INBOX"
  ) throws {
    try run(Wish(what: "flag", box: mailbox, id: messageID, flag: flag, on: isOn))
  }

  /// Removes the mail with this Message-ID for good.
  public func remove(_ messageID: String, from mailbox: String = "INBOX") throws {
    try run(Wish(what: "remove", box: mailbox, id: messageID))
  }

  /// What a mailbox holds.
  public func list(_ mailbox: String = "INBOX") throws -> Listing {
    let answer = try run(Wish(what: "list", box: mailbox))
    let read = try JSONDecoder().decode(Answer.self, from: Data(answer))
    return Listing(
      uidValidity: read.validity,
      mails: try read.mails.map { mail in
        guard let bytes = Data(base64Encoded: mail.bytes) else {
          throw KitError.child("webmail.py: not base64")
        }
        return Mail(uid: mail.uid, flags: mail.flags, bytes: Array(bytes))
      })
  }

  /// The minimal server's own way to a new UIDVALIDITY.
  func renumber(_ mailbox: String) throws { try run(Wish(what: "renumber", box: mailbox)) }

  /// Cyrus: the whole account deleted by `admin` and made anew, the mails of INBOX dealt again.
  func rebuild(admin: String, folder: String) throws {
    try run(Wish(what: "rebuild", admin: admin, folder: folder))
  }

  private struct Wish: Encodable {
    var what: String
    var box: String?
    var mails: [String]?
    var id: String?
    var flag: String?
    var on: Bool?
    var admin: String?
    var folder: String?

    enum CodingKeys: String, CodingKey {
      case what = "do"
      case box, mails, id, flag, on, admin, folder
    }
  }

  private struct Answer: Decodable {
    struct Mail: Decodable {
      let uid: UInt32
      let flags: [String]
      let bytes: String
    }
    let validity: UInt32
    let mails: [Mail]
  }

  @discardableResult
  private func run(_ wish: Wish) throws -> [UInt8] {
    let script = Products.sourceRoot + "/Tests/TestKit/Servers/webmail.py"
    let line = try Array(JSONEncoder().encode(wish)) + [0x0A]
    let outcome = try ChildProcess.run(
      "python3", [script, String(port), user, password], input: line)
    guard outcome.code == 0 else { throw KitError.child("webmail.py: \(outcome.err)") }
    return outcome.stdout
  }
}

/// An IMAP server of the tests with one account, whoever wrote it.
public protocol IMAPPeer: Sendable {
  var host: String { get }
  /// In clear at first.
  var port: Int { get }
  var user: String { get }
  var password: String { get }
  /// Who signed the server's certificate; nil when it has no TLS.
  var authority: CertificateAuthority? { get }
  /// INBOX under a new UIDVALIDITY, its mails in the opposite order, flags kept.
  func renumber() throws
}

extension IMAPPeer {
  /// Another client of the same account. Needs a server that lets it in without TLS.
  public var webmail: Webmail { Webmail(port: port, user: user, password: password) }
}
