import Domain
import Foundation
import TestKit
import Testing

@testable import Documents

/// The child may die, hang or lie; the worker goes on (reliability.md M10, P06).
struct ConfinementTests {
  private func badChild(
    _ directory: TemporaryDirectory, wallSeconds: Double = 20
  ) throws -> DecoderClient {
    var limits = DecoderLimits()
    limits.wallSeconds = wallSeconds
    return DecoderClient(
      executable: try BadChild.make(in: directory), confinement: .limitsOnly, limits: limits)
  }

  @Test func `M10 a child found dead is replaced and nobody is told`() throws {
    let client = try decoder()
    #expect(try client.decode(mail("", "un")).text.contains("un"))
    let first = try #require(client.childProcess)
    kill(-first, SIGKILL)
    #expect(try client.decode(mail("", "deux")).text.contains("deux"))
    #expect(try #require(client.childProcess) != first)
  }

  @Test func `M10 a message that kills the child twice is given up, its neighbours are read`()
    throws
  {
    try withTemporaryDirectory { directory in
      let client = try badChild(directory)
      let raws = [mail("", "un"), mail("", "DIE"), mail("", "DIE"), mail("", "quatre")]
      let results = client.decode(raws)
      try #require(results.count == 4)
      #expect(try results[0].get().text.contains("un"))
      #expect(results[1] == .failure(.childDied))
      #expect(results[2] == .failure(.childDied))
      #expect(try results[3].get().text.contains("quatre"))
    }
  }

  @Test func `M10 a silent child is killed at the deadline and the next message is read`() throws {
    try withTemporaryDirectory { directory in
      let client = try badChild(directory, wallSeconds: 2)
      let results = client.decode([mail("", "HANG"), mail("", "deux")])
      try #require(results.count == 2)
      #expect(results[0] == .failure(.deadline))
      #expect(try results[1].get().text.contains("deux"))
    }
  }

  @Test func `M10 the real child, stopped, meets the deadline too`() throws {
    var limits = DecoderLimits()
    limits.wallSeconds = 1
    let client = try decoder(limits: limits)
    _ = try client.confinement()
    let pid = try #require(client.childProcess)
    kill(-pid, SIGSTOP)
    #expect(throws: DecoderError.deadline) { try client.decode(mail("", "un")) }
    // Stopped, it cannot end by itself: whatever is gone was killed, the inside of bwrap too.
    try waitUntil("the end of its whole group") { try living(inGroup: pid).isEmpty }
  }

  @Test func `an answer that is nonsense or endless is refused`() throws {
    try withTemporaryDirectory { directory in
      let client = try badChild(directory)
      #expect(throws: DecoderError.childDied) { try client.decode(mail("", "LIE")) }
      #expect(throws: DecoderError.resultTooLarge) { try client.decode(mail("", "FLOOD")) }
      #expect(try client.decode(mail("", "après")).text.contains("apr"))
    }
  }

  @Test func `a message over the cap is never sent`() throws {
    var limits = DecoderLimits()
    limits.messageBytes = 1_000
    let client = try decoder(limits: limits)
    let long = mail("", String(repeating: "a", count: 1_000))
    let results = client.decode([mail("", "un"), long, mail("", "trois")])
    try #require(results.count == 3)
    #expect(results[1] == .failure(.messageTooLarge))
    #expect(try results[0].get().text.contains("un"))
    #expect(try results[2].get().text.contains("trois"))
  }

  @Test func `a program that is no decoder cannot start`() throws {
    let missing = DecoderClient(executable: "/nonexistent/worker", confinement: .limitsOnly)
    #expect(throws: DecoderError.cannotStart(ENOENT)) { try missing.confinement() }
    let mute = DecoderClient(executable: "/bin/true", confinement: .limitsOnly)
    #expect(throws: DecoderError.cannotStart(0)) { try mute.confinement() }
    #expect(mute.decode([[], []]) == Array(repeating: .failure(.cannotStart(0)), count: 2))
  }

  @Test func `M10 the child shuts itself in: limits, no core, no socket, no privilege`() throws {
    let client = try decoder(.limitsOnly)
    #expect(try client.confinement() == .limitsOnly)
    let pid = try #require(client.childProcess)
    let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
    func limit(_ name: String) -> String? {
      let line = limits.split(separator: "\n").first { $0.hasPrefix(name) }
      return line?.dropFirst(name.count).split(separator: " ").dropFirst().first.map(String.init)
    }
    #expect(limit("Max address space") == "1073741824")
    #expect(limit("Max open files") == "64")
    #expect(limit("Max core file size") == "0")
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    #expect(status.contains("NoNewPrivs:\t1"))
    #expect(status.contains("Seccomp:\t2"))
  }

  @Test(.enabled(if: Bubblewrap.works)) func `M10 in bubblewrap the child has no network`() throws {
    let listener = try Listener()
    try withTemporaryDirectory { directory in
      let child = try BadChild.greeting(
        when: "not connects(\(listener.port))", in: directory)
      let walled = DecoderClient(executable: child, confinement: .bubblewrap)
      #expect(try walled.confinement() == .bubblewrap)
      // The same child outside reaches the listener, so the test can see a difference.
      let free = DecoderClient(executable: child, confinement: .limitsOnly)
      #expect(throws: DecoderError.cannotStart(0)) { try free.confinement() }
    }
  }

  @Test(.enabled(if: Bubblewrap.works)) func `M10 in bubblewrap the child sees no file of ours`()
    throws
  {
    try withTemporaryDirectory { directory in
      let secret = try directory.write("store.sqlite", "secret")
      let child = try BadChild.greeting(
        when: "not os.path.exists('\(secret)') and 'HOME' not in os.environ "
          + "and not os.path.exists('/etc/passwd')", in: directory)
      let walled = DecoderClient(executable: child, confinement: .bubblewrap)
      #expect(try walled.confinement() == .bubblewrap)
      let free = DecoderClient(executable: child, confinement: .limitsOnly)
      #expect(throws: DecoderError.cannotStart(0)) { try free.confinement() }
    }
  }

  @Test func `P06 close leaves no process behind`() throws {
    let client = try decoder()
    _ = try client.decode(mail("", "un"))
    let pid = try #require(client.childProcess)
    client.close()
    #expect(client.childProcess == nil)
    try waitUntil("the end of its whole group") { try living(inGroup: pid).isEmpty }
  }

  @Test func `P06 the child ends by itself when the worker is gone`() throws {
    let worker = try ChildProcess(Products.binary("mssterm-worker"), ["decode"])
    // Its standard input is empty: the other side is gone from the start.
    #expect(try worker.wait().code == 0)
  }
}

/// Processes of a group that are not yet dead; who reaps them is the machine's affair.
private func living(inGroup group: Int32) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
    guard Int32(name) != nil,
      // It may end between the listing and the look.
      let stat = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
      let end = stat.lastIndex(of: ")")
    else { return false }
    let fields = stat[end...].split(separator: " ")
    return fields.count > 3 && fields[3] == "\(group)" && fields[1] != "Z"
  }
}

/// Whether bubblewrap can make namespaces here (not in every container).
enum Bubblewrap {
  static let works: Bool = {
    guard let client = try? decoder(.bubblewrap) else { return false }
    return (try? client.confinement()) == .bubblewrap
  }()
}

/// A TCP port of loopback that takes connections as long as the value lives.
final class Listener {
  let port: UInt16
  private let socket: Int32

  init() throws {
    let descriptor = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    socket = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, generic, &length) == 0
      }
    }
    guard code else { throw KitError.system("bind", errno) }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(socket) }
}
