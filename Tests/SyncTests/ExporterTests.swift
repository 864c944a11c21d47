import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// An applicative BAL: what arrives is handed over once, whatever happens in between.
@Suite(.serialized) struct `An applicative BAL` {
  private let box: Letterbox
  private let bureau: Bureau
  private let out: String

  init() throws {
    box = try Letterbox()
    bureau = try Bureau()
    out = try bureau.files.directory("lgo")
    bureau.exportTo = out
  }

  private var backend: Account.Backend { .maildir(MaildirAccount(path: box.path)) }

  /// A pass, and everything that can be handed over now.
  @discardableResult
  private func work(_ synchroniser: Synchroniser) throws -> Int {
    var report = try synchroniser.pass()
    while try synchroniser.exportArrivals(atMost: 2, &report) {}
    return report.exported
  }

  private func seen(_ path: String? = nil) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path ?? out).sorted()
  }

  @Test func `each arrival is handed over once, with its files and a trace`() throws {
    for n in 1...5 {
      try box.deliver(TestMail.patientPrescription(n).bytes, "179516766\(n).m\(n)")
    }
    let synchroniser = try bureau.synchroniser(backend)
    #expect(try work(synchroniser) == 5)
    let messages = try bureau.messages()
    #expect(try seen() == messages.map(\.id).sorted())
    let first = try #require(messages.last)
    let names = try seen("\(out)/\(first.id)")
    #expect(names.contains("order.json") && names.contains("01-message.txt"), "\(names)")
    #expect(names.contains { $0.hasSuffix(".pdf") })
    let mail = try #require(names.first { $0.hasSuffix("message.eml") })
    let raw = try bureau.store.raw(first.id)
    let handed = FileManager.default.contents(atPath: "\(out)/\(first.id)/\(mail)")
    #expect(handed.map(Array.init) == raw)
    // The other program takes them away; nothing comes again, not even after a restart.
    for id in try seen() { try FileManager.default.removeItem(atPath: "\(out)/\(id)") }
    #expect(try work(synchroniser) == 0)
    synchroniser.close()
    #expect(try work(try bureau.synchroniser(backend)) == 0)
    #expect(try seen().isEmpty)
    let traces = try bureau.store.journal(limit: 1000).filter { $0.action == "export" }
    #expect(traces.count == 5)
    #expect(traces.allSatisfy { $0.order != nil && $0.answer.hasPrefix("files=") })
  }

  @Test func `a directory that is missing or full of trouble is told, and tried again`() throws {
    try box.deliver(TestMail.patientPrescription().bytes, "1795167661.a")
    try FileManager.default.removeItem(atPath: out)
    let synchroniser = try bureau.synchroniser(backend)
    defer { synchroniser.close() }
    #expect(try work(synchroniser) == 0)
    let held = try #require(try bureau.store.health().heldExports)
    #expect(held.code == "missing" && held.waiting == 1 && held.since == bureau.clock.now)
    bureau.clock.advance(60)
    #expect(try work(synchroniser) == 0)
    #expect(try bureau.store.health().heldExports?.since == held.since)
    try bureau.files.directory("lgo")
    #expect(try work(synchroniser) == 1)
    #expect(try bureau.store.health().heldExports == nil)
  }

  @Test func `one named and taken away before a kill is not made again`() throws {
    try box.deliver(TestMail.patientPrescription().bytes, "1795167661.a")
    let synchroniser = try bureau.synchroniser(backend)
    defer { synchroniser.close() }
    _ = try synchroniser.pass()
    let id = try #require(try bureau.messages().first?.id)
    try bureau.store.beginExport(of: id, in: out, now: bureau.clock.now)
    #expect(try work(synchroniser) == 1)
    #expect(try seen().isEmpty)
    // But not when it was another directory, and not when its disk is missing.
    try box.deliver(TestMail.patientPrescription(2).bytes, "1795167662.a")
    _ = try synchroniser.pass()
    let other = try #require(try bureau.store.owedExports(limit: 9).first?.message)
    try bureau.store.beginExport(of: other, in: "/ailleurs", now: bureau.clock.now)
    #expect(try work(synchroniser) == 1)
    #expect(try seen() == [other])
  }

  @Test func `what is sent, imported or kept in another mailbox is nobody's arrival`() throws {
    for folder in [".Sent", ".Archive"] {
      for part in ["cur", "new", "tmp"] { try box.files.directory("bal/\(folder)/\(part)") }
    }
    try box.files.write(
      "bal/.Archive/cur/1795167661.a:2,S", bytes: TestMail.patientPrescription(1).bytes)
    try box.files.write("bal/.Sent/cur/1795167662.a:2,S", bytes: TestMail.patientQuestion(2).bytes)
    try box.deliver(TestMail.patientPrescription(3).bytes, "1795167663.a")
    bureau.mailboxes = ["Archive"]
    let synchroniser = try bureau.synchroniser(backend)
    defer { synchroniser.close() }
    #expect(try work(synchroniser) == 1)
    #expect(try bureau.messages().count == 3)
  }
}

