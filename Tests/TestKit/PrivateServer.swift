import Foundation

/// A server program that `scripts/need-servers.sh` unpacked for the tests alone; nothing of it is
/// installed. Where it is missing, `isHere` is false and `absence` says why: suites show both.
public enum PrivateServer: String, Sendable {
  case cyrus, postfix

  /// Where its packages lie: `usr/lib/…` as they would under `/`.
  var tree: String { Products.sourceRoot + "/.build/servers/" + rawValue }

  /// The tests can start it.
  public var isHere: Bool {
    FileManager.default.fileExists(atPath: tree + "/.complete") && isAllowed
  }

  /// Why it cannot be started here, for the reader of a skipped suite.
  public var absence: String {
    if !isAllowed { return "postfix: its master starts as root only" }
    let reason = FileManager.default.contents(atPath: tree + ".missing")
    let told = reason.map { String(decoding: $0, as: UTF8.self) }
    return told?.trimmingCharacters(in: .whitespacesAndNewlines)
      ?? "\(rawValue): not unpacked; `make test` does it (scripts/need-servers.sh)"
  }

  private var isAllowed: Bool { self != .postfix || getuid() == 0 }

  /// Copies the tree to where a server's own user may read it, which a checkout may not be.
  func copy(to directory: String) throws {
    let outcome = try ChildProcess.run("cp", ["-a", tree, directory])
    guard outcome.code == 0 else { throw KitError.child("cp: \(outcome.err)") }
  }

  /// What the programs of a copied tree must see: their libraries and SASL's plugins.
  static func environment(tree: String, home: String) -> [String: String] {
    let manager = FileManager.default
    let roots = ["\(tree)/usr/lib", "\(tree)/lib"]
    // Debian's multiarch directories are one level down; a tree without `lib` has none there.
    let nested = roots.flatMap { root in
      ((try? manager.contentsOfDirectory(atPath: root)) ?? []).sorted().map { "\(root)/\($0)" }
    }.filter { $0.contains("-linux-gnu") }
    let system = ((try? manager.contentsOfDirectory(atPath: "/usr/lib")) ?? []).sorted()
      .filter { $0.contains("-linux-gnu") }.map { "/usr/lib/\($0)" }
    return ChildProcess.environment(
      home: home,
      adding: [
        "LD_LIBRARY_PATH": (roots + nested + ["\(tree)/usr/lib/postfix"]).joined(separator: ":"),
        "SASL_PATH": (nested + system).map { $0 + "/sasl2" }.joined(separator: ":"),
      ])
  }

  /// Gives users their passwords in a file of SASL's own kind.
  static func passwords(
    _ users: [String: String], realm: String, in file: String, tree: String,
    environment: [String: String]
  ) throws {
    for (user, password) in users.sorted(by: { $0.key < $1.key }) {
      let outcome = try ChildProcess.run(
        "\(tree)/usr/sbin/saslpasswd2", ["-p", "-c", "-f", file, "-u", realm, user],
        environment: environment, input: Array(password.utf8))
      guard outcome.code == 0 else { throw KitError.child("saslpasswd2: \(outcome.err)") }
    }
  }
}
