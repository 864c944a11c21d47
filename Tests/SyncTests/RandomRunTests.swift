import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// One machine: a store, and a worker that is ended and started again at random.
private final class Machine {
  let bureau: Bureau
  private let backend: Account.Backend
  private var running: Synchroniser?
  private let worker: WorkerProcess
  var isOffline = false

  init(_ backend: Account.Backend, port: Int) throws {
    bureau = try Bureau()
    self.backend = backend
    worker = try WorkerProcess(
      store: bureau.store.directory, address: Bureau.address, imapPort: port, user: "officine")
  }

  /// A pass by the worker's own process, killed before that write to the store if it gets there.
  /// - Returns: true when the kill came.
  func killed(at number: Int) throws -> Bool {
    end()
    guard !isOffline else { return false }
    return try worker.pass(killedAt: ("pwrite64", number))
  }

  /// One pass; a failure of the road is what the test is about, any other ends it.
  func pass() throws {
    guard !isOffline else { return }
    let synchroniser = try running ?? bureau.synchroniser(backend)
    running = synchroniser
    do {
      _ = try synchroniser.pass()
    } catch {
      let failure = error
      let isOfTheRoad =
        failure == .connectionLost || failure == .unreachable
        || failure == .timedOut || failure == .limit || failure == .violation
      try #require(isOfTheRoad, "\(failure)")
    }
  }

  /// Its process ends; the next pass is another one's.
  func end() {
    running?.close()
    running = nil
  }

  func flags() throws -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for message in try bureau.messages() where message.uid != nil {
      found[message.messageID] = Set(message.flags.names)
    }
    return found
  }
}

/// What should be true: who touched which flag last, and which mails are there.
private struct Model {
  var present: Set<String> = []
  /// What must stand in Trash and in Drafts, each once.
  var thrownAway: [String] = []
  var notes: [String] = []
  /// A server without UIDPLUS and MOVE takes nothing away.
  var throwsAway = true
  /// Of the files, by number of the mail.
  var names: [Int: String] = [:]
  var delivered = 0
  /// Worker processes that were killed in the middle of a pass.
  var kills = 0
  /// The actors that ever touched a flag, and the last wish of the only one.
  var touched: [String: (actors: Set<String>, isOn: Bool)] = [:]

  mutating func touch(_ id: String, _ flag: String, _ actor: String, _ isOn: Bool) {
    var entry = touched["\(flag) \(id)"] ?? (actors: [], isOn: isOn)
    entry.actors.insert(actor)
    entry.isOn = isOn
    touched["\(flag) \(id)"] = entry
  }
}

@Suite(.serialized) struct `Two machines and a webmail on one mailbox` {
  private static let environment = ProcessInfo.processInfo.environment
  private static let isSoak = environment["MSSTERM_SOAK"] == "1"
  private static let letters: [(flag: String, letter: Character)] = [
    ("\\Flagged", "F"), ("\\Seen", "S"),
  ]

  @Test(.timeLimit(.minutes(20)))
  func `S16: after thousands of random changes, cuts and ends, all agree with the model`() throws {
    try run(count: Self.isSoak ? 20_000 : 5_000, extra: "")
  }

  /// The same server made to announce less: RFC 3501 is enough, CONDSTORE alone helps.
  @Test(
    .timeLimit(.minutes(10)),
    arguments: ["IMAP4rev1", "IMAP4rev1 ENABLE CONDSTORE UIDPLUS ESEARCH", "IMAP4rev1 IDLE"])
  func `S10, S16: the same on a server that announces`(capabilities: String) throws {
    try run(
      count: Self.isSoak ? 5_000 : 600, extra: "imap_capability = \(capabilities)",
      expecting: Set(capabilities.split(separator: " ").map { $0.uppercased() }))
  }

