import Dispatch
import Domain
import Synchronization
import TestKit
import Testing

@testable import Store

/// The growing delay: not passed by many at once, by a clock, or by another name.
@Suite struct PINGateTests {
  private let officine: Officine
  private var store: OfficineStore { officine.store }

  init() throws {
    officine = try Officine()
    for id in 1...20 {
      try officine.store.addMember(
        Member(id: "\(id)", name: "Emma ROUX", initials: "E\(id)", role: .adjoint), pinHash: "$y$x",
        by: nil, now: later(1))
    }
  }

  private func trial(
    _ seconds: Int64, poste: String = "p", account: String = "comptoir", boot: String = "b1",
    wall: Int64 = 0
  ) -> PINTry {
    PINTry(
      poste: poste, account: account, boot: boot, uptime: seconds * 1000, now: later(wall))
  }

  /// Seconds to wait after one wrong code, or before it could be tried.
  private func wrong(_ id: String, _ trial: PINTry) throws -> Int64 {
    switch try store.beginPIN(of: id, trial) {
    case .wait(let seconds): return seconds
    case .open: return try store.refusePIN(of: id, trial)
    }
  }

  @Test func `P02 wrong PINs are counted, wait longer and are forgotten`() throws {
    var waits: [Int64] = []
    for n in 1...13 {
      // A poste of its own each time: what counts here is the member.
      waits.append(try wrong("1", trial(Int64(n) * 1000, poste: "\(n)", account: "\(n)")))
    }
    #expect(waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    #expect(try store.journal(limit: 99).count { $0.action == "pin.wrong" } == 13)
    #expect(try store.pinFailures(of: "1").count == 13)
    let late = trial(13_301, poste: "x", account: "x")
    #expect(try store.beginPIN(of: "1", late) == .open(hash: "$y$x"))
    try store.endPIN(of: "1", late)
    #expect(try store.pinFailures(of: "1").count == 0)
  }

