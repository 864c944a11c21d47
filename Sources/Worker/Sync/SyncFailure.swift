public import Domain
import Store

/// Why a pass ended early. Carries no secret, no address and no text of the server.
public enum SyncFailure: Error, Hashable, Sendable {
  /// What was wrong with the server's certificate or handshake (T01).
  public enum TLSProblem: String, CaseIterable, Hashable, Sendable {
    case expired, notYetValid = "not-yet", selfSigned = "self-signed"
    case unknownAuthority = "authority", wrongHost = "host", handshake
    case revoked
    /// Lists are configured and none is valid now.
    case noRevocationList = "crl"
    /// The same, because the address of a list does not answer: heals by itself.
    case listUnreachable = "crl-fetch"
    /// Our own certificate or its key cannot be used.
    case client
    /// The card that holds our key is not in the reader, or was taken out.
    case card
    /// The card refused its PIN, or has it locked.
    case pin
    /// The server refused the certificate that it was shown, or wanted one.
    case clientRefused = "client-refused"
    /// Older than TLS 1.2.
    case protocolVersion = "protocol"
    /// The server speaks in clear on a port for TLS (T02).
    case plaintext
    /// STARTTLS is configured and the server does not offer it (T03).
    case notOffered = "not-offered"
    /// Words in clear where only TLS may speak, or a greeting that skips the login (T04, T05).
    case tampered
  }

  case unreachable
  case timedOut
  case connectionLost
  case tls(TLSProblem)
  /// A configured trust anchor cannot be read: its path as configured, empty when none is named.
  case anchors(String)
  /// The password or token command gave nothing usable.
  case secret
  case loginRefused
  /// SCRAM: the server does not prove that it knows the password.
  case serverNotAuthentic
  /// The session of the token is over, or its command gives nothing: a person opens it again.
  case sessionClosed
  /// A token would go to a server outside the trust space.
  case foreignHost
  /// The server offers none of the ways to log in that are configured.
  case noMechanism
  /// Too many connections, or BYE: come back later.
  case limit
  /// The server does not speak the protocol, or somebody speaks in its place.
  case violation
  /// The server sent a body above the cap that it had called smaller.
  case oversized
  /// What the server compressed cannot be read, or is a bomb; the next connection goes without.
  case compression
  /// The server said NO or BAD to a command, named by its verb.
  case refused(String)
  /// The Maildir is missing or cannot be read or written.
  case maildir
  case store(StoreFailure)
  /// The confined decoder cannot be started at all.
  case decoder
  /// The exchange with the officine's other machines alone.
  case teamLog(TeamLogHealth.Obstacle)
  /// Another machine of the officine writes the BAL's address otherwise: nobody of both would hear
  /// the other one.
  case otherAddress(here: String, there: String)
  /// SIGTERM, or the end of the process this one belongs to.
  case stopped

  /// What matters of a `StoreError` here.
  public enum StoreFailure: Hashable, Sendable { case busy, full, unusable }

  /// Stable, for `SyncStatus.failure` and logs.
  public var code: String {
    switch self {
    case .unreachable: "network.unreachable"
    case .timedOut: "network.timeout"
    case .connectionLost: "network.lost"
    case .tls(let problem): "tls.\(problem.rawValue)"
    case .anchors: "tls.anchors"
    case .secret: "login.secret"
    case .loginRefused: "login"
    case .serverNotAuthentic: "login.server"
    case .sessionClosed: "login.session"
    case .foreignHost: "login.host"
    case .noMechanism: "login.mechanism"
    case .limit: "server.limit"
    case .violation: "server.protocol"
    case .oversized: "server.oversized"
    case .compression: "server.compression"
    case .refused(let verb): "server.refused.\(verb)"
    case .maildir: "maildir"
    case .store(.busy): "store.busy"
    case .store(.full): "store.full"
    case .store(.unusable): "store"
    case .decoder: "decoder"
    case .teamLog(let obstacle): obstacle.rawValue
    case .otherAddress: TeamLogHealth.Obstacle.address.rawValue
    case .stopped: "stopped"
    }
  }

