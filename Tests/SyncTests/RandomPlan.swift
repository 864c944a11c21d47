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

/// One thing that happens in a random run. Mails are named by the number they were delivered with.
enum RandomChange: Hashable {
  case delivered(Int)
  /// By a webmail, whether the server has looked at the mail yet or not.
  case marked(Int, flag: String, isOn: Bool)
  case removed(Int)
  /// On one of the machines; nothing where that machine has not received the mail yet.
  case flagged(machine: Int, Int, flag: String, isOn: Bool)
  /// By one of the machines, where the server can take away what it is told; nothing more
  /// happens to that mail.
  case thrownAway(machine: Int, Int)
  case noted(machine: Int, Int)
  case offlineOrOnline(machine: Int)
  case processEnded(machine: Int)
  case processKilled(machine: Int, atWrite: Int)
  case cut(machine: Int, after: Int, isFromServer: Bool)
  case pass(machine: Int)
}

/// What will happen, from the seed alone: nothing that a server or a clock does changes it.
enum RandomPlan {
  static func changes(seed: UInt64, count: Int) -> [RandomChange] {
    var dice = Dice(seed: seed)
    var present: [Int] = []
    var delivered = 0
    var notes = 0
    return (0..<count).map { _ in
      let machine = Int.random(in: 0...1, using: &dice)
      let isOn = Bool.random(using: &dice)
      let flag = Bool.random(using: &dice) ? "\\Flagged" : "\\Seen"
      let place = present.isEmpty ? nil : Int.random(in: 0..<present.count, using: &dice)
      let number = place.map { present[$0] }
      switch (Int.random(in: 0..<100, using: &dice), number) {
      case (0..<14, _):
        delivered += 1
        present.append(delivered)
        return .delivered(delivered)
      case (14..<34, let number?): return .marked(number, flag: flag, isOn: isOn)
      case (34..<38, let number?):
        if let place { present.remove(at: place) }
        return .removed(number)
      case (38..<66, let number?):
        return .flagged(machine: machine, number, flag: flag, isOn: isOn)
      case (66..<70, _): return .offlineOrOnline(machine: machine)
      case (70..<71, _): return .processEnded(machine: machine)
      case (71..<72, let number?):
        if let place { present.remove(at: place) }
        return .thrownAway(machine: machine, number)
      case (72..<74, _):
        return .processKilled(machine: machine, atWrite: Int.random(in: 1...40, using: &dice))
      case (74..<80, _):
        let limit = Int.random(in: 1...6_000, using: &dice)
        return .cut(machine: machine, after: isOn ? limit : limit / 20 + 1, isFromServer: isOn)
      case (80..<81, _):
        notes += 1
        return .noted(machine: machine, notes)
      default: return .pass(machine: machine)
      }
    }
  }
}
