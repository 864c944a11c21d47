// The interpreter: speaks the protocol perfectly and touches no wire.

import SASL

/// One IMAP connection as a value: bytes of the server in, meaning and bytes to write out.
///
/// It knows no socket and no clock. The driver writes what it is given in order, feeds what it
/// reads, and closes the connection when ``receive(_:)`` throws. Several commands may be in
/// flight; a literal that waits for `+` holds the later ones back. Whether a FETCH belongs to a
/// question, and what a UIDVALIDITY means, is the caller's. Source: RFC 3501, 3 and 5.5.
public struct ClientStateMachine: Sendable {
  public enum State: Hashable, Sendable {
    case awaitingGreeting
    case notAuthenticated
    /// STARTTLS was granted: no byte may come until ``tlsEstablished()``.
    case awaitingTLS
    case authenticated
    case selected(MailboxName, readOnly: Bool)
    /// BYE or LOGOUT: the server is about to close.
    case logout
    case closed
  }

  struct InFlight: Sendable {
    let id: CommandID
    let command: Command
    var chunks: [[UInt8]]
    let capabilityEpoch: Int
    var isBegun = false
    var challenges = 0
    /// Kept until its answer came; dropped with it.
    var exchange: Exchange?
    var isIdling = false
    var wantsDone = false

    /// While it is so, nothing of a later command may be written.
    var blocksOthers: Bool {
      guard chunks.isEmpty else { return true }
      switch command {
      case .authenticate, .idle, .startTLS, .compress: return true
      default: return false
      }
    }
  }

  public internal(set) var state = State.awaitingGreeting
  public internal(set) var isEncrypted: Bool
  /// Both directions are deflated; the driver inflates before ``receive(_:)``.
  public internal(set) var isCompressed = false
  /// What the server said it can do; nil when it must be asked (again).
  public internal(set) var capabilities: Capabilities?

  let encryption: Encryption
  let limits: Limits
  var inFlight: [InFlight] = []
  var framer: ResponseFramer
  var violation: ProtocolViolation?
  /// Counts what the server announced, to see whether a login brought new capabilities.
  var capabilityEpoch = 0
  private var lastNumber: UInt32 = 0

  public init(encryption: Encryption, limits: Limits = Limits()) {
    self.encryption = encryption
    self.limits = limits
    self.isEncrypted = encryption == .implicit
    self.framer = ResponseFramer(limits: limits)
  }

  /// The commands that have no tagged answer yet, oldest first.
  public var unanswered: [CommandID] { inFlight.map(\.id) }

  /// Takes a command on; see ``Sent``. Refuses rather than leak or confuse.
  public mutating func send(_ command: Command) throws(SendRefusal) -> Sent {
    try check(command)
    let number = lastNumber + 1
    let id = CommandID(number: number)
    let chunks: [[UInt8]]
    do throws(EncodingError) {
      chunks = try CommandEncoder.chunks(of: command, tag: id.tag, capabilities: capabilities)
    } catch {
      throw .encoding(error)
    }
    lastNumber = number
    let kept = command.withoutPayload
    var entry = InFlight(
      id: id, command: kept, chunks: chunks, capabilityEpoch: capabilityEpoch)
    if case .authenticate(.exchange(let exchange)) = command { entry.exchange = exchange }
    inFlight.append(entry)
    return Sent(id: id, bytes: pump())
  }

  /// Ends an IDLE: the bytes to write now. Empty when there is none, when it was ended already,
  /// or when the server has not confirmed it yet (`DONE` then follows the confirmation).
  public mutating func endIdle() -> [UInt8] {
    guard let index = inFlight.firstIndex(where: { $0.command == .idle && !$0.wantsDone }) else {
      return []
    }
    inFlight[index].wantsDone = true
    return inFlight[index].isIdling ? Array("DONE\r\n".utf8) : []
  }

  /// The handshake that ``Output/tlsMayStart(_:)`` asked for is done and verified. Without effect
  /// on a connection that was given up meanwhile.
  public mutating func tlsEstablished() {
    guard state != .closed else { return }
    precondition(state == .awaitingTLS, "TLS established without STARTTLS")
    isEncrypted = true
    state = .notAuthenticated
  }

  /// The connection ended: the commands that never got an answer, oldest first.
  public mutating func connectionClosed() -> [CommandID] {
    let lost = unanswered
    inFlight = []
    state = .closed
    return lost
  }

  /// Begins every command that may be begun, in order.
  mutating func pump() -> [UInt8] {
    var bytes: [UInt8] = []
    for index in inFlight.indices {
      if !inFlight[index].isBegun {
        inFlight[index].isBegun = true
        bytes += inFlight[index].chunks.removeFirst()
      }
      if inFlight[index].blocksOthers { break }
    }
    return bytes
  }
}

// MARK: - What may be sent