  /// `refused` waits for a person; `offline` heals by itself.
  public var phase: SyncStatus.Phase {
    switch self {
    // Nothing was said, and nobody proved to be somebody else: a server that starts, or a wall.
    case .tls(.listUnreachable), .tls(.handshake): .offline
    case .tls, .anchors, .secret, .loginRefused, .serverNotAuthentic, .foreignHost, .noMechanism:
      .refused
    case .teamLog(let obstacle): obstacle == .unfinished ? .offline : .refused
    case .otherAddress: .refused
    case .sessionClosed: .closed
    default: .offline
    }
  }

  /// True when trying again without a person could lock the BAL out or trust the wrong server.
  public var needsPerson: Bool { phase == .refused || phase == .closed }

  /// Only a person's wish tries again: a wrong secret repeated locks the BAL out (T08), and a
  /// closed session is opened when somebody wants it.
  var waitsForWish: Bool {
    switch self {
    case .loginRefused, .secret, .sessionClosed, .tls(.pin): true
    default: false
    }
  }

  /// The exit code of `sync --once` (cli.md).
  public var exitCode: Int32 {
    switch self {
    case .unreachable, .timedOut, .connectionLost, .limit, .violation, .oversized, .compression,
      .tls:
      69
    case .anchors, .secret, .maildir: 78
    case .loginRefused, .serverNotAuthentic, .sessionClosed: 77
    case .foreignHost, .noMechanism: 78
    case .teamLog(let obstacle): obstacle == .unfinished ? 75 : 78
    case .otherAddress: 78
    case .store(.busy), .stopped: 75
    case .refused, .store, .decoder: 1
    }
  }

  init(_ error: StoreError) {
    switch error {
    case .busy: self = .store(.busy)
    case .failed(13): self = .store(.full)
    default: self = .store(.unusable)
    }
  }
}

