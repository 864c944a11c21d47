import Glibc

/// The right to talk for the mailbox: one process at a time, and it dies with its holder.
///
/// An open-file-description lock (fcntl F_OFD_SETLK) on the file `lease`: the kernel gives it
/// back when the process ends, however it ends; children do not inherit it (O_CLOEXEC).
public final class Lease: Sendable {
  private let file: OwnedFile

  private init(file: OwnedFile) { self.file = file }

  /// nil when another process, or another `Lease` of this one, holds it.
  public static func acquire(directory: String) throws(StoreError) -> Lease? {
    let file = try OwnedFile(opening: directory + "/lease")
    guard file.lock() else { return nil }
    file.write("\(getpid())\n")
    return Lease(file: file)
  }

  /// The process that took it last, alive or not, for the doctor; nil when none ever did. The
  /// lock alone says who may talk.
  public static func lastHolder(directory: String) throws(StoreError) -> Int32? {
    Int32(try OwnedFile(opening: directory + "/lease").text.filter(\.isNumber))
  }

  /// Gives it back; letting the value go does the same.
  public func release() { file.unlock() }

  /// Whether anybody holds it now; an answer that may be old at once.
  public static func isHeld(directory: String) throws(StoreError) -> Bool {
    try OwnedFile(opening: directory + "/lease").isLockedElsewhere
  }
}

/// A descriptor that is closed with its owner.
final class OwnedFile: Sendable {
  let descriptor: Int32

  init(opening path: String) throws(StoreError) {
    descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw .cannotOpen(errno == ENOENT ? .missing : .permissions("file"))
    }
  }

  /// Takes over an open descriptor.
  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { Glibc.close(descriptor) }

  /// A note for people: on a full disk there is none.
  func write(_ text: String) {
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.utf8.count, 0)
  }

  /// Up to 32 bytes of it.
  var text: String {
    var buffer = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  // <fcntl.h> hides these behind a macro that the importer does not read.
  private static let getOwned: Int32 = 36
  private static let setOwned: Int32 = 37

  private func request(_ type: Int32, at byte: Int? = nil) -> flock {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    if let byte { (lock.l_start, lock.l_len) = (byte, 1) }
    return lock
  }

  /// True when this description holds the lock afterwards.
  ///
  /// - Parameter byte: only that one of the file.
  func lock(at byte: Int? = nil) -> Bool {
    var lock = request(F_WRLCK, at: byte)
    var result: Int32
    repeat {
      result = fcntl(descriptor, Self.setOwned, &lock)
    } while result != 0 && errno == EINTR
    return result == 0
  }

  func unlock() {
    var lock = request(F_UNLCK)
    _ = fcntl(descriptor, Self.setOwned, &lock)
  }

  var isLockedElsewhere: Bool { isLockedElsewhere(at: nil) }

  /// - Parameter byte: only that one of the file.
  func isLockedElsewhere(at byte: Int?) -> Bool {
    var lock = request(F_WRLCK, at: byte)
    guard fcntl(descriptor, Self.getOwned, &lock) == 0 else { return true }
    return lock.l_type != Int16(F_UNLCK)
  }
}
