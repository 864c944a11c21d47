import FoundationEssentials
import Glibc
import Settings
import Store

/// A person's wish that the service tries now; where tokens come from a screen, this is where one
/// is fetched and handed over.
struct Reconnecting {
  enum Answer {
    case asked
    /// Nobody synchronises this BAL.
    case nobody
    /// `token_command` gave nothing: the session of Pro Santé Connect must be opened again.
    case noToken
    /// The service did not take the token.
    case unheard
  }

  let session: Session

  /// May last as long as a person needs to confirm on a telephone.
  private static let seconds = 60

  func run() throws -> Answer {
    let directory = session.store.directory
    let isServed = try session.ask { _ throws(StoreError) in
      try Lease.isHeld(directory: directory)
    }
    guard isServed, let command else {
      let now = session.environment.now()
      try session.ask { store throws(StoreError) in try store.askForRetry(now: now) }
      return isServed ? .asked : .nobody
    }
    let result = try Child.run(
      command, input: [], limit: 16_384, within: Self.seconds, isQuiet: true)
    let token = result.output.prefix { $0 != 0x0A && $0 != 0x0D }
    guard result.code == 0, !result.isCut, !token.isEmpty else { return .noToken }
    let said = WorkerLine.say("token \(Data(token).base64EncodedString())", to: directory)
    return said == "ok" ? .asked : .unheard
  }

  /// nil when the worker fetches its tokens itself, or needs none.
  private var command: [String]? {
    guard case .imap(let server) = session.settings.backend, server.auth.tokenFrom == .screen,
      server.auth.method == .xoauth2 || server.auth.method == .oauthbearer
    else { return nil }
    return server.auth.tokenCommand
  }
}

/// The other end of the worker's socket: one line there, one line back.
enum WorkerLine {
  private static let seconds = 3

  /// nil when nobody listens or answers.
  static func say(_ line: String, to directory: String) -> String? {
    // A socket's path holds 107 bytes, a store's may hold more.
    let place = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard place >= 0 else { return nil }
    defer { close(place) }
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(
        socket, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array("/proc/self/fd/\(place)/worker.sock".utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    let bytes = Array((line + "\n").utf8)
    guard isConnected, send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      return nil
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while answer.count < 65_536 {
      let count = read(socket, &buffer, buffer.count)
      guard count > 0 else { break }
      answer += buffer.prefix(count)
    }
    return String(decoding: answer.prefix { $0 != 0x0A }, as: UTF8.self)
  }
}
