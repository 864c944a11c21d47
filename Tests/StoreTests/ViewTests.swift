import Domain
import Store
import Testing

/// SplitMix64: a failing run can be repeated from the seed it prints.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct ViewTests {
  private func gesture(_ dice: inout Dice, _ n: Int) -> Gesture {
    switch Int.random(in: 0..<16, using: &dice) {
    case 0...2: .taken(over: Bool.random(using: &dice) ? claire.author : nil)
    case 3: .released
    case 4...8:
      .moved(to: Order.Status.allCases.randomElement(using: &dice) ?? .closed, reason: "motif")
    case 9: .kindChanged(to: Order.Kind.allCases.randomElement(using: &dice) ?? .question)
    case 10:
      .marked(
        .missing(
          MissingProduct(
            product: "Produit \(n)", due: n % 3 == 0 ? nil : later(Int64(n % 11 - 3) * 86400))))
    case 11: .marked(.questionPrescriber("dose ?"))
    case 12: .unmarked(MarkerName.allCases.randomElement(using: &dice) ?? .missing, value: nil)
    case 13 where n % 2 == 0: .marked(.promised(later(Int64(n % 5) * 900)))
    case 13: .patientNamed(Patient(name: "MARTIN \(n)", source: .person))
    case 14: .refused(reason: "à revoir")
    default: .noted("note \(n)")
    }
  }

  @Test func `every view holds what QueueView contains, after any events`() throws {
    let seed = UInt64.random(in: 0..<1_000_000)
    var dice = Dice(state: seed)
    let officine = try Officine()
    let store = officine.store
    let kinds: [MessageKind] = [.prescription, .message, .document]
    for n in 1...14 { try store.take(Mail(n: n, kind: kinds[n % 3])) }
    var done = 0
    for n in 1...260 {
      let target = Mail(n: Int.random(in: 1...14, using: &dice)).order
      let who = Bool.random(using: &dice) ? claire : lea
      switch Int.random(in: 0..<20, using: &dice) {
      case 0: try store.take(Mail(n: 14 + n, references: [Mail.header(Int(n % 14) + 1)]))
      case 1:
        let other = Mail(n: Int.random(in: 1...14, using: &dice)).order
        _ = problem {
          _ = try store.attach(
            other, to: target, by: who, eventIDs: ("x\(n)", "y\(n)"), now: later(1000))
        }
      case 2:
        _ = problem { _ = try store.undo(on: target, by: who, eventID: "u\(n)", now: later(1)) }
      default:
        let gesture = gesture(&dice, n)
        let error = problem { try store.act(gesture, on: target, by: who, event: "g\(n)") }
        if error == nil { done += 1 }
      }
    }
    #expect(done > 40, "seed \(seed)")
    try compare(store, seed)
    #expect(try store.verify().problems == [], "seed \(seed)")
  }

  private func compare(_ store: OfficineStore, _ seed: UInt64) throws {
    let orders = try store.everyOrder()
    // Two o'clock on the third day: some have waited long enough for every alarm.
    let hours = OpeningHours(
      week: [[]] + Array(repeating: [OpeningHours.Span(start: 510, end: 1170)], count: 6))
    // What is due would go under among the rest.
    var promises = AlarmPolicy()
    (promises.unclaimed, promises.stalled, promises.waitingCheck) = (nil, nil, nil)
    let clocks = [
      WorkClock(now: later(2000), hours: .always), WorkClock(now: later(6 * 86400), hours: hours),
      WorkClock(now: later(2 * 86400), hours: hours, alarms: promises),
    ]
    #expect(Set(orders.map(\.id)).count == orders.count, "seed \(seed)")
    for (member, clock) in [claire.member.id, lea.member.id, nil].flatMap({ member in
      ([nil] + clocks).map { (member, $0) }
    }) {
      let counts = try store.counts(member: member, clock: clock)
      for view in QueueView.allCases {
        let page = try store.page(of: view, member: member, clock: clock, after: nil, limit: 500)
        let expected = orders.filter {
          view.contains($0, member: member, clock: clock)
        }.map(\.id)
        #expect(page.rows.map(\.id) == expected, "\(view) seed \(seed)")
        #expect(counts[view] == expected.count, "\(view) seed \(seed)")
        if view == .alarm {
          #expect(Set(counts.alarms.map(\.order)) == Set(expected), "seed \(seed)")
        }
      }
    }
  }

  @Test func `a partielle stays « non retirée » since its products came, whatever is said of it`()
    throws
  {
    let officine = try Officine()
    let (store, id, day) = (officine.store, Mail(n: 1).order, Int64(86_400))
    try store.take(Mail(n: 1, kind: .prescription))
    try store.act(.taken(over: nil), on: id, event: "e1")
    try store.act(
      .patientNamed(Patient(name: "MARTIN Jeanne", source: .person)), on: id, event: "e2")
    try store.act(.moved(to: .prepared, reason: nil), on: id, event: "e3")
    try store.act(.moved(to: .checked, reason: nil), on: id, event: "e4")
    let owed = HandOver(owed: [MissingProduct(product: "Eliquis")])
    try store.act(.handedOver(owed), on: id, event: "e5")
    try store.act(.unmarked(.missing, value: nil), on: id, event: "e6", at: day)
    // « Merci, je passe lundi », and that calls for nothing.
    try store.take(Mail(n: 2, references: [Mail.header(1)], at: 8 * day))
    try store.act(.newsHandled, on: id, event: "e7", at: 8 * day + 60)
    let clock = WorkClock(now: later(9 * day), hours: .always)
    let order = try #require(try store.order(id))
    #expect(QueueView.uncollected.contains(order, member: nil, clock: clock))
    let page = try store.page(of: .uncollected, member: nil, clock: clock, after: nil, limit: 9)
    #expect(page.rows.map(\.id) == [id])
  }

  @Test func `pages meet without a gap or a repetition`() throws {
    let officine = try Officine()
    for n in 1...20 { try officine.store.take(Mail(n: n, at: Int64(n / 4))) }
    let first = try officine.store.page(of: .todo, member: nil, after: nil, limit: 8)
    let second = try officine.store.page(
      of: .todo, member: nil, after: first.rows.last?.key, limit: 12)
    #expect(first.hasMore && !second.hasMore)
    #expect((first.rows + second.rows).map(\.message.id) == (1...20).reversed().map(Mail.id))
  }

  @Test func `the other demande of a matricule is the newest unfinished one`() throws {
    let officine = try Officine()
    let ins = try #require(INS("279035121518989"))
    let jeanne = Patient(name: "MARTIN Jeanne", ins: ins, source: .sender)
    for n in 1...3 {
      var mail = Mail(n: n)
      mail.patient = jeanne
      try officine.store.take(mail)
    }
    try officine.store.take(Mail(n: 4))
    func other(than n: Int) throws -> Order.ID? {
      try officine.store.otherUnfinished(of: ins.matricule, than: Mail(n: n).order).first?.id
    }
    #expect(try other(than: 1) == Mail(n: 3).order)
    #expect(try other(than: 3) == Mail(n: 2).order)
    try officine.store.act(
      .moved(to: .closed, reason: "doublon"), on: Mail(n: 3).order, event: "e1")
    #expect(try other(than: 1) == Mail(n: 2).order)
    #expect(try officine.store.otherUnfinished(of: "178", than: "x").isEmpty)
    #expect(
      try officine.store.otherUnfinished(of: ins.matricule, than: "x").map(\.id)
        == [Mail(n: 2).order, Mail(n: 1).order])
  }
}
