import Foundation

/// Where the tests find what was built beside them, and the programs of the machine.
public enum Products {
  /// The path of a program of this package, built next to the running test bundle.
  ///
  /// `MSSTERM_PRODUCTS` names another directory, to try the same tests on a release build.
  public static func binary(_ name: String) throws -> String {
    let named = ProcessInfo.processInfo.environment["MSSTERM_PRODUCTS"]
    let path = (named ?? directory) + "/" + name
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw KitError.child("\(name) is not built beside the tests: `make test` builds it")
    }
    return path
  }

  /// The absolute path of a program of the machine, or a sentence that says what to install.
  public static func program(_ name: String, package: String? = nil) throws -> String {
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    // The daemons' directories are not on everybody's path.
    for directory in directories + ["/usr/bin", "/bin", "/usr/sbin", "/sbin"] {
      let path = "\(directory)/\(name)"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw KitError.missingProgram(name, package: package ?? name)
  }

  /// The root of the source tree that these tests were built from.
  public static let sourceRoot = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  private static let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().path
}
