import SMTP

extension SubmissionCarrier {
  /// How far the sending server let us come.
  enum Welcome: Equatable {
    case loggedIn
    /// It answers, and no login was tried: why.
    case greeted(SyncFailure)
  }

  /// EHLO, TLS, AUTH, QUIT: whether a mail could be handed over. Sends none.
  ///
  /// A secret that was refused before, or is not to be had here, is not tried; the server and its
  /// certificate are looked at all the same.
  ///
  /// - Parameter obstacle: why the login is not even to be tried; nil: it is.
  func ask(_ obstacle: SyncFailure?) throws(SyncFailure) -> Welcome {
    var obstacle = obstacle
    var secret: String?
    if obstacle == nil {
      do throws(SyncFailure) { secret = try desk.secret(for: server, .sending) } catch {
        guard error == .loginRefused || error.isOfSecret else { throw error }
        obstacle = error
      }
    }
    var identity: Credentials?
    if let secret { identity = try credentials(secret) }
    let machine = SubmissionStateMachine(
      asking: "localhost", encryption: encryption, credentials: identity)
    do throws(SyncFailure) {
      let (end, failure) = try dialogue(machine, 0, anchors) { () throws(SyncFailure) in
        throw .store(.unusable)
      }
      guard end.outcome == .notSent(.nothingToSend) else {
        _ = try delivery(end.outcome, failure)
        // A no, or « later », to the greeting, to EHLO or to AUTH.
        throw .refused("SMTP")
      }
      guard let obstacle else {
        try desk.accepted(.sending)
        return .loggedIn
      }
      return .greeted(obstacle)
    } catch {
      if error == .loginRefused, let secret { try desk.refused(secret, .sending) }
      if error == .tls(.unknownAuthority) { throw lookAgain(machine, 0) }
      throw desk.isToken && error == .loginRefused ? .sessionClosed : error
    }
  }
}

extension SyncFailure {
  /// What opens the BAL is not to be had by this process; another account may well have it.
  var isOfSecret: Bool {
    switch self {
    case .secret, .sessionClosed, .tls(.client), .tls(.card): true
    default: false
    }
  }
}
