import Glibc

/// Files that hold health data: made for their owner alone, never over another file.
enum NewFile {
  /// Writes the bytes to a new file of mode 0600 and waits until they are on the disk.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw CommandFailure(
        .failed,
        errno == EEXIST
          ? "\(path) existe déjà ; choisir un autre nom."
          : "\(path) ne peut pas être créé ; vérifier le dossier.",
        errno == EEXIST
          ? "\(path) exists already; choose another name."
          : "\(path) cannot be created; check the directory.")
    }
    defer { close(descriptor) }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw incomplete(path) }
      sent += count
    }
    guard fsync(descriptor) == 0 else { throw incomplete(path) }
  }

  private static func incomplete(_ path: String) -> CommandFailure {
    unlink(path)
    return CommandFailure(
      .failed, "\(path) n’a pas pu être écrit en entier (disque plein ?) ; il a été retiré.",
      "\(path) could not be written whole (disk full?); it was removed.")
  }
}
