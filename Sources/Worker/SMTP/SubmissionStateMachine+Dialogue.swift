import SASL

/// What EHLO offered. Read again after TLS: what was said in clear counts for nothing.
struct Extensions: Hashable, Sendable {
  private var parameters: [String: [String]] = [:]

  init() {}

  init(_ reply: Reply) {
    for line in reply.lines.dropFirst() {
      let text = String(decoding: line, as: UTF8.self).uppercased()
      // `AUTH=LOGIN` is how servers once wrote it.
      let words = text.split { $0 == " " || $0 == "=" }.map { String($0) }
      guard let name = words.first else { continue }
      parameters[name, default: []] += words.dropFirst()
    }
  }

  func has(_ name: String) -> Bool { parameters[name] != nil }

  func offers(mechanism: String) -> Bool { parameters["AUTH"]?.contains(mechanism) ?? false }

  /// Bytes; nil when there is no fixed limit (RFC 1870). A limit that cannot be read is none.
  var sizeLimit: UInt64? {
    guard let word = parameters["SIZE"]?.first, word.utf8.allSatisfy({ $0 != 0x2B }),
      let limit = UInt64(word), limit > 0
    else { return nil }
    return limit
  }
}

extension SubmissionStateMachine {
  mutating func handle(_ reply: Reply) -> [Output] {
    switch state {
    case .greeting:
      return reply.kind == .positive ? hello() : refuse(reply)
    case .hello:
      guard reply.kind == .positive else { return refuse(reply) }
      // Replaced, never added to: what was offered before TLS may be anyone's invention (T06).
      extensions = Extensions(reply)
      return afterHello()
    case .startTLS:
      guard reply.kind == .positive else { return refuse(reply) }
      state = .tlsHandshake
      return [.tlsMayStart]
    case .authentication(let remaining):
      return authenticationReply(reply, remaining)
    case .exchange(let exchange):
      return exchangeReply(reply, exchange)
    case .sender:
      return reply.kind == .positive ? recipient(0, isWritten: answered()) : refuse(reply)
    case .recipient(let index):
      return recipientReply(reply, index)
    case .data:
      guard reply.code == 354 else { return refuse(reply) }
      state = .awaitingConfirmation
      return [.write(LineEnds.stuffed(submission.message)), .readyForFinalDot]
    case .finalReply:
      return finalReply(reply)
    case .draining:
      return drained(reply)
    case .resetting:
      return quit()
    case .awaitingConfirmation:
      // The server gave up on us while the dot was still here: nothing was sent.
      return refuse(reply)
    case .tlsHandshake, .quitting, .closed:
      state = .closed
      return [.mayClose]
    }
  }

  mutating func hello() -> [Output] {
    state = .hello
    return command("EHLO \(clientName)")
  }

  private mutating func afterHello() -> [Output] {
    if encryption == .startTLS, !isEncrypted {
      guard extensions.has("STARTTLS") else { return giveUp(.encryptionNotOffered) }
      state = .startTLS
      return command("STARTTLS")
    }
    guard !isAuthenticated, let credentials else { return sender() }
    return authenticate(credentials)
  }

  // MARK: - Who we are (RFC 4954)

