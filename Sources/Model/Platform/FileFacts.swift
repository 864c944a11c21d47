import Glibc

/// What the kernel tells about a file: stat(2) in plain values.
///
/// The C struct has no fixed home in a module that also sees Foundation, so it stays in this room.
public struct FileFacts: Sendable {
  public enum Kind: Sendable {
    case file, directory, link, other
  }

  public let kind: Kind
  /// The permission bits, 07777.
  public let mode: UInt32
  /// The user id.
  public let owner: UInt32
  /// Names of the file.
  public let links: Int
  /// Bytes.
  public let size: Int
  /// Which file of its file system it is.
  public let number: UInt64
  /// Last change of the content, milliseconds since 1970.
  public let modified: Int64

  public var isFile: Bool { kind == .file }
  public var isDirectory: Bool { kind == .directory }

  /// nil when nothing can be told of that path; `errno` says why.
  public init?(_ path: String, followingLinks: Bool = true) {
    var facts = stat()
    let result = followingLinks ? stat(path, &facts) : lstat(path, &facts)
    guard result == 0 else { return nil }
    self.init(facts)
  }

  /// nil when nothing can be told of that descriptor; `errno` says why.
  public init?(descriptor: Int32) {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { return nil }
    self.init(facts)
  }

  private init(_ facts: stat) {
    kind =
      switch facts.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: .other
      }
    mode = facts.st_mode & 0o7777
    owner = facts.st_uid
    links = Int(facts.st_nlink)
    size = Int(facts.st_size)
    number = UInt64(facts.st_ino)
    modified =
      Int64(facts.st_mtim.tv_sec) * 1000 + Int64(facts.st_mtim.tv_nsec / 1_000_000)
  }
}
