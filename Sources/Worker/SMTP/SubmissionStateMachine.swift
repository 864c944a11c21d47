// The dispatch clerk who knows the ritual by heart.

import SASL

/// One mail handed to a submission server, as a value: replies in, bytes to write out.
///
/// It knows no socket and no clock. The driver writes what it is given in order, feeds what it
/// reads, applies ``timeout``, and tells when the connection is lost. Whatever happens, exactly
/// one ``Output/finished(_:)`` comes. Before the final dot the mail was not sent; after it, and
/// without a readable answer, it is uncertain (invariant 9). Source: RFC 5321, 6409, 3207, 4954.
public struct SubmissionStateMachine: Sendable {
  enum State: Hashable, Sendable {
    case greeting, hello, startTLS, tlsHandshake
    case authentication(remaining: [[UInt8]])
    case exchange(Exchange)
    case sender
    case recipient(index: Int)
    case data
    case awaitingConfirmation
    case finalReply
    /// The outcome is told; replies to commands written ahead are still due.
    case draining
    /// The outcome is told; RSET or QUIT awaits a reply that changes nothing.
    case resetting, quitting
    case closed
  }

  let clientName: String
  let encryption: Encryption
  let credentials: Credentials?
  let submission: Submission
  var state = State.greeting
  var isEncrypted: Bool
  var isAuthenticated = false
  var extensions = Extensions()
  /// What each recipient was answered so far, in their order; all accepted before the dot leaves.
  public internal(set) var results: [RecipientResult] = []
  /// Replies due to commands written in one group with the one that is answered now (RFC 2920).
  var ahead = 0
  private var parser = ReplyParser()

  /// - Parameter clientName: what EHLO says; a character outside a domain name's becomes `-`.
  public init(
    clientName: String, encryption: Encryption, credentials: Credentials?, submission: Submission
  ) {
    let name = clientName.map { character in
      let isPlain = character.isASCII && (character.isLetter || character.isNumber)
      return isPlain || ".-[]:".contains(character) ? character : "-"
    }
    self.clientName = name.isEmpty ? "localhost" : String(name.prefix(255))
    self.encryption = encryption
    self.isEncrypted = encryption == .implicit
    self.credentials = credentials
    self.submission = submission
  }

  /// Only asks whether a mail could be handed over: EHLO, TLS, AUTH with these credentials or
  /// without any, QUIT. Ends with ``Outcome/NotSentReason/nothingToSend`` when all of it went well.
  public init(asking clientName: String, encryption: Encryption, credentials: Credentials?) {
    self.init(
      clientName: clientName, encryption: encryption, credentials: credentials, submission: .none)
  }

  public var isFinished: Bool {
    switch state {
    case .draining, .resetting, .quitting, .closed: true
    default: false
    }
  }

  /// The dot has left, and only the server knows what became of the mail.
  public var awaitsVerdict: Bool { state == .finalReply }

  /// Seconds the driver waits for the next reply, or for the caller's confirmation (RFC 5321,
  /// 4.5.3.2). After the outcome a polite goodbye is worth little.
  public var timeout: Int {
    switch state {
    case .greeting, .hello, .startTLS, .authentication, .exchange, .sender, .recipient: 300
    case .tlsHandshake: 60
    case .data: 120
    case .awaitingConfirmation: 180
    case .finalReply: 600
    case .draining, .resetting, .quitting, .closed: 5
    }
  }

  /// Takes what was read, in pieces of any size.
  public mutating func receive(_ bytes: ArraySlice<UInt8>) -> [Output] {
    var rest = bytes
    var outputs: [Output] = []
    do throws(ProtocolViolation) {
      var mayFollow = true
      while mayFollow {
        // STARTTLS was granted: what comes in clear now would pass for encrypted (T06).
        guard state != .tlsHandshake || rest.isEmpty else { throw .replyBeforeCommand }
        guard state != .closed, let reply = try parser.next(&rest) else { return outputs }
        // The outcome of a final answer stands, whatever else the server says behind it.
        mayFollow = ahead > 0
        guard rest.isEmpty || mayFollow || state == .finalReply || isFinished else {
          throw .replyBeforeCommand
        }
        outputs += handle(reply)
      }
      return outputs
    } catch {
      return outputs + (isFinished ? close() : end(.violation(error)))
    }
  }

  public mutating func receive(_ bytes: [UInt8]) -> [Output] { receive(bytes[...]) }

  /// The handshake that ``Output/tlsMayStart`` asked for is done and verified.
  public mutating func tlsEstablished() -> [Output] {
    guard state == .tlsHandshake else { return [] }
    isEncrypted = true
    return hello()
  }

  /// The durable mark is written: emits the final dot. Nothing when the submission ended
  /// meanwhile, so that a late mark sends no mail.
  public mutating func confirmFinalDot() -> [Output] {
    guard state == .awaitingConfirmation else { return [] }
    state = .finalReply
    return [.write(Array(".\r\n".utf8))]
  }

  /// The durable mark could not be written: the dot is not sent, the connection must be closed
  /// without another byte, and the server forgets the mail (O03).
  public mutating func withholdFinalDot() -> [Output] {
    guard state == .awaitingConfirmation else { return [] }
    state = .closed
    return [.finished(.notSent(.withheld)), .mayClose]
  }

  public mutating func connectionClosed() -> [Output] {
    guard isFinished else { return end(.connectionLost) }
    state = .closed
    return []
  }

  /// ``timeout`` has passed.
  public mutating func timedOut() -> [Output] {
    isFinished ? close() : end(.timedOut)
  }

  private mutating func close() -> [Output] {
    guard state != .closed else { return [] }
    state = .closed
    return [.mayClose]
  }

  /// Ends without a readable answer: the dot alone decides between not sent and uncertain.
  private mutating func end(_ reason: Outcome.LostReason) -> [Output] {
    let outcome: Outcome =
      state == .finalReply ? .uncertain(reason) : .notSent(.lost(stage, reason))
    state = .closed
    return [.finished(outcome), .mayClose]
  }

  var stage: Stage {
    switch state {
    case .greeting: .greeting
    case .hello: .hello
    case .startTLS: .startTLS
    case .tlsHandshake: .tlsHandshake
    case .authentication, .exchange: .authentication
    case .sender: .sender
    case .recipient: .recipients
    case .data: .data
    case .awaitingConfirmation: .beforeFinalDot
    case .finalReply, .draining, .resetting, .quitting, .closed: .finalReply
    }
  }
}
