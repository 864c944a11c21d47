import Foundation

/// A web server on loopback with one page, over HTTPS or in clear, and what it was asked.
///
/// The server is `Servers/webpage.py`; `/hop/N` there needs N + 1 redirections to the page.
public final class WebPage {
  public let port: Int
  private let child: ChildProcess
  private let files: TemporaryDirectory
  private var isStopped = false

  /// - Parameter authority: who signs for `hosts`; nil: HTTP.
  public convenience init(
    _ authority: CertificateAuthority?, hosts: [String] = [], path: String, page: String,
    status: String = "200 OK"
  ) throws {
    try self.init(authority, hosts: hosts, path: path, bytes: Array(page.utf8), status: status)
  }

  public init(
    _ authority: CertificateAuthority?, hosts: [String] = [], path: String, bytes: [UInt8],
    status: String = "200 OK"
  ) throws {
    files = try TemporaryDirectory()
    port = try Loopback.freePort()
    let identity = try authority?.issue(for: hosts)
    let file = try files.write("page", bytes: bytes)
    child = try ChildProcess(
      "/usr/bin/env",
      [
        "python3", Products.sourceRoot + "/Tests/TestKit/Servers/webpage.py", "\(port)", status,
        path, file, identity?.certificate ?? "-", identity?.key ?? "-",
      ])
    let child = child
    try waitUntil("the web server", seen: { child.errSoFar }) { child.outSoFar.contains("ready") }
  }

  deinit { _ = try? stop() }

  /// Another page from now on.
  public func show(_ bytes: [UInt8]) throws { try files.write("page", bytes: bytes) }

  /// Nobody listens any longer.
  public func stop() throws {
    guard !isStopped else { return }
    isStopped = true
    _ = try child.stop()
  }

  /// Request lines with their Host, in their order.
  public var requests: [String] {
    child.outSoFar.split(separator: "\n").dropFirst().map(String.init)
  }
}