  private func run(count: Int, extra: String, expecting: Set<String>? = nil) throws {
    let seed =
      Self.environment["MSSTERM_SEED"].flatMap { UInt64($0) }
      ?? UInt64.random(in: 1...999_999)
    print("S16: seed \(seed), \(count) operations (MSSTERM_SEED=\(seed) replays)")
    let dovecot = try DovecotServer(extra: extra)
    let road = try CuttingProxy(to: dovecot.port)
    let backend = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: road.port, security: .none), smtp: nil, anchors: [],
        login: Login(user: "officine", method: .password("secret"))))
    let machines = try (0...1).map { _ in try Machine(backend, port: road.port) }
    var model = Model()
    model.throwsAway = extra.isEmpty || extra.contains("UIDPLUS")
    for change in RandomPlan.changes(seed: seed, count: count) {
      try carryOut(change, &model, machines, dovecot, road)
    }
    // Quiet: the road is good, everybody is online.
    road.plan(.none)
    for _ in 1...3 {
      for machine in machines {
        machine.isOffline = false
        machine.end()
        machine.bureau.clock.advance(301)
        try machine.pass()
      }
    }
    try compare(model, machines, dovecot, seed)
    if let expecting {
      #expect(try Set(machines[0].bureau.store.health().capabilities) == expecting)
    }
    machines.forEach { $0.end() }
  }

  @Test func `The seed replays: what happens depends on nothing else`() {
    let plan = RandomPlan.changes(seed: 42, count: 2_000)
    #expect(plan == RandomPlan.changes(seed: 42, count: 2_000))
    #expect(plan != RandomPlan.changes(seed: 43, count: 2_000))
    // Every kind of change occurs.
    #expect(Set(plan.map { "\($0)".prefix { $0 != "(" } }).count == 11)
  }

  private func carryOut(
    _ change: RandomChange, _ model: inout Model, _ machines: [Machine], _ dovecot: DovecotServer,
    _ road: CuttingProxy
  ) throws {
    switch change {
    case .delivered(let number):
      model.delivered += 1
      model.names[number] = try dovecot.deliver(TestMail.patientQuestion(number).bytes)
      model.present.insert(id(number))
    case .marked(let number, let flag, let isOn):
      try webmail(file(model.names[number], dovecot), flag, isOn, dovecot)
      model.touch(id(number), flag, "webmail", isOn)
    case .removed(let number):
      try FileManager.default.removeItem(atPath: try file(model.names[number], dovecot))
      model.present.remove(id(number))
    case .flagged(let machine, let number, let flag, let isOn):
      let known = try machines[machine].bureau.messages()
      guard let message = known.first(where: { $0.messageID == id(number) && $0.uid != nil })
      else { return }
      try machines[machine].bureau.store.setFlag(flag, isOn, on: message.id, by: nil, now: noon)
      model.touch(id(number), flag, "machine \(machine)", isOn)
    case .thrownAway(let machine, let number):
      try throwAway(number, on: machines[machine].bureau, &model)
    case .noted(let machine, let number):
      let mail = TestMail.patientQuestion(1_000_000 + number)
      _ = try machines[machine].bureau.store.queueAppend(
        mail.bytes, messageID: "<\(mail.messageID)>", to: "Drafts", by: Bureau.actor.author,
        now: noon)
      model.notes.append(id(1_000_000 + number))
    case .offlineOrOnline(let machine): machines[machine].isOffline.toggle()
    case .processEnded(let machine): machines[machine].end()
    case .processKilled(let machine, let write):
      if try machines[machine].killed(at: write) { model.kills += 1 }
    case .cut(let machine, let bytes, let isFromServer):
      road.plan(isFromServer ? .afterServer(bytes) : .afterClient(bytes))
      try machines[machine].pass()
      road.plan(.none)
    case .pass(let machine): try machines[machine].pass()
    }
  }

  private func throwAway(_ number: Int, on bureau: Bureau, _ model: inout Model) throws {
    let known = try bureau.messages().first { $0.messageID == id(number) && $0.uid != nil }
    guard model.throwsAway, let known,
      let order = try bureau.store.order(ofMessage: known.id),
      try !bureau.store.trash(order.id, by: Bureau.actor, notBefore: noon, now: noon).isEmpty
    else { return }
    model.present.remove(id(number))
    model.thrownAway.append(id(number))
  }

  private func id(_ number: Int) -> String { "<\(TestMail.patientQuestion(number).messageID)>" }

  /// All files of the mailbox: new, and those that the server has taken into `cur`.
  private func files(_ dovecot: DovecotServer, _ mailbox: String = "INBOX") throws -> [String] {
    try ["new", "cur"].flatMap { part -> [String] in
      let path = "\(dovecot.maildir(mailbox: mailbox))/\(part)"
      guard FileManager.default.fileExists(atPath: path) else { return [] }
      return try FileManager.default.contentsOfDirectory(atPath: path).map { "\(path)/\($0)" }
    }
  }

  private func flags(_ path: String) -> String {
    path.components(separatedBy: ":2,").dropFirst().first ?? ""
  }

  private func file(_ name: String?, _ dovecot: DovecotServer) throws -> String {
    try #require(
      try files(dovecot).first { path in name.map { path.contains("/" + $0) } ?? false })
  }

  private func id(_ path: String) throws -> String {
    // Dovecot keeps what was delivered with CRLF as it came.
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let text = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Message-ID: ") })
    return String(line.dropFirst("Message-ID: ".count))
  }

  /// As a client on the server's own machine does it: the file moves to `cur`, its name says all.
  private func webmail(
    _ path: String, _ flag: String, _ isOn: Bool, _ dovecot: DovecotServer
  ) throws {
    let letter = try #require(Self.letters.first { $0.flag == flag }?.letter)
    let others = flags(path).filter { $0 != letter }
    let letters = String((isOn ? others + String(letter) : others).sorted())
    let name = path.components(separatedBy: "/").last?.components(separatedBy: ":2,").first ?? ""
    let target = "\(dovecot.maildir())/cur/\(name):2,\(letters)"
    guard target != path else { return }
    try FileManager.default.moveItem(atPath: path, toPath: target)
  }

  private func compare(
    _ model: Model, _ machines: [Machine], _ dovecot: DovecotServer, _ seed: UInt64
  ) throws {
    var server: [String: Set<String>] = [:]
    for file in try files(dovecot) {
      server[try id(file)] = Set(
        Self.letters.filter { flags(file).contains($0.letter) }.map(\.flag))
    }
    #expect(Set(server.keys) == model.present, "seed \(seed)")
    for (mailbox, expected) in [("Trash", model.thrownAway), ("Drafts", model.notes)] {
      let found = try files(dovecot, mailbox).map(id)
      #expect(found.sorted() == expected.sorted(), "\(mailbox), seed \(seed)")
    }
    for (place, machine) in machines.enumerated() {
      #expect(try machine.flags() == server, "machine \(place), seed \(seed)")
      #expect(try machine.bureau.store.pendingFlagChanges(limit: 5).isEmpty, "seed \(seed)")
      #expect(try machine.bureau.store.verify().problems.isEmpty, "seed \(seed)")
      for message in try machine.bureau.messages() {
        #expect(try machine.bureau.store.order(ofMessage: message.id) != nil, "seed \(seed)")
      }
    }
    // What only one of them ever touched is as that one left it.
    for (key, entry) in model.touched where entry.actors.count == 1 {
      let parts = key.split(separator: " ", maxSplits: 1).map(String.init)
      guard let flags = server[parts[1]] else { continue }
      #expect(flags.contains(parts[0]) == entry.isOn, "\(key) \(entry.actors), seed \(seed)")
    }
    print(
      "S16: \(server.count) mails left of \(model.delivered), "
        + "\(model.kills) kills, all replicas agree"
    )
    // A short run may meet none.
    #expect(model.kills > 0 || model.delivered < 300, "seed \(seed)")
  }
}
