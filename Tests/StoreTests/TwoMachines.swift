import Domain
import TestKit
import Testing

@testable import Store

/// Two machines of one officine.
struct MachinePair {
  let folder: TemporaryDirectory
  let a: Machine
  let b: Machine

  init() throws {
    folder = try TemporaryDirectory()
    a = try Machine("a", in: folder.path("a"))
    b = try Machine("b", in: folder.path("b"))
  }
}

/// A suite about two machines that talk through one mailbox server.
protocol TwoMachines {
  var pair: MachinePair { get }
}

extension TwoMachines {
  var a: Machine { pair.a }
  var b: Machine { pair.b }

  func folder(_ name: String) -> String { pair.folder.path(name) }

  /// One more.
  func machine(_ name: String) throws -> Machine { try Machine(name, in: folder(name)) }

  /// Until both have said and heard everything.
  func settle(_ server: inout LogServer) throws {
    for _ in 0..<4 { for machine in [a, b] { try machine.sync(&server) { false } } }
  }

  /// Both have read these mails, and know of one another.
  func begin(with mails: Mail...) throws -> LogServer {
    var server = LogServer()
    for machine in [a, b] {
      for mail in mails { try machine.store.take(mail) }
      try settle(&server)
    }
    return server
  }

  /// The purge under way, to its end.
  func finish(_ machine: Machine, now: Timestamp = later(20_000)) throws {
    var steps = 0
    while try machine.store.continuePurge(now: now) != nil {
      steps += 1
      try #require(steps < 1000)
    }
  }
}

extension Mail {
  /// One that answers another.
  init(n: Int, answering other: Int) {
    self.init(n: n)
    references = [Mail.header(other)]
  }
}
