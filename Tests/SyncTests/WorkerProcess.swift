import Foundation
import TestKit
import Testing

/// The worker's own binary on a store of a test, ended by the kernel at a chosen system call.
struct WorkerProcess {
  private let files: TemporaryDirectory
  private var configuration: String { files.path("config.toml") }
  private var trace: String { files.path("trace") }

  /// A call of the kernel, and which of them: the process is killed before it is made.
  typealias Step = (call: String, number: Int)

  init(
    store: String, address: String, imapPort: Int, smtpPort: Int? = nil, user: String
  ) throws {
    files = try TemporaryDirectory()
    let smtp =
      smtpPort.map { #"smtp = { host = "localhost", port = \#($0), tls = "none" }"# } ?? ""
    try files.write(
      "config.toml",
      """
      [[bal]]
      name = "officine"
      address = "\(address)"
      store = "\(store)"
      imap = { host = "localhost", port = \(imapPort), tls = "none" }
      \(smtp)
      auth = { method = "password", user = "\(user)", password = "secret" }
      """)
    chmod(configuration, 0o600)
  }

  private func command() throws -> [String] {
    [try Products.binary("mssterm-worker"), "sync", "--once", "--config", configuration]
  }

  private func run(_ arguments: [String]) throws -> (code: Int32, err: String) {
    let outcome = try ChildProcess(arguments[0], Array(arguments.dropFirst()))
      .wait(within: .seconds(60))
    return (outcome.code, outcome.err)
  }

  /// One pass that must end well.
  func pass() throws {
    let outcome = try run(command())
    try #require(outcome.code == 0, "\(outcome.err)")
  }

  /// One pass that is killed at that step, if it gets there.
  /// - Returns: true when it did not end by itself.
  func pass(killedAt step: Step) throws -> Bool {
    try run(
      [
        try Products.program("strace"), "-qq", "-o", trace, "-e", "trace=\(step.call)", "-e",
        "inject=\(step.call):signal=KILL:when=\(step.number)",
      ] + command()
    ).code != 0
  }

  /// How many such calls an undisturbed pass makes.
  func count(_ calls: [String]) throws -> [String: Int] {
    _ = try run(
      [
        try Products.program("strace"), "-qq", "-o", trace, "-e",
        "trace=\(calls.joined(separator: ","))",
      ] + command())
    let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
    return Dictionary(
      uniqueKeysWithValues: calls.map { call in
        (call, lines.count { $0.hasPrefix(call + "(") })
      })
  }
}
