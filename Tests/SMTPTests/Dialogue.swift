import SMTP
import Testing

/// A submission server as a list of turns: what it must read, what it then says.
struct Turn {
  /// What we must have written before, exactly; nil for the greeting.
  var client: String?
  var server: String
}

/// How one replay went.
struct Replay: Equatable {
  var written: [UInt8] = []
  var outcomes: [Outcome] = []
  var gates = 0
  var mayClose = false
}

/// Plays the driver: writes, starts TLS, marks, confirms.
struct Driver {
  var machine: SubmissionStateMachine
  var replay = Replay()
  var confirms = true

  mutating func take(_ outputs: [Output]) {
    for output in outputs {
      switch output {
      case .write(let bytes): replay.written += bytes
      case .tlsMayStart: take(machine.tlsEstablished())
      case .readyForFinalDot:
        replay.gates += 1
        if confirms { take(machine.confirmFinalDot()) }
      case .finished(let outcome): replay.outcomes.append(outcome)
      case .mayClose: replay.mayClose = true
      }
    }
  }

  /// Feeds one turn's reply in reads of at most `size` bytes, or in two cut at `cut`.
  mutating func feed(_ text: String, size: Int = .max, cut: Int? = nil) {
    let bytes = Array(text.utf8)
    if let cut {
      take(machine.receive(bytes[..<cut]))
      take(machine.receive(bytes[cut...]))
      return
    }
    for start in stride(from: 0, to: bytes.count, by: min(size, max(bytes.count, 1))) {
      take(machine.receive(bytes[start..<min(start + size, bytes.count)]))
    }
  }
}

/// Plays all turns whole, byte by byte, and each turn cut at every byte; all must agree.
func play(
  _ turns: [Turn], machine: SubmissionStateMachine,
  sourceLocation: SourceLocation = #_sourceLocation
) -> Replay {
  func run(size: Int = .max, cutTurn: Int? = nil, cut: Int = 0) -> Replay {
    var driver = Driver(machine: machine)
    var expected = ""
    for (index, turn) in turns.enumerated() {
      expected += turn.client ?? ""
      let found = String(decoding: driver.replay.written, as: UTF8.self)
      #expect(found == expected, sourceLocation: sourceLocation)
      driver.feed(turn.server, size: size, cut: index == cutTurn ? cut : nil)
    }
    return driver.replay
  }
  let whole = run()
  #expect(run(size: 1) == whole, "byte by byte", sourceLocation: sourceLocation)
  for (index, turn) in turns.enumerated() {
    for cut in 1..<max(turn.server.utf8.count, 2) {
      let other = run(cutTurn: index, cut: min(cut, turn.server.utf8.count))
      #expect(other == whole, "turn \(index) cut at \(cut)", sourceLocation: sourceLocation)
    }
  }
  return whole
}

func mail(
  _ text: String = "Subject: x\r\n\r\nbody\r\n", to recipients: [String] = ["a@cabinet.example"],
  from sender: String = "officine@bal.example"
) throws -> Submission {
  try Submission(
    sender: Address(sender), recipients: recipients.map { try Address($0) },
    message: Array(text.utf8))
}

func submission(
  _ mail: Submission, encryption: Encryption = .implicit, credentials: Credentials? = nil
) -> SubmissionStateMachine {
  SubmissionStateMachine(
    clientName: "poste.example", encryption: encryption, credentials: credentials,
    submission: mail)
}

/// The same numbers for the same seed, on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
