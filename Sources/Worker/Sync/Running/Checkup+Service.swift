import Domain
import Store

/// What the doctor can say where this account has no secret, and of the sending server.
extension Checkup {
  /// Seconds after which a service's last success says nothing about now.
  private static let memory: Int64 = 600

  /// Why no session came to be. A service that holds the mailbox may well have the secret that
  /// this account lacks (`token_from = "screen"`, a file of its own): then its word counts.
  func trouble(_ failure: SyncFailure) -> [Finding] {
    guard failure.isOfSecret, (try? Lease.isHeld(directory: store.directory)) == true,
      let status = try? store.syncStatus(), let health = try? store.health()
    else { return [failed(failure)] }
    let isInTouch =
      (status.phase == .upToDate || status.phase == .working)
      && status.lastSuccess.map { now().secondsSince($0) <= Self.memory } ?? false
    guard isInTouch else {
      if status.phase == .closed { return [failed(.sessionClosed)] }
      return [
        said(
          "login", false,
          "le secret ne s’obtient pas d’ici, et le service n’est pas en contact avec le serveur : "
            + "« s » à l’écran dit pourquoi",
          "the secret cannot be had here, and the service is not in touch with the server: \"s\" "
            + "on the screen says why")
      ]
    }
    return [
      said(
        "login", true,
        "le service est connecté (le secret ne s’obtient pas d’ici, rien n’a été essayé)",
        "the service is logged in (the secret cannot be had here, nothing was tried)")
    ] + capabilities(health.capabilities) + quota(health.quota)
  }

  /// Milliseconds: a person waits for the answer.
  private static let silence: Int64 = 10_000

  /// One connection to the sending server. No mail is sent, nor any address said.
  func sending(
    _ backend: IMAPBackend, _ patience: Patience, _ obstacle: SyncFailure?
  ) -> [Finding] {
    var patience = patience
    patience.silence = min(patience.silence, Self.silence)
    patience.submission = min(patience.submission, 2 * Self.silence)
    patience.verdict = 0
    guard let carrier = backend.submission(patience) else { return [] }
    let host = printable(carrier.server.host)
    do throws(SyncFailure) {
      guard case .greeted(let reason) = try carrier.ask(obstacle) else {
        return [
          said(
            "smtp", true, "\(host) accepte la connexion ; aucun courrier n’a été envoyé",
            "\(host) accepts the login; no mail was sent")
        ]
      }
      if reason == .loginRefused, obstacle == nil {
        return [
          said(
            "smtp", false,
            "\(host) répond, mais a refusé ce mot de passe : le corriger, puis « s » à l’écran",
            "\(host) answers, but refused this password: correct it, then \"s\" on the screen")
        ]
      }
      return [
        said(
          "smtp", true, "\(host) répond ; la connexion n’y a pas été essayée",
          "\(host) answers; no login was tried there")
      ]
    } catch {
      return [said("smtp", false, "\(host) : \(error.french)", "\(host): \(error.english)")]
    }
  }
}
