import Domain
import NIOCore
import SMTP

/// Hands mails to the operator's submission server, each over a connection of its own.
struct SubmissionCarrier: Carrier {
  let server: Server
  let desk: LoginDesk
  let anchors: TrustAnchors?
  let network: Network
  let stop: Stop
  let patience: Patience

  func hasLeft(_ item: OutgoingItem) -> Bool { false }

  func carry(
    _ mail: [UInt8], _ item: OutgoingItem, _ results: inout [OutgoingItem.RecipientResult],
    gate: () throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> Delivery {
    guard let submission = Self.submission(mail, item) else { return .refused(answer: "address") }
    // As for IMAP: one attempt with a password (T08), a second one with a fresh token.
    if desk.isToken {
      do throws(SyncFailure) {
        return try attempt(mail, item, submission, &results, gate)
      } catch {
        guard error == .loginRefused else { throw error }
      }
    }
    do throws(SyncFailure) {
      return try attempt(mail, item, submission, &results, gate)
    } catch {
      throw desk.isToken && error == .loginRefused ? .sessionClosed : error
    }
  }

  private func attempt(
    _ mail: [UInt8], _ item: OutgoingItem, _ submission: Submission,
    _ results: inout [OutgoingItem.RecipientResult], _ gate: () throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> Delivery {
    let secret = try desk.secret(for: server, .sending)
    let machine = SubmissionStateMachine(
      clientName: MailAddress(address: item.from.address).domain, encryption: encryption,
      credentials: try credentials(secret), submission: submission)
    do throws(SyncFailure) {
      let (end, failure) = try dialogue(machine, mail.count, anchors) { () throws(SyncFailure) in
        // Here and not behind the dot, where nothing may come between the answer and its record.
        try desk.accepted(.sending)
        try gate()
      }
      results = end.results.map {
        OutgoingItem.RecipientResult(
          address: $0.address.text, isAccepted: $0.isAccepted, answer: $0.reply.description)
      }
      return try delivery(end.outcome, failure)
    } catch {
      if error == .loginRefused { try desk.refused(secret, .sending) }
      throw error == .tls(.unknownAuthority) ? lookAgain(machine, mail.count) : error
    }
  }

  /// What was wrong with the certificate, in its own words; the handshake cannot succeed, so that
  /// nothing of the mail or the login is said.
  func lookAgain(_ machine: SubmissionStateMachine, _ size: Int) -> SyncFailure {
    guard let (looking, witness) = anchors?.looking() else { return .tls(.unknownAuthority) }
    do throws(SyncFailure) {
      _ = try dialogue(machine, size, looking) { () throws(SyncFailure) in
        throw .tls(.unknownAuthority)
      }
    } catch {
      // Expected: only what the witness saw matters.
    }
    return .tls(witness.problem)
  }

  private static func submission(_ mail: [UInt8], _ item: OutgoingItem) -> Submission? {
    do {
      let sender = try Address(item.from.address)
      let recipients = try item.to.map { try Address($0.address) }
      return try Submission(
        sender: sender, recipients: recipients, message: mail, envelopeID: item.id)
    } catch {
      return nil
    }
  }

  var encryption: SMTP.Encryption {
    switch server.security {
    case .startTLS: .startTLS
    case .implicit: .implicit
    case .none: .none
    }
  }

  func credentials(_ secret: String) throws(SyncFailure) -> Credentials {
    let user = desk.login.user
    switch desk.login.method {
    case .password, .passwordCommand: return .password(user: user, password: secret)
    case .scram, .scramCommand: return .exchange(try Exchanges.scram(user, secret))
    case .certificate: return .exchange(try Exchanges.external(user))
    case .xoauth2: return .xoauth2(user: user, token: secret)
    case .oauthBearer: return .exchange(try Exchanges.bearer(user, server, secret))
    }
  }

  func dialogue(
    _ machine: SubmissionStateMachine, _ size: Int, _ anchors: TrustAnchors?,
    _ gate: () throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> (SubmissionHandler.End, SyncFailure?) {
    let loop = network.loop
    let host = server.host
    let (patience, life) = (patience, network.life)
    let handler = try loop.submit {
      NIOLoopBound(
        SubmissionHandler(
          machine: machine, host: host, anchors: anchors, loop: loop, patience: patience,
          size: size, life: life),
        eventLoop: loop)
    }.result()
    let outcome = loop.flatSubmit { handler.value.outcome.futureResult }
    let dot = loop.flatSubmit { handler.value.dot.futureResult }
    let channel: any Channel
    do throws(SyncFailure) {
      channel = try network.connect(to: server, anchors: anchors, stop: stop, handler: handler)
    } catch {
      loop.execute { handler.value.abandon(error) }
      throw error
    }
    let ticket = stop.onRequest { channel.close(promise: nil) }
    defer {
      stop.forget(ticket)
      channel.close(promise: nil)
    }
    var held: SyncFailure?
    if try dot.result() {
      do throws(SyncFailure) {
        try gate()
        loop.execute { handler.value.confirm() }
      } catch {
        held = error
        loop.execute { handler.value.withhold() }
      }
    }
    let end = try outcome.result()
    // The store could not keep the mark: nothing left, and the store is what must be mended.
    if let held { throw held }
    return (end, try loop.submit { handler.value.failure }.result())
  }

  func delivery(
    _ outcome: Outcome, _ failure: SyncFailure?
  ) throws(SyncFailure) -> Delivery {
    switch outcome {
    case .accepted(let reply): return .accepted(answer: reply.description)
    case .refusedPermanently(.authentication, _):
      // Another attempt could lock the BAL out: the item waits with all others (T08).
      throw .loginRefused
    case .refusedPermanently(_, let reply): return .refused(answer: reply.description)
    case .refusedTransiently(_, let reply): return .later(answer: reply.description)
    case .recipientsRefused(let results):
      let refused = results.filter { !$0.isAccepted }.map(\.reply)
      let final = refused.first { $0.kind == .permanent }
      if let final { return .refused(answer: final.description) }
      return .later(answer: refused.first?.description ?? "recipient")
    case .uncertain: return .uncertain
    case .notSent(let reason): return try notSent(reason, failure)
    }
  }

  private func notSent(
    _ reason: Outcome.NotSentReason, _ failure: SyncFailure?
  ) throws(SyncFailure) -> Delivery {
    switch reason {
    case .lost(_, .timedOut): throw .timedOut
    // Words in clear behind the answer to STARTTLS (T06).
    case .lost(.startTLS, .violation), .lost(.tlsHandshake, .violation): throw .tls(.tampered)
    case .lost(_, .violation): throw .violation
    case .lost: throw stop.isRequested ? .stopped : failure ?? .connectionLost
    case .encryptionNotOffered: throw .tls(.notOffered)
    case .authenticationNotOffered: throw .noMechanism
    case .unsafeCredential: throw .secret
    case .serverNotAuthentic: throw .serverNotAuthentic
    case .tooLarge: return .refused(answer: "smtp.size")
    case .eightBitNotOffered: return .refused(answer: "smtp.8bit")
    case .internationalNotOffered: return .refused(answer: "smtp.utf8")
    case .withheld, .nothingToSend: throw .store(.unusable)
    }
  }
}
