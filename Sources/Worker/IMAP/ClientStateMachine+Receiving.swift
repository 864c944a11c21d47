import SASL

extension ClientStateMachine {
  /// Takes what was read, in pieces of any size.
  ///
  /// - Throws: the violation that ends the connection; what this read had brought is dropped
  ///   with it, and every later call throws the same.
  public mutating func receive(
    _ bytes: ArraySlice<UInt8>
  ) throws(ProtocolViolation) -> [Output] {
    if let violation { throw violation }
    do throws(ProtocolViolation) {
      return try take(bytes)
    } catch {
      violation = error
      state = .closed
      throw error
    }
  }

  public mutating func receive(_ bytes: [UInt8]) throws(ProtocolViolation) -> [Output] {
    try receive(bytes[...])
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>) throws(ProtocolViolation) -> [Output] {
    var rest = bytes
    var outputs: [Output] = []
    let parser = ResponseParser(limits: limits)
    while !rest.isEmpty {
      if state == .awaitingTLS { throw .plaintextAfterStartTLS }
      if state == .closed { throw .connectionClosed }
      guard let frame = try framer.next(&rest) else { break }
      let line = try parser.parse(frame)
      if state == .awaitingGreeting {
        outputs.append(try greeting(line))
        continue
      }
      switch line {
      case .continuation(let text): outputs += try continuation(text)
      case .untagged(let response): outputs.append(try untagged(response))
      case .tagged(let tag, let completion): outputs += try tagged(tag, completion, &rest)
      }
    }
    return outputs
  }

  private mutating func greeting(_ line: ServerLine) throws(ProtocolViolation) -> Output {
    guard case .untagged(.status(let status)) = line else { throw .noGreeting }
    switch status.kind {
    case .ok: state = .notAuthenticated
    case .bye: state = .logout
    case .preauth:
      guard isEncrypted || encryption == .none else { throw .preauthenticatedWithoutTLS }
      state = .authenticated
    case .no, .bad: throw .noGreeting
    }
    learn(from: status)
    return .greeting(status)
  }

  private mutating func learn(from status: Status) {
    if case .capability(let capabilities) = status.code { learn(capabilities) }
  }

  private mutating func learn(_ capabilities: Capabilities) {
    self.capabilities = capabilities
    capabilityEpoch += 1
  }

  private mutating func untagged(_ response: Response) throws(ProtocolViolation) -> Output {
    switch response {
    case .status(let status):
      guard status.kind != .preauth else { throw .malformedResponse }
      learn(from: status)
      if status.kind == .bye { state = .logout }
    case .capability(let capabilities):
      learn(capabilities)
    default:
      // Anyone on the road can write before TLS; mailbox data has no business there.
      guard isEncrypted || encryption != .startTLS else { throw .dataBeforeTLS }
    }
    return .untagged(response)
  }

  // MARK: - `+`

  private mutating func continuation(_ text: ServerText) throws(ProtocolViolation) -> [Output] {
    guard let index = inFlight.firstIndex(where: { $0.isBegun && $0.blocksOthers }) else {
      throw .unexpectedContinuation
    }
    if !inFlight[index].chunks.isEmpty {
      let bytes = inFlight[index].chunks.removeFirst()
      return [.write(bytes + pump())]
    }
    switch inFlight[index].command {
    case .authenticate(let authentication):
      return try challenge(index, authentication, text)
    case .idle:
      guard !inFlight[index].isIdling else { return [] }  // some servers say it twice
      inFlight[index].isIdling = true
      let done: [Output] = inFlight[index].wantsDone ? [.write(Array("DONE\r\n".utf8))] : []
      return [.idling(inFlight[index].id)] + done
    default:
      throw .unexpectedContinuation
    }
  }

  /// One message was all our mechanisms have: a challenge is the server's refusal with a reason.
  private mutating func challenge(
    _ index: Int, _ authentication: Authentication, _ text: ServerText
  ) throws(ProtocolViolation) -> [Output] {
    if let answer = try exchanged(index, text) { return answer }
    inFlight[index].challenges += 1
    guard inFlight[index].challenges == 1 else { throw .unexpectedContinuation }
    let decoded = Base64.standard.decode(text.bytes) ?? text.bytes
    return [
      .challenge(inFlight[index].id, ServerText(decoded)),
      .write(authentication.challengeAnswer),
    ]
  }

  /// The answer of a mechanism that has more than one message; a failure ends the exchange with
  /// `*`, so that the server says its NO. A wrong proof ends the connection: whoever it is does
  /// not know the password, and its NO would say that the password is wrong.
  private mutating func exchanged(
    _ index: Int, _ text: ServerText
  ) throws(ProtocolViolation) -> [Output]? {
    guard var exchange = inFlight[index].exchange else { return nil }
    let challenge = Base64.standard.decode(text.bytes)
    do throws(SASLFailure) {
      guard let challenge else { throw .malformed }
      let answer = try exchange.answer(challenge)
      inFlight[index].exchange = exchange
      return [.write(Base64.standard.encode(answer) + Array("\r\n".utf8))]
    } catch {
      guard error != .serverNotAuthentic else { throw .serverNotAuthentic }
      return [.write(Array("*\r\n".utf8))]
    }
  }

  // MARK: - Tagged answers

  private mutating func tagged(
    _ tag: [UInt8], _ completion: Completion, _ rest: inout ArraySlice<UInt8>
  ) throws(ProtocolViolation) -> [Output] {
    guard
      let index = inFlight.firstIndex(where: { $0.isBegun && $0.id.tag.utf8.elementsEqual(tag) })
    else { throw .unknownTag }
    let entry = inFlight[index]
    guard entry.chunks.isEmpty || !completion.isOK else { throw .answerBeforeCommand }
    // A success without the server's proof is somebody else's server.
    if let exchange = entry.exchange, completion.isOK, !exchange.mayFinish {
      throw .serverNotAuthentic
    }
    inFlight.remove(at: index)
    learn(from: completion)
    settle(entry, completion)
    var outputs: [Output] = [.completed(entry.id, completion)]
    if state == .awaitingTLS {
      outputs.append(.tlsMayStart(entry.id))
      return outputs
    }
    if entry.command == .compress, completion.isOK, state != .logout {
      isCompressed = true
      outputs.append(.compressed(entry.id, rest: Array(rest)))
      rest = []
      return outputs
    }
    // What this command held back may now leave.
    let bytes = state == .logout ? [] : pump()
    if !bytes.isEmpty { outputs.append(.write(bytes)) }
    return outputs
  }

  private mutating func settle(_ entry: InFlight, _ completion: Completion) {
    // After BYE nothing changes any more.
    guard state != .logout else { return }
    switch entry.command {
    case .startTLS where completion.isOK:
      // What was said in clear may have been said by anyone.
      capabilities = nil
      state = .awaitingTLS
    case .login where completion.isOK, .authenticate where completion.isOK:
      state = .authenticated
      if entry.capabilityEpoch == capabilityEpoch { capabilities = nil }
    case .unselect where completion.isOK:
      state = .authenticated
    case .select(let name, let readOnly, _):
      guard completion.isOK else {
        // A failed SELECT leaves no mailbox selected (RFC 3501, 6.3.1).
        if case .selected = state { state = .authenticated }
        return
      }
      state = .selected(name, readOnly: readOnly || completion.code == .readOnly)
    case .logout:
      state = .logout
    default:
      break
    }
  }
}