extension SyncFailure {
  public var french: String {
    switch self {
    case .unreachable:
      "Le serveur n’est pas joignable ; vérifiez le réseau. La boîte reste utilisable hors ligne."
    case .timedOut: "Le serveur ne répond plus ; nouvel essai bientôt."
    case .connectionLost: "La connexion au serveur a été coupée ; nouvel essai bientôt."
    case .tls(.expired):
      "Le certificat du serveur est expiré : connexion refusée. Prévenez l’opérateur."
    case .tls(.notYetValid):
      "Le certificat du serveur n’est pas encore valable : connexion refusée. Vérifiez l’heure "
        + "de cette machine, puis prévenez l’opérateur."
    case .tls(.selfSigned):
      "Le serveur s’est fait son certificat lui-même : connexion refusée. Vérifiez « host »."
    case .tls(.revoked):
      "Le certificat du serveur a été révoqué : connexion refusée. Prévenez l’opérateur."
    case .tls(.noRevocationList):
      "La liste des certificats révoqués manque, est périmée ou n’est pas signée par une autorité "
        + "de « trust » : connexion refusée. Vérifiez « crl »."
    case .tls(.listUnreachable):
      "La liste des certificats révoqués n’a pas pu être reprise, et aucune n’est gardée ici : "
        + "connexion refusée. Nouvel essai bientôt ; vérifiez le réseau et l’adresse de « crl »."
    case .tls(.client):
      "Notre certificat ou sa clé est inutilisable : rien n’a été envoyé. Vérifiez « auth »."
    case .tls(.card):
      "La carte n’est pas dans le lecteur, ou en a été retirée. Remettez-la ; rien n’est perdu."
    case .tls(.pin):
      "La carte a refusé son code, ou l’a bloqué ; un seul essai a été fait. Vérifiez "
        + "« pin_command », puis relancez."
    case .tls(.clientRefused):
      "Le serveur refuse notre certificat. Vérifiez qu’il est encore valable et « auth »."
    case .tls(.protocolVersion):
      "Le serveur ne connaît pas TLS 1.2 : connexion refusée. Prévenez l’opérateur."
    case .tls(.plaintext):
      "Le serveur parle en clair sur ce port : rien n’a été envoyé. Vérifiez le port et « tls »."
    case .tls(.unknownAuthority):
      "Le certificat du serveur ne vient pas d’une autorité configurée : connexion refusée. "
        + "Vérifiez « trust »."
    case .tls(.wrongHost):
      "Le certificat du serveur porte un autre nom : connexion refusée. Vérifiez « host »."
    case .tls(.handshake):
      "Le chiffrement n’a pas pu s’établir : rien n’a été envoyé. Vérifiez le port et « tls »."
    case .tls(.notOffered):
      "Le serveur n’offre pas le chiffrement exigé : rien n’a été envoyé. Prévenez l’opérateur."
    case .tls(.tampered):
      "Le serveur, ou quelqu’un sur le chemin, a parlé en clair là où seul le chiffrement le "
        + "peut : rien n’a été envoyé. Prévenez l’opérateur."
    case .anchors(""): "« trust » ne nomme aucune autorité ; corrigez la configuration."
    case .anchors(let file):
      "Le fichier « \(printable(file)) » de « trust » est illisible ou n’est pas un certificat "
        + "PEM ; corrigez la configuration."
    case .secret: "La commande du mot de passe n’a rien donné ; vérifiez-la à la main."
    case .loginRefused:
      "Identifiants refusés par le serveur ; un seul essai a été fait. Corrigez-les puis relancez."
    case .serverNotAuthentic:
      "Le serveur ne prouve pas qu’il connaît le mot de passe : connexion refusée. Vérifiez "
        + "« host », puis prévenez l’opérateur."
    case .sessionClosed:
      "La session est fermée ; rien n’est perdu. La rouvrir : touche s, ou « mssterm reconnect »."
    case .foreignHost:
      "Ce serveur n’est pas sous mssante.fr : aucun jeton ne lui est envoyé. Vérifiez « host », ou "
        + "nommez-le dans « token_hosts »."
    case .noMechanism:
      "Le serveur n’accepte aucune des façons de se connecter configurées ; vérifiez « auth »."
    case .limit: "Le serveur demande d’attendre ; nouvel essai bientôt."
    case .violation:
      "Le serveur ne respecte pas le protocole ; rien n’a été repris de lui. Vérifiez l’adresse et "
        + "le port."
    case .oversized:
      "Le serveur envoie un message bien plus gros qu’annoncé ; la suite viendra au prochain essai."
    case .compression:
      "Ce que le serveur compresse est illisible ou démesuré ; le prochain essai s’en passe."
    case .refused(let verb): "Le serveur a refusé la commande \(verb)."
    case .maildir:
      "Le Maildir est absent ou ne peut pas être lu ; vérifiez son chemin et ses droits."
    case .store(.busy): "Un autre poste écrit longuement dans le magasin ; réessayez."
    case .store(.full): "Le disque est plein : libérez de la place. Rien n’est perdu."
    case .store(.unusable): "Le magasin ne peut pas être utilisé ; lancez « mssterm verify »."
    case .decoder: "Le décodeur isolé ne démarre pas ; réinstallez MSSTerm."
    case .teamLog(let obstacle): obstacle.french
    case .otherAddress(let here, let there): TeamLogHealth.Obstacle.french(here, there)
    case .stopped: "Arrêt demandé ; la suite reprendra où elle en était."
    }
  }

