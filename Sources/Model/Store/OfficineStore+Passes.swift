import Crypto
public import Domain
import Foundation
import GRDB

/// What a person proved to `mssterm` and the worker does for them.
public enum PassPurpose: String, Codable, Sendable {
  case backup, plainBackup = "backup.plain", restore
}

/// A word that is good once, for a minute: the worker takes nobody's name from its arguments.
struct Pass: Codable {
  var purpose: PassPurpose
  /// Of the word.
  var digest: String
  var author: Author
  var boot: String
  var uptime: Int64

  static let key = "pass"
  static let milliseconds: Int64 = 60_000
  static func digest(_ word: String) -> String {
    hexadecimal(SHA256.hash(data: Array(word.utf8)))
  }
}

extension OfficineStore {
  /// Keeps what `author` may have done; an earlier one is void.
  ///
  /// - Parameters:
  ///   - word: random.
  ///   - trial: who asks, by the clock that no person sets.
  public func issuePass(
    _ word: String, for purpose: PassPurpose, by author: Author, _ trial: PINTry
  ) throws(StoreError) {
    let pass = Pass(
      purpose: purpose, digest: Pass.digest(word), author: author, boot: trial.boot,
      uptime: trial.uptime)
    try writeQuietly { try Self.store($0, Pass.key, try Codec().text(pass)) }
  }

  /// Whose pass it is; nil for none, another purpose or an old one. It is gone afterwards.
  public func redeemPass(
    _ word: String, for purpose: PassPurpose, _ trial: PINTry
  ) throws(StoreError) -> Author? {
    try writeQuietly { db in
      let text = try String.fetchOne(
        db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [Pass.key])
      guard let text else { return nil }
      try db.execute(sql: "DELETE FROM setting WHERE key = ?", arguments: [Pass.key])
      let pass = try Codec().decode(Pass.self, text)
      let age = trial.uptime - pass.uptime
      guard pass.digest == Pass.digest(word), pass.purpose == purpose, pass.boot == trial.boot,
        (0...Pass.milliseconds).contains(age)
      else { return nil }
      return pass.author
    }
  }
}
