import Domain
import Foundation
import Glibc
import Logging

/// Where the worker writes what it does: codes and counts, never mail, names or secrets
/// (invariant 25).
enum WorkerLog {
  /// To the file that MSSTERM_LOG names (made 0600), else to the journal of systemd; on the
  /// standard error of a terminal only what is grave, for a command says the rest itself.
  static func logger() -> Logger {
    guard let path = Host.environment()["MSSTERM_LOG"], !path.isEmpty else {
      var logger = Logger(label: "sync") { StreamLogHandler.standardError(label: $0) }
      // systemd.exec(5): standard error goes to the journal.
      logger.logLevel = Host.environment()["JOURNAL_STREAM"] == nil ? .error : .info
      return logger
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    var logger = Logger(label: "sync") { _ in FileLog(descriptor: descriptor) }
    logger.logLevel = .info
    return logger
  }
}

/// Appends one line per event; a full disk costs lines, not mail.
private struct FileLog: LogHandler {
  let descriptor: Int32
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    guard descriptor >= 0 else { return }
    let line = Array("\(Host.now().iso8601) \(event.level) \(event.message)\n".utf8)
    _ = write(descriptor, line, line.count)
  }
}
