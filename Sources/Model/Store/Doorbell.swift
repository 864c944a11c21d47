import Glibc

/// One byte written after a commit; every process watches the file by inotify and re-reads.
///
/// SQLite's own files cannot serve: inotify on the -wal fires before the commit can be seen.
public struct Doorbell {
  /// Rewrites the file's single byte. Does nothing when the file cannot be opened: the commit
  /// stands, and whoever waits looks at `dataVersion` every two seconds anyway.
  public static func ring(_ path: String) {
    let file = Glibc.open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return }
    defer { Glibc.close(file) }
    var byte: UInt8 = 0x2A
    _ = pwrite(file, &byte, 1, 0)
  }
}
