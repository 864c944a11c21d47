import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// A small generator that gives the same numbers for the same seed, on every machine.
struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

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
  /// Message-ID → file name without flags.
  var present: [String: String] = [:]
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
    var dice = Dice(seed: seed)
    let dovecot = try DovecotServer(extra: extra)
    let road = try CuttingProxy(to: dovecot.port)
    let backend = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: road.port, security: .none), smtp: nil, anchors: [],
        login: Login(user: "officine", method: .password("secret"))))
    let machines = try (0...1).map { _ in try Machine(backend, port: road.port) }
    var model = Model()
    for _ in 1...count {
      try step(&dice, &model, machines, dovecot, road)
    }
    // Quiet: the road is good, everybody is online.
    road.plan(.none)
    for _ in 1...3 {
      for machine in machines {
        machine.isOffline = false
        machine.end()
        try machine.pass()
      }
    }
    try compare(model, machines, dovecot, seed)
    if let expecting {
      #expect(try Set(machines[0].bureau.store.health().capabilities) == expecting)
    }
    machines.forEach { $0.end() }
  }

  private func step(
    _ dice: inout Dice, _ model: inout Model, _ machines: [Machine], _ dovecot: DovecotServer,
    _ road: CuttingProxy
  ) throws {
    let place = Int.random(in: 0...1, using: &dice)
    let machine = machines[place]
    switch Int.random(in: 0..<100, using: &dice) {
    case 0..<14:
      model.delivered += 1
      let mail = TestMail.patientQuestion(model.delivered)
      try dovecot.deliver(mail.bytes)
      model.present[try messageID(mail.bytes)] = ""
    case 14..<34: try webmail(&dice, &model, dovecot)
    case 34..<38: try remove(&dice, &model, dovecot)
    case 38..<66: try flag(&dice, &model, machine, "machine \(place)")
    case 66..<70: machine.isOffline.toggle()
    case 70..<72: machine.end()
    case 72..<74:
      if try machine.killed(at: Int.random(in: 1...40, using: &dice)) { model.kills += 1 }
    case 74..<80:
      let limit = Int.random(in: 1...6_000, using: &dice)
      road.plan(Bool.random(using: &dice) ? .afterServer(limit) : .afterClient(limit / 20 + 1))
      try machine.pass()
      road.plan(.none)
    default: try machine.pass()
    }
  }

  private func messageID(_ bytes: [UInt8]) throws -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let line = try #require(
      text.split(separator: "\r\n").first { $0.hasPrefix("Message-ID: ") })
    return String(line.dropFirst("Message-ID: ".count))
  }

  /// The files that another client may touch: those the server has taken into `cur`.
  private func files(_ dovecot: DovecotServer) throws -> [(path: String, flags: String)] {
    let cur = dovecot.maildir() + "/cur"
    guard FileManager.default.fileExists(atPath: cur) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: cur).sorted().compactMap { name in
      name.range(of: ":2,").map { ("\(cur)/\(name)", String(name[$0.upperBound...])) }
    }
  }

  private func id(_ path: String) throws -> String {
    // Dovecot keeps what was delivered with CRLF as it came.
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let text = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Message-ID: ") })
    return String(line.dropFirst("Message-ID: ".count))
  }

  private func webmail(
    _ dice: inout Dice, _ model: inout Model, _ dovecot: DovecotServer
  ) throws {
    guard let file = try files(dovecot).randomElement(using: &dice),
      let (flag, letter) = Self.letters.randomElement(using: &dice)
    else { return }
    let isOn = !file.flags.contains(letter)
    let letters = isOn ? file.flags + String(letter) : file.flags.filter { $0 != letter }
    let id = try id(file.path)
    let base = file.path.components(separatedBy: ":2,")[0]
    try FileManager.default.moveItem(
      atPath: file.path, toPath: "\(base):2,\(String(letters.sorted()))")
    model.touch(id, flag, "webmail", isOn)
  }

  private func remove(
    _ dice: inout Dice, _ model: inout Model, _ dovecot: DovecotServer
  ) throws {
    guard let file = try files(dovecot).randomElement(using: &dice) else { return }
    model.present[try id(file.path)] = nil
    try FileManager.default.removeItem(atPath: file.path)
  }

  private func flag(
    _ dice: inout Dice, _ model: inout Model, _ machine: Machine, _ name: String
  ) throws {
    let known = try machine.bureau.messages().filter { $0.uid != nil }
    guard let message = known.randomElement(using: &dice),
      let (flag, _) = Self.letters.randomElement(using: &dice)
    else { return }
    let isOn = !message.flags.names.contains(flag)
    try machine.bureau.store.setFlag(flag, isOn, on: message.id, by: nil, now: noon)
    model.touch(message.messageID, flag, name, isOn)
  }

  private func compare(
    _ model: Model, _ machines: [Machine], _ dovecot: DovecotServer, _ seed: UInt64
  ) throws {
    var server: [String: Set<String>] = [:]
    for file in try files(dovecot) {
      server[try id(file.path)] = Set(
        Self.letters.filter { file.flags.contains($0.letter) }.map(\.flag))
    }
    #expect(Set(server.keys) == Set(model.present.keys), "seed \(seed)")
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
