import Domain
import Glibc
import Platform
import Store

/// Where a BAL's mail lies and how mail leaves it.
protocol Backend {
  func connect() throws(SyncFailure) -> any MailSession
  var carrier: (any Carrier)? { get }
  /// Directories to watch for new mail.
  var watched: [String] { get }
  /// What is known of the servers' certificates; nil without any.
  var register: CertificateRegister? { get }
  /// Renews what trust rests on when its time has come; a good deal of seconds at most.
  func renewTrust()
  func close()
}

struct MaildirBackend: Backend {
  private let account: MaildirAccount
  private let numbers: MaildirNumbers
  private let stop: Stop

  init(
    _ account: MaildirAccount, store: OfficineStore, stop: Stop
  ) throws(SyncFailure) {
    self.account = account
    self.stop = stop
    var generator = SystemRandomNumberGenerator()
    numbers = try MaildirNumbers(
      path: store.directory + "/maildir-uids",
      freshValidity: UInt32.random(in: 1...UInt32.max, using: &generator),
      mode: FileFacts(store.databasePath)?.mode ?? 0o600)
  }

  func connect() throws(SyncFailure) -> any MailSession {
    guard Maildir(path: account.path).exists else { throw .maildir }
    return MaildirSession(root: account.path, numbers: numbers, stop: stop)
  }

  var carrier: (any Carrier)? {
    if !account.sendmail.isEmpty { return SendmailCarrier(command: account.sendmail) }
    return account.outbox.map { OutboxMaildirCarrier(maildir: Maildir(path: $0)) }
  }

  var watched: [String] { ["\(account.path)/new", "\(account.path)/cur"] }

  var register: CertificateRegister? { nil }

  func renewTrust() {}

  func close() {}
}
