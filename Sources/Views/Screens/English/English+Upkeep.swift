import Domain

extension English {
  public func backup(secondsAgo: Int64?, isLate: Bool) -> String {
    guard let secondsAgo else {
      return isLate
        ? "No backup was made yet. \"mssterm doctor\" says why."
        : "No backup: \"mssterm backup\", or [backup]."
    }
    let when = ago(seconds: secondsAgo)
    return isLate
      ? "Backup is late: the last one \(when). \"mssterm doctor\" says why." : "Backup \(when)"
  }

  public func backupFailed(_ code: String) -> String {
    switch code {
    case "backup.no-age": "The backup fails: the program \"age\" is missing (apt install age)."
    case "backup.age": "The backup fails: age refuses. Check the keys of [backup]."
    case "backup.directory":
      "The backup fails: its directory does not exist or cannot be written."
    case "backup.full": "The backup fails: the disk is full."
    default: "The backup fails (\(code)). \"mssterm doctor\" says why."
    }
  }

  public func lateBackup(secondsAgo: Int64?) -> String {
    secondsAgo.map { "backup \(ago(seconds: $0))" } ?? "no backup"
  }

  public var purging: String {
    "Purge under way: the content is gone, the files are cleaned at night."
  }

  public func purgesWaiting(_ count: Int, seconds: Int64) -> String {
    (count == 1 ? "1 purge waits" : "\(count) purges wait") + " for the team log since "
      + age(seconds: seconds) + ": nothing is erased yet."
  }

  public func purgesHeld(_ count: Int) -> String {
    (count == 1 ? "Purge under way: 1 more demande" : "Purge under way: \(count) more demandes")
      + ", at the next look, or once what is being sent or written here is done."
  }

  public func unfinishedOld(_ count: Int) -> String {
    count == 1
      ? "1 demande older than the retention is not finished: it stays."
      : "\(count) demandes older than the retention are not finished: they stay."
  }

  public var anchorFailing: String {
    "The anchor of the traces cannot be written. Check [journal] anchor."
  }
}
