import Glibc
import Platform

/// Who else may reach the files of a store; closing them only ever takes rights away.
struct StoreModes {
  /// Absolute.
  let directory: String
  /// The store belongs to a group, whose rights stay.
  let isShared: Bool

  private var loose: mode_t { isShared ? 0o007 : 0o077 }

  var isThere: Bool { access(directory, F_OK) == 0 }

  /// The directory and the files in it that others may read, write or enter, by name.
  var open: [String] {
    ([directory] + files).filter { name in
      guard let mode = mode(of: name) else { return false }
      return mode & loose != 0
    }
  }

  /// What cannot be closed (another account's file) stays in `open`.
  func close(_ names: [String]) {
    for name in names {
      guard let mode = mode(of: name) else { continue }
      chmod(path(name), mode & 0o7777 & ~loose)
    }
  }

  private func path(_ name: String) -> String {
    name == directory ? directory : directory + "/" + name
  }

  /// nil for links and whatever else is neither a file nor the directory itself.
  private func mode(of name: String) -> mode_t? {
    if name == directory { return FileFacts(directory)?.mode }
    guard let facts = FileFacts(path(name), followingLinks: false), facts.isFile
    else { return nil }
    return facts.mode
  }

  private var files: [String] {
    guard let entries = opendir(directory) else { return [] }
    defer { closedir(entries) }
    var names: [String] = []
    while let entry = readdir(entries) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }
}
