import Domain
import Foundation
import Store
import TestKit
import Testing

/// An officine on a Dovecot and a sink, with screens that come and go, and whatever service one of
/// them started: found by the store that is this test's alone, and ended with the test.
final class Survivors {
  let dovecot: DovecotServer
  let sink: MailSink
  let counter: Counter

  init(dovecot extra: String = "") throws {
    dovecot = try DovecotServer(extra: extra)
    sink = try MailSink(authority: dovecot.authority)
    counter = try Counter(dovecot: dovecot, sink: sink)
    try counter.addTeam()
  }

  deinit { for pid in workers { kill(pid, SIGKILL) } }

  /// The services of this store that live now.
  var workers: [Int32] { Self.processes("mssterm-worker", with: ["sync", counter.configuration]) }

  /// The programs of a screen on this configuration.
  var screens: [Int32] { Self.processes("mssterm", with: [counter.configuration]) }

  /// By name and words of the command line; those that ended and wait to be reaped have none.
  private static func processes(_ name: String, with words: [String]) -> [Int32] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return found.compactMap { Int32($0) }.filter { pid in
      // A process may end while it is looked at: then it is none.
      guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
        return false
      }
      let line = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return line.first?.hasSuffix("/" + name) == true && words.allSatisfy(line.contains)
    }.sorted()
  }

  /// The letter of proc(5): `T` is stopped.
  static func state(_ pid: Int32) -> Character? {
    let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") ?? Data()
    let text = String(decoding: data, as: UTF8.self)
    return text.lastIndex(of: ")").flatMap { text[$0...].dropFirst(2).first }
  }

  /// A shell that a person sits at, with the screen opened from it.
  func terminal() throws -> TmuxDriver {
    let terminal = try TmuxDriver(["bash", "--norc", "--noprofile", "-i"], home: counter.home)
    try terminal.type("'\(try Products.binary("mssterm"))' --config '\(counter.configuration)'")
    try terminal.press("Enter")
    try terminal.waitForScreen("the queue") { $0.contains("À prendre") && $0.contains("Toutes") }
    return terminal
  }

  func waitForWorker() throws -> Int32 {
    try waitUntil("one service that is up to date", seen: { "\(workers)" }) {
      try workers.count == 1 && status()?.phase == .upToDate
    }
    return try #require(workers.first)
  }

  func status() throws -> SyncStatus? {
    guard FileManager.default.fileExists(atPath: counter.storePath + "/store.sqlite") else {
      return nil
    }
    return try look { try $0.syncStatus() }
  }

  func look<Value>(_ body: (OfficineStore) throws -> Value) throws -> Value {
    let store = try counter.store()
    defer { store.close() }
    return try body(store)
  }

  func waitForMessages(_ count: Int) throws {
    try waitUntil("\(count) messages in the store") {
      try look { try $0.messages(.all, after: nil, limit: 1_000).count { !$0.message.isOutgoing } }
        == count
    }
  }

  /// A mail whose sender is named after its number.
  func deliver(_ number: Int) throws {
    let names = ["ZÉRO", "UN", "DEUX", "TROIS", "QUATRE", "CINQ"]
    var mail = TestMail.patientQuestion(number)
    mail.from.name = "\(names[number]) Patient"
    try dovecot.deliver(mail.bytes)
  }

  /// Queues a mail, as a script would; its Message-ID.
  @discardableResult
  func queue(_ subject: String) throws -> String {
    let body = try counter.files.write("corps.txt", "Bonjour\n")
    let queued = try counter.mssterm(
      "send", "--to", "premier@cabinet.mssante.fr", "--subject", subject, "--body", body, "--as",
      "LP")
    try #require(queued.code == 0, "\(queued.err)")
    return try #require(
      try look { try $0.outbox(states: Set(OutgoingItem.State.allCases)).last?.messageID })
  }

  /// Bodies that the server sent, of each session that ended.
  var fetches: [Int] {
    dovecot.log.components(separatedBy: "body_count=").dropFirst().map {
      Int($0.prefix { $0.isNumber }) ?? 0
    }
  }

  var fetchedBodies: Int { fetches.reduce(0, +) }

  /// Asks the service to end and waits for it.
  func endWorker() throws {
    for pid in workers { kill(pid, SIGTERM) }
    try waitUntil("the end of the service") { workers.isEmpty }
  }
}