/// The worker killed at every step of handing over, while the other program takes what it sees.
@Suite(.serialized) struct `An export killed at every step` {
  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"
  private static let calls = ["rename", "mkdir", "fsync", "unlink", "pwrite64"]

  /// A store with two mails and nothing handed over yet.
  private struct Machine {
    let files = Result { try TemporaryDirectory() }
    let box: Letterbox
    var taken: [String] = []

    init() throws {
      box = try Letterbox()
      for n in 1...2 {
        try box.deliver(TestMail.patientPrescription(n).bytes, "179516766\(n).m\(n)")
      }
      try files.get().directory("lgo")
      try configure("organisationnelle")
      _ = try work()
      try configure("applicative")
    }

    func path(_ name: String) throws -> String { try files.get().path(name) }

    private func configure(_ kind: String) throws {
      try files.get().write(
        "config.toml",
        """
        [[bal]]
        name = "machine"
        address = "\(Bureau.address)"
        kind = "\(kind)"
        store = "store"
        backend = "maildir"
        maildir = "\(box.path)"
        export_to = "lgo"
        """)
    }

    func work(_ tracer: [String] = []) throws -> Int32 {
      let command =
        tracer + [
          try Products.binary("mssterm-worker"), "sync", "--once", "--config",
          try path("config.toml"),
        ]
      return try ChildProcess(command[0], Array(command.dropFirst())).wait(within: .seconds(60))
        .code
    }

    /// What the other program does: takes whatever bears a name.
    mutating func takeAway() throws {
      let lgo = try path("lgo")
      for name in try FileManager.default.contentsOfDirectory(atPath: lgo)
      where !name.hasPrefix(".") {
        let inside = try FileManager.default.contentsOfDirectory(atPath: "\(lgo)/\(name)")
        #expect(inside.contains("order.json") && inside.count == 4, "\(inside)")
        try FileManager.default.removeItem(atPath: "\(lgo)/\(name)")
        taken.append(name)
      }
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `S01 handed over exactly once each, also when it was taken before the mark`() throws {
    let strace = try Products.program("strace")
    let counted = try Machine()
    let trace = try counted.path("trace")
    _ = try counted.work(
      [strace, "-qq", "-o", trace, "-e", "trace=\(Self.calls.joined(separator: ","))"])
    let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
    let steps = Self.calls.flatMap { call in
      (0..<lines.count { $0.hasPrefix(call + "(") }).map { (call, $0 + 1) }
    }
    var killed = 0
    for (place, (call, number)) in steps.enumerated()
    where Self.isSoak || call == "rename" || place % 4 == 0 {
      var machine = try Machine()
      let code = try machine.work([
        strace, "-qq", "-o", trace, "-e", "trace=\(call)", "-e",
        "inject=\(call):signal=KILL:when=\(number)",
      ])
      if code != 0 { killed += 1 }
      try machine.takeAway()
      #expect(try machine.work() == 0)
      try machine.takeAway()
      #expect(try machine.work() == 0)
      try machine.takeAway()
      #expect(machine.taken.count == 2 && Set(machine.taken).count == 2, "\(call) \(number)")
      let left = try FileManager.default.contentsOfDirectory(atPath: try machine.path("lgo"))
      #expect(left.isEmpty, "\(call) \(number): \(left)")
    }
    print("exports: \(steps.count) steps, \(killed) kills, every one recovered")
    #expect(killed > 5)
  }
}