  public var english: String {
    switch self {
    case .unreachable:
      "The server cannot be reached; check the network. The inbox stays usable offline."
    case .timedOut: "The server no longer answers; it will be tried again soon."
    case .connectionLost: "The connection was cut; it will be tried again soon."
    case .tls(.expired): "The server's certificate has expired: refused. Tell the operator."
    case .tls(.notYetValid):
      "The server's certificate is not valid yet: refused. Check this machine's clock, then tell "
        + "the operator."
    case .tls(.selfSigned):
      "The server made its own certificate: refused. Check \"host\"."
    case .tls(.revoked): "The server's certificate was revoked: refused. Tell the operator."
    case .tls(.noRevocationList):
      "The list of revoked certificates is missing, out of date or signed by no authority of "
        + "\"trust\": refused. Check \"crl\"."
    case .tls(.listUnreachable):
      "The list of revoked certificates could not be fetched and none is kept here: refused. It "
        + "will be tried again soon; check the network and the address in \"crl\"."
    case .tls(.client):
      "Our certificate or its key cannot be used: nothing was sent. Check \"auth\"."
    case .tls(.card):
      "The card is not in its reader, or was taken out. Put it back; nothing is lost."
    case .tls(.pin):
      "The card refused its PIN, or has it locked; one attempt was made. Check \"pin_command\", "
        + "then start again."
    case .tls(.clientRefused):
      "The server refuses our certificate. Check that it is still valid, and \"auth\"."
    case .tls(.protocolVersion): "The server does not know TLS 1.2: refused. Tell the operator."
    case .tls(.plaintext):
      "The server speaks in clear on this port: nothing was sent. Check the port and \"tls\"."
    case .tls(.unknownAuthority):
      "The server's certificate comes from no configured authority: refused. Check \"trust\"."
    case .tls(.wrongHost):
      "The server's certificate bears another name: refused. Check \"host\"."
    case .tls(.handshake):
      "No encryption could be agreed: nothing was sent. Check the port and \"tls\"."
    case .tls(.notOffered):
      "The server does not offer the required encryption: nothing was sent. Tell the operator."
    case .tls(.tampered):
      "The server, or somebody on the road, spoke in clear where only TLS may: nothing was sent. "
        + "Tell the operator."
    case .anchors(""): "\"trust\" names no authority; correct the configuration."
    case .anchors(let file):
      "The file \"\(printable(file))\" of \"trust\" cannot be read or is no PEM certificate; "
        + "correct the configuration."
    case .secret: "The password command gave nothing; try it by hand."
    case .loginRefused:
      "The server refused the credentials; one attempt was made. Correct them, then start again."
    case .serverNotAuthentic:
      "The server does not prove that it knows the password: refused. Check \"host\", then tell "
        + "the operator."
    case .sessionClosed:
      "The session is closed; nothing is lost. Open it again: key s, or \"mssterm reconnect\"."
    case .foreignHost:
      "This server is not under mssante.fr: no token is sent to it. Check \"host\", or name it in "
        + "\"token_hosts\"."
    case .noMechanism:
      "The server accepts none of the configured ways to log in; check \"auth\"."
    case .limit: "The server asks to wait; it will be tried again soon."
    case .violation:
      "The server breaks the protocol; nothing was taken from it. Check address and port."
    case .oversized:
      "The server sends a message far larger than announced; the next attempt goes past it."
    case .compression:
      "What the server compresses is unreadable or far too large; the next attempt does without."
    case .refused(let verb): "The server refused the command \(verb)."
    case .maildir: "The Maildir is missing or cannot be read; check its path and modes."
    case .store(.busy): "Another poste has been writing to the store for long; try again."
    case .store(.full): "The disk is full: free some space. Nothing is lost."
    case .store(.unusable): "The store cannot be used; run \"mssterm verify\"."
    case .decoder: "The confined decoder does not start; install MSSTerm again."
    case .teamLog(let obstacle): obstacle.english
    case .otherAddress(let here, let there): TeamLogHealth.Obstacle.english(here, there)
    case .stopped: "Asked to stop; it will go on where it was."
    }
  }
}

/// A path as a terminal may see it: nothing in it can move, colour or reverse anything.
public func printable(_ path: String) -> String {
  var text = String.UnicodeScalarView()
  for scalar in path.unicodeScalars.prefix(1024) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
      .surrogate:
      text.append("\u{FFFD}")
    default: text.append(scalar)
    }
  }
  return String(text)
}

/// Runs a store call and speaks of its failure as this room does.
func stored<T>(_ body: () throws(StoreError) -> T) throws(SyncFailure) -> T {
  do throws(StoreError) { return try body() } catch { throw SyncFailure(error) }
}