extension ClientStateMachine {
  private func check(_ command: Command) throws(SendRefusal) {
    switch state {
    case .closed, .logout: throw .connectionClosed
    case .awaitingGreeting, .awaitingTLS: throw .notNow
    case .notAuthenticated, .authenticated, .selected: break
    }
    guard inFlight.count < limits.inFlight else { throw .tooManyInFlight }
    guard !inFlight.contains(where: { $0.command.allowsNothingBehind }) else { throw .notNow }
    let isClear = encryption == .startTLS && !isEncrypted
    switch command {
    case .capability, .noop, .logout:
      break
    case .startTLS:
      guard expectedState == .notAuthenticated, encryption == .startTLS, !isEncrypted else {
        throw .wrongState
      }
      guard inFlight.isEmpty else { throw .notNow }
    case .login, .authenticate:
      guard !isClear else { throw .tlsRequired }
      guard expectedState == .notAuthenticated else { throw .wrongState }
      try checkMechanism(command)
    case .compress:
      guard !isClear else { throw .tlsRequired }
      // What a login says never shares a dictionary with anything else.
      guard isLoggedIn, !isCompressed else { throw .wrongState }
      guard inFlight.isEmpty else { throw .notNow }
      guard capabilities?.has("COMPRESS=DEFLATE") == true else { throw .notOffered }
    default:
      guard !isClear else { throw .tlsRequired }
      guard command.isAllowed(in: expectedState) else { throw .wrongState }
      guard isOffered(command) else { throw .notOffered }
    }
  }

  /// What needs an extension is not even tried without it: a BAD costs the whole flight.
  private func isOffered(_ command: Command) -> Bool {
    let offered = capabilities ?? Capabilities([])
    let isRev2 = offered.has("IMAP4REV2")
    switch command {
    case .enable: return offered.has("ENABLE") || isRev2
    case .unselect: return offered.has("UNSELECT") || isRev2
    case .namespace: return offered.has("NAMESPACE") || isRev2
    case .id: return offered.has("ID")
    case .quotaRoot: return offered.has("QUOTA")
    case .idle: return offered.has("IDLE") || isRev2
    case .move: return offered.has("MOVE") || isRev2
    case .expunge: return offered.has("UIDPLUS") || isRev2
    case .select(_, _, .quick): return offered.has("QRESYNC")
    case .select(_, _, .condstore): return offered.hasModificationSequences
    case .fetch(_, _, .some, let vanished):
      return vanished ? offered.has("QRESYNC") : offered.hasModificationSequences
    case .store(_, _, _, _, .some): return offered.hasModificationSequences
    default: return true
    }
  }

  private var isLoggedIn: Bool {
    switch state {
    case .authenticated, .selected: true
    default: false
    }
  }

  private func checkMechanism(_ command: Command) throws(SendRefusal) {
    guard let capabilities else {
      if encryption == .startTLS { throw .capabilitiesUnknown }
      return
    }
    if case .authenticate(let authentication) = command {
      guard capabilities.has("AUTH=\(authentication.mechanism)") else {
        throw .mechanismNotOffered
      }
    } else if capabilities.has("LOGINDISABLED") {
      throw .mechanismNotOffered
    }
  }

  /// The state if everything in flight succeeds: LOGIN, SELECT, FETCH may leave in one write.
  private var expectedState: State {
    inFlight.reduce(state) { state, entry in
      switch entry.command {
      case .login, .authenticate: .authenticated
      case .select(let name, let readOnly, _): .selected(name, readOnly: readOnly)
      case .unselect: .authenticated
      default: state
      }
    }
  }
}

extension Command {
  /// A queue behind these would be read as their text, or as plaintext before TLS.
  fileprivate var allowsNothingBehind: Bool {
    switch self {
    case .startTLS, .idle, .logout, .compress: true
    default: false
    }
  }

  fileprivate func isAllowed(in state: ClientStateMachine.State) -> Bool {
    switch (self, state) {
    case (.fetch, .selected), (.search, .selected), (.copy, .selected), (.unselect, .selected):
      true
    case (.store, .selected(_, let readOnly)), (.move, .selected(_, let readOnly)),
      (.expunge, .selected(_, let readOnly)):
      !readOnly
    case (.fetch, _), (.search, _), (.store, _), (.copy, _), (.move, _), (.expunge, _),
      (.unselect, _):
      false
    case (_, .authenticated), (_, .selected): true
    default: false
    }
  }

  /// What the machine must remember of it; credentials and mails go as soon as encoded.
  fileprivate var withoutPayload: Command {
    switch self {
    case .login: .login(user: "", password: "")
    case .authenticate(.plain): .authenticate(.plain(user: "", password: ""))
    // What is kept of it has its own place, and goes with it.
    case .authenticate(.exchange): .authenticate(.plain(user: "", password: ""))
    case .authenticate(.xoauth2): .authenticate(.xoauth2(user: "", token: ""))
    case .authenticate(.oauthBearer):
      .authenticate(.oauthBearer(user: "", host: "", port: 0, token: ""))
    case .append: .noop
    default: self
    }
  }
}