  @Test func `P02 sixteen processes at once have no more tries than one`() throws {
    let open = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 16) { _ in
      guard let poste = try? officine.another() else { return }
      if case .open = try? poste.beginPIN(of: "1", trial(10)) { open.withLock { $0 += 1 } }
      poste.close()
    }
    #expect(open.withLock { $0 } == 3)
    // One that was killed has had its try.
    #expect(try store.pinFailures(of: "1").count == 3)
    #expect(try store.beginPIN(of: "1", trial(10)) == .wait(seconds: 1))
  }

  @Test func `P02 no wall clock ends a wait, and another start of the machine begins it anew`()
    throws
  {
    for n in 0..<12 { _ = try wrong("1", trial(Int64(n) * 1000, poste: "\(n)", account: "\(n)")) }
    for wall in [-9_000_000, 0, 301, 90_000_000] as [Int64] {
      #expect(try store.beginPIN(of: "1", trial(11_001, wall: wall)) == .wait(seconds: 299))
    }
    #expect(try store.beginPIN(of: "1", trial(7, boot: "b2")) == .wait(seconds: 300))
    #expect(try store.beginPIN(of: "1", trial(206, boot: "b2")) == .wait(seconds: 101))
    #expect(try store.beginPIN(of: "1", trial(307, boot: "b2")) == .open(hash: "$y$x"))
  }

  @Test func `P02 one name after the other waits at the poste, and at every poste of an account`()
    throws
  {
    var waits: [Int64] = []
    for id in 1...11 { waits.append(try wrong("\(id)", trial(100))) }
    #expect(waits == Array(repeating: 0, count: 9) + [1, 1])
    // Whoever knows one code wins nothing by it.
    #expect(try store.beginPIN(of: "20", trial(101)) == .open(hash: "$y$x"))
    try store.endPIN(of: "20", trial(101))
    #expect(try wrong("12", trial(101)) == 2)
    #expect(try store.pinWait(of: "13", trial(101)) == 2)
    #expect(try store.pinWait(of: "13", trial(101, poste: "q")) == 0)
    for n in 0..<19 { _ = try wrong("\(n % 10 + 11)", trial(200 + Int64(n), poste: "q\(n)")) }
    #expect(try store.pinWait(of: "1", trial(218, poste: "new")) > 0)
    #expect(try store.pinWait(of: "1", trial(218, poste: "new", account: "other")) == 0)
    // A quarter of an hour later a place has forgotten.
    #expect(try store.beginPIN(of: "20", trial(1_200)) == .open(hash: "$y$x"))
    try store.endPIN(of: "20", trial(1_200))
    #expect(try wrong("2", trial(1_200)) == 0)
  }

  @Test func `P02 a team that slips all day long never waits at its poste`() throws {
    // Eight people, two slips an hour each, the right code after each.
    for minute in stride(from: Int64(0), to: 600, by: 4) {
      let id = "\(minute / 4 % 8 + 1)"
      #expect(try wrong(id, trial(minute * 60)) == 0)
      let right = trial(minute * 60 + 5)
      #expect(try store.beginPIN(of: id, right) == .open(hash: "$y$x"))
      try store.endPIN(of: id, right)
    }
    // Without the right code in between, a quarter of an hour is what counts, not the day.
    for minute in stride(from: Int64(600), to: 780, by: 2) {
      #expect(try store.refuseName(.unknown, trial(minute * 60)) == 0)
    }
  }

  @Test func `P02 a place waits half a minute at most, and a new code of anybody ends it`() throws {
    var longest: Int64 = 0
    for n in 0..<40 {
      longest = max(longest, try store.refuseName(.unknown, trial(300 + Int64(n))))
    }
    #expect(longest == 30)
    #expect(try store.pinWait(of: "3", trial(340)) == 29)
    try store.setPIN(of: "5", hash: "$y$n", isProvisional: true, by: claire.author, now: later(3))
    #expect(try store.pinWait(of: "3", trial(340)) == 0)
  }

  @Test func `P02 the look before the code is asked for knows the wait after a restart`() throws {
    for n in 0..<5 { _ = try wrong("1", trial(Int64(n) * 100, poste: "\(n)", account: "\(n)")) }
    let early = try store.pinWait(of: "1", trial(7, boot: "b2"))
    #expect(early == 4)
    #expect(try store.beginPIN(of: "1", trial(7, boot: "b2")) == .wait(seconds: early))
  }

  @Test func `P02 looks alone, as a locked screen takes them, end the wait after a restart`() throws
  {
    for n in 0..<5 { _ = try wrong("1", trial(Int64(n) * 100, poste: "\(n)", account: "\(n)")) }
    let waits = try [7, 9, 11, 12].map { try store.pinWait(of: "1", trial($0, boot: "b2")) }
    #expect(waits == [4, 2, 0, 0])
    #expect(try store.beginPIN(of: "1", trial(12, boot: "b2")) == .open(hash: "$y$x"))
  }

  @Test func `names that are nobody's wait as well, traced without what was typed`() throws {
    for _ in 1...9 { #expect(try store.refuseName(.unknown, trial(5)) == 0) }
    #expect(try store.refuseName(.inactive, trial(5)) == 1)
    #expect(try store.beginPIN(of: "1", trial(5)) == .wait(seconds: 1))
    let lines = try store.journal(limit: 99).filter { $0.action == "pin.unknown" }
    #expect(lines.map(\.request) == Array(repeating: "unknown", count: 9) + ["inactive"])
    #expect(lines.allSatisfy { $0.author.poste == "p" && $0.answer.isEmpty })
  }

  @Test func `a PIN set with a new member is traced, and provisional when somebody else set it`()
    throws
  {
    let noe = member("n", "Noé ROUX")
    try store.addMember(
      noe, pinHash: "$y$n", isPINProvisional: true, by: claire.author, now: later(2))
    #expect(try store.isPINProvisional(of: "n"))
    #expect(
      try store.journal(limit: 99).suffix(2).map(\.action) == ["member.add", "member.pin.reset"])
    _ = try wrong("n", trial(1))
    try store.setPIN(of: "n", hash: "$y$o", by: noe.author(at: "p"), now: later(3))
    #expect(try !store.isPINProvisional(of: "n") && store.pinFailures(of: "n").count == 0)
  }
}

extension Member {
  fileprivate func author(at poste: String) -> Author {
    Author(memberID: id, name: name, initials: initials, poste: poste)
  }
}
