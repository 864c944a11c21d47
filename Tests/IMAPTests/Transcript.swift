import IMAP
import Testing

/// A dialogue as text: `S:` lines are what the server says, `C:` lines what we must write.
///
/// When a `C:` line is not yet written, the next command is sent. Consecutive `S:` lines are one
/// read, cut where `cuts` says (positions counted over all the server's bytes).
struct Transcript {
  let text: String
  var encryption = Encryption.implicit
  var commands: [Command] = []

  /// What one replay gave.
  struct Replay: Equatable {
    var outputs: [Output] = []
    var violation: ProtocolViolation?
    var machine: ClientStateMachine

    static func == (left: Replay, right: Replay) -> Bool {
      // A violation drops the outputs of its own read, so only the reason is comparable.
      left.violation == right.violation && left.machine.state == right.machine.state
        && (left.violation != nil || left.outputs == right.outputs)
    }
  }

  /// The whole dialogue, then cut once at every byte, then byte by byte; all must agree.
  func check(sourceLocation: SourceLocation = #_sourceLocation) throws -> Replay {
    let whole = try replay(cuts: [], sourceLocation)
    let length = serverBytes
    #expect(length > 0, sourceLocation: sourceLocation)
    for cut in 1..<length {
      let other = try replay(cuts: [cut], sourceLocation)
      #expect(other == whole, "cut at \(cut)", sourceLocation: sourceLocation)
    }
    let single = try replay(cuts: Set(1..<length), sourceLocation)
    #expect(single == whole, "byte by byte", sourceLocation: sourceLocation)
    return whole
  }

  private var lines: [(isServer: Bool, bytes: [UInt8])] {
    text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
      let content = Array(line.dropFirst(3).utf8) + Array("\r\n".utf8)
      if line.hasPrefix("S:") { return (true, content) }
      return line.hasPrefix("C:") ? (false, content) : nil
    }
  }

  private var serverBytes: Int { lines.reduce(0) { $0 + ($1.isServer ? $1.bytes.count : 0) } }

  private func replay(cuts: Set<Int>, _ location: SourceLocation) throws -> Replay {
    var replay = Replay(machine: ClientStateMachine(encryption: encryption))
    var written: [UInt8] = []
    var waiting = commands[...]
    var block: [UInt8] = []
    var position = 0

    func feed() {
      var read: [UInt8] = []
      for (index, byte) in block.enumerated() where replay.violation == nil {
        read.append(byte)
        position += 1
        guard cuts.contains(position) || index == block.count - 1 else { continue }
        do {
          for output in try replay.machine.receive(read) {
            replay.outputs.append(output)
            if case .write(let bytes) = output { written += bytes }
            if case .tlsMayStart = output, index == block.count - 1 {
              replay.machine.tlsEstablished()
            }
          }
        } catch {
          replay.violation = error
        }
        read = []
      }
      block = []
    }
    for (isServer, bytes) in lines {
      if isServer {
        block += bytes
        continue
      }
      feed()
      while !written.starts(with: bytes), let command = waiting.popFirst() {
        written += try replay.machine.send(command).bytes
      }
      let found = String(decoding: written, as: UTF8.self)
      let wanted = String(decoding: bytes, as: UTF8.self)
      #expect(
        written.starts(with: bytes), "wrote \(found), not \(wanted)", sourceLocation: location)
      written.removeFirst(min(bytes.count, written.count))
    }
    feed()
    #expect(written.isEmpty, sourceLocation: location)
    #expect(waiting.isEmpty, sourceLocation: location)
    return replay
  }
}

extension Transcript.Replay {
  var untagged: [Response] {
    outputs.compactMap { if case .untagged(let response) = $0 { response } else { nil } }
  }

  var completions: [Completion] {
    outputs.compactMap { if case .completed(_, let completion) = $0 { completion } else { nil } }
  }

  var fetched: [FetchedMessage] {
    untagged.compactMap { if case .fetch(let message) = $0 { message } else { nil } }
  }
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

/// A machine that has just been greeted and, for tests of later states, logged in and selected.
func machine(
  selected: Bool = false, capabilities: String = "IMAP4rev1", limits: Limits = Limits()
) throws -> ClientStateMachine {
  var machine = ClientStateMachine(encryption: .implicit, limits: limits)
  _ = try machine.receive(Array("* OK [CAPABILITY \(capabilities)] hi\r\n".utf8))
  guard selected else { return machine }
  _ = try machine.send(.login(user: "officine", password: "secret"))
  _ = try machine.receive(Array("A1 OK [CAPABILITY \(capabilities)] in\r\n".utf8))
  _ = try machine.send(.select(.inbox, readOnly: false))
  _ = try machine.receive(Array("A2 OK [READ-WRITE] selected\r\n".utf8))
  return machine
}

func uid(_ number: UInt32) throws -> UID { try #require(UID(number)) }