  private mutating func authenticate(_ credentials: Credentials) -> [Output] {
    let mechanism: String
    var messages: [[UInt8]]
    switch credentials {
    case .exchange(let exchange): return begin(exchange)
    case .password(let user, let password):
      guard !(user + password).utf8.contains(0) else { return giveUp(.unsafeCredential) }
      if extensions.offers(mechanism: "PLAIN") {
        mechanism = "PLAIN"
        messages = [Array("\0\(user)\0\(password)".utf8)]
      } else {
        mechanism = "LOGIN"
        messages = [Array(user.utf8), Array(password.utf8)]
      }
    case .xoauth2(let user, let token):
      guard (user + token).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        return giveUp(.unsafeCredential)
      }
      mechanism = "XOAUTH2"
      // The server explains a refusal in a challenge; an empty line then fetches its 5yz.
      messages = [Array("user=\(user)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8), []]
    }
    guard extensions.offers(mechanism: mechanism) else {
      return giveUp(.authenticationNotOffered)
    }
    var line = "AUTH \(mechanism)"
    if mechanism != "LOGIN" { line += " " + base64(messages.removeFirst()) }
    state = .authentication(remaining: messages)
    return command(line)
  }

  private mutating func begin(_ exchange: Exchange) -> [Output] {
    guard extensions.offers(mechanism: exchange.mechanism) else {
      return giveUp(.authenticationNotOffered)
    }
    state = .exchange(exchange)
    // An empty initial response is written `=` (RFC 4954, 4).
    let initial = exchange.initial.isEmpty ? "=" : base64(exchange.initial)
    return command("AUTH \(exchange.mechanism) \(initial)")
  }

  private mutating func exchangeReply(_ reply: Reply, _ exchange: Exchange) -> [Output] {
    switch reply.kind {
    case .positive:
      // A success without the server's proof is somebody else's server.
      guard exchange.mayFinish else { return giveUp(.serverNotAuthentic) }
      isAuthenticated = true
      return sender()
    case .intermediate:
      var next = exchange
      let text = String(decoding: reply.lines.first ?? [], as: UTF8.self)
      do throws(SASLFailure) {
        guard let challenge = decoded(text) else { throw .malformed }
        let answer = try next.answer(challenge)
        state = .exchange(next)
        return command(base64(answer))
      } catch {
        // Its no would say that the password is wrong, which it does not know.
        guard error != .serverNotAuthentic else { return giveUp(.serverNotAuthentic) }
        state = .exchange(next)
        return command("*")
      }
    default:
      return refuse(reply)
    }
  }

  private mutating func authenticationReply(
    _ reply: Reply, _ remaining: [[UInt8]]
  ) -> [Output] {
    switch reply.kind {
    case .positive where remaining.isEmpty || remaining == [[]]:
      isAuthenticated = true
      return sender()
    case .intermediate where !remaining.isEmpty:
      state = .authentication(remaining: Array(remaining.dropFirst()))
      return command(base64(remaining[0]))
    default:
      return refuse(reply)
    }
  }

  // MARK: - The envelope

  private mutating func sender() -> [Output] {
    guard !submission.recipients.isEmpty else { return giveUp(.nothingToSend) }
    var line = "MAIL FROM:<\(submission.sender.text)>"
    if extensions.has("SIZE") {
      if let limit = extensions.sizeLimit, UInt64(submission.message.count) > limit {
        return giveUp(.tooLarge(limit: limit))
      }
      line += " SIZE=\(submission.message.count)"
    }
    if submission.needsEightBit {
      guard extensions.has("8BITMIME") else { return giveUp(.eightBitNotOffered) }
      line += " BODY=8BITMIME"
    }
    if submission.needsSMTPUTF8 {
      guard extensions.has("SMTPUTF8") else { return giveUp(.internationalNotOffered) }
      line += " SMTPUTF8"
    }
    if let id = submission.envelopeID, extensions.has("DSN") {
      // The whole mail would bring the patient's documents back over roads unknown.
      line += " RET=HDRS ENVID=\(xtext(id))"
    }
    state = .sender
    return extensions.has("PIPELINING") ? group(line) : command(line)
  }

  /// The envelope in one flight (RFC 2920). DATA goes with it only when there is one recipient:
  /// a server that took some of several and then waits for text could not be told to forget it
  /// but by a closed connection (O05).
  private mutating func group(_ sender: String) -> [Output] {
    var lines = [sender] + submission.recipients.indices.map { recipientLine($0) }
    if submission.recipients.count == 1 { lines.append("DATA") }
    ahead = lines.count - 1
    return command(lines.joined(separator: "\r\n"))
  }

  private func recipientLine(_ index: Int) -> String {
    let line = "RCPT TO:<\(submission.recipients[index].text)>"
    let asks = submission.envelopeID != nil && extensions.has("DSN")
    return asks ? line + " NOTIFY=FAILURE,DELAY" : line
  }

  /// True when the next command went out with the one that is answered now.
  private mutating func answered() -> Bool {
    guard ahead > 0 else { return false }
    ahead -= 1
    return true
  }

  private mutating func recipient(_ index: Int, isWritten: Bool) -> [Output] {
    state = .recipient(index: index)
    return isWritten ? [] : command(recipientLine(index))
  }

  private mutating func recipientReply(_ reply: Reply, _ index: Int) -> [Output] {
    // 421 is about the connection, not about this recipient.
    guard reply.code != 421 else { return refuse(reply) }
    results.append(RecipientResult(address: submission.recipients[index], reply: reply))
    guard index + 1 == submission.recipients.count else {
      return recipient(index + 1, isWritten: answered())
    }
    guard results.allSatisfy(\.isAccepted) else {
      let told = Output.finished(.recipientsRefused(results))
      guard ahead == 0 else {
        state = .draining
        return [told]
      }
      state = .resetting
      return [told] + command("RSET")
    }
    state = .data
    return answered() ? [] : command("DATA")
  }

  /// A reply to what was written ahead of a refusal.
  private mutating func drained(_ reply: Reply) -> [Output] {
    ahead -= 1
    // It waits for mail text in spite of its refusal: without a dot there is no mail, and QUIT
    // would be text. 421 closes by itself.
    guard reply.kind != .intermediate, reply.code != 421 else {
      state = .closed
      return [.mayClose]
    }
    return ahead > 0 ? [] : quit()
  }

  // MARK: - Ends

  private mutating func finalReply(_ reply: Reply) -> [Output] {
    let outcome: Outcome =
      switch reply.kind {
      case .positive: .accepted(reply)
      case .permanent: .refusedPermanently(.finalReply, reply)
      case .transient: .refusedTransiently(.finalReply, reply)
      case .intermediate: .uncertain(.strangeReply(reply))
      }
    return [.finished(outcome)] + quit()
  }

  /// A no before the final dot. While the server waits for mail text, QUIT would be text: close.
  private mutating func refuse(_ reply: Reply) -> [Output] {
    let outcome: Outcome =
      switch reply.kind {
      case .permanent: .refusedPermanently(stage, reply)
      case .transient: .refusedTransiently(stage, reply)
      case .positive, .intermediate: .notSent(.lost(stage, .strangeReply(reply)))
      }
    guard state != .awaitingConfirmation, reply.code != 421 else {
      state = .closed
      return [.finished(outcome), .mayClose]
    }
    guard ahead == 0 else {
      state = .draining
      return [.finished(outcome)]
    }
    return [.finished(outcome)] + quit()
  }

  private mutating func giveUp(_ reason: Outcome.NotSentReason) -> [Output] {
    [.finished(.notSent(reason))] + quit()
  }

  private mutating func quit() -> [Output] {
    state = .quitting
    return command("QUIT")
  }

  private func command(_ line: String) -> [Output] { [.write(Array((line + "\r\n").utf8))] }
}
