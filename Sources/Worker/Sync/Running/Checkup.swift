public import Domain
import Foundation
import Glibc
public import Store

/// What the doctor asks of the network: one real connection, looked at step by step.
///
/// Logs in once, and not at all while a refused password waits for a person.
public struct Checkup {
  /// One line; the sentences carry no data of a patient and no secret.
  public struct Finding: Hashable, Sendable, Codable {
    public var check: String
    public var isSound: Bool
    /// False for what only makes things slower or less pleasant.
    public var isRequired: Bool
    public var french: String
    public var english: String

    public init(
      check: String, isSound: Bool, isRequired: Bool, french: String, english: String
    ) {
      self.check = check
      self.isSound = isSound
      self.isRequired = isRequired
      self.french = french
      self.english = english
    }
  }

  let account: Account
  let store: OfficineStore
  let now: @Sendable () -> Timestamp

  public init(
    account: Account, store: OfficineStore,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.account = account
    self.store = store
    self.now = now
  }

  public func run(stop: Stop) -> [Finding] {
    guard case .imap(let imap) = account.backend else {
      return teamLogOfMaildir() + [clock()]
    }
    var hosts = [imap.imap.host]
    if let smtp = imap.smtp, smtp.host != imap.imap.host { hosts.append(smtp.host) }
    var findings = hosts.flatMap { trusted($0, imap.login) + [name($0)] }
    findings += connection(imap, stop)
    findings.append(clock())
    return findings
  }

  /// What a configured name is worth before anybody is asked; nothing when it is as it should be.
  private func trusted(_ host: String, _ login: Login) -> [Finding] {
    let name = host.lowercased()
    let isLocal = ["localhost", "127.0.0.1", "::1"].contains(name)
    let isTrusted =
      name == "mssante.fr" || name.hasSuffix(".mssante.fr")
      || login.tokenHosts.contains { $0.lowercased() == name }
    guard !isLocal, !isTrusted else { return [] }
    let shown = printable(host)
    // No top-level domain begins with a digit (RFC 3696, 2); only IPv6 has a colon.
    let last = name.split(separator: ".").last?.first
    guard !name.contains(":"), last?.isNumber != true else {
      return [
        said(
          "host", false, "\(shown) est une adresse : aucun certificat ne la prouve ; mettre un nom",
          "\(shown) is an address: no certificate proves it; put a name")
      ]
    }
    return [
      said(
        "host", false, required: false,
        "\(shown) n’est pas sous mssante.fr : vérifier que c’est bien celui de l’opérateur",
        "\(shown) is not under mssante.fr: check that it is the operator's")
    ]
  }

  private func name(_ host: String) -> Finding {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &found)
    if let found { freeaddrinfo(found) }
    let shown = printable(host)
    return Finding(
      check: "dns", isSound: code == 0, isRequired: true,
      french: code == 0
        ? "\(shown) a une adresse"
        : "\(shown) n’a pas d’adresse : vérifier le réseau et « host »",
      english: code == 0
        ? "\(shown) has an address" : "\(shown) has no address: check the network and \"host\"")
  }

  private func connection(_ imap: IMAPAccount, _ stop: Stop) -> [Finding] {
    do throws(SyncFailure) {
      let desk = LoginDesk(imap.login, store: store)
      let backend = try IMAPBackend(
        imap, desk: desk, directory: store.directory, keepsLists: false, stop: stop,
        life: LifeSign())
      defer { backend.close() }
      var found: [Finding]
      var obstacle: SyncFailure?
      do throws(SyncFailure) { found = try mailbox(backend) } catch {
        found = trouble(error)
        // One wrong password is enough; one that is not to be had here is not asked for twice.
        if error == .loginRefused || error.isOfSecret { obstacle = error }
      }
      found += sending(backend, imap.patience, obstacle)
      return certificates(backend) + lists(backend) + found
    } catch {
      return [failed(error)]
    }
  }

  private func mailbox(_ backend: IMAPBackend) throws(SyncFailure) -> [Finding] {
    let session = try backend.connect()
    defer { session.close() }
    let facts = try session.facts()
    return [said("login", true, "connexion acceptée", "login accepted")]
      + capabilities(facts.capabilities) + quota(facts.quota) + (try teamLog(session))
  }

  func failed(_ failure: SyncFailure) -> Finding {
    let check: String
    switch failure {
    case .tls, .anchors: check = "tls"
    case .loginRefused, .secret, .sessionClosed, .foreignHost, .noMechanism, .serverNotAuthentic:
      check = "login"
    default: check = "server"
    }
    return Finding(
      check: check, isSound: false, isRequired: true, french: failure.french,
      english: failure.english)
  }

  func said(
    _ check: String, _ isSound: Bool, required: Bool = true, _ french: String, _ english: String
  ) -> Finding {
    Finding(
      check: check, isSound: isSound, isRequired: required, french: french, english: english)
  }

  /// Days before the end of a certificate from which it is time to act.
  private static let warningDays = 30

  private func certificates(_ backend: IMAPBackend) -> [Finding] {
    guard let register = backend.register else { return [] }
    return register.dates.sorted { $0.key < $1.key }.map { host, date in
      let days = Int(date.timeIntervalSince1970 - Double(now().seconds)) / 86_400
      return said(
        "tls", days > Self.warningDays, required: false,
        "certificat de \(printable(host)) valable encore \(Counted.french(days, "jour"))"
          + (days > Self.warningDays ? "" : " : prévenir l’opérateur"),
        "certificate of \(printable(host)) valid for \(days) more \(days == 1 ? "day" : "days")"
          + (days > Self.warningDays ? "" : ": tell the operator"))
    }
  }

  private func lists(_ backend: IMAPBackend) -> [Finding] {
    guard let list = backend.register?.list, let next = list.next else { return [] }
    let hours = Int(next.timeIntervalSince1970 - Double(now().seconds)) / 3_600
    let isRenewed = backend.register?.failingSince == nil
    return [
      said(
        "crl", isRenewed, required: false,
        "liste des certificats révoqués valable encore \(hours) h"
          + (isRenewed ? "" : ", mais « crl » ne la renouvelle plus : vérifier l’adresse"),
        "list of revoked certificates valid for \(hours) more hours"
          + (isRenewed ? "" : ", but \"crl\" no longer renews it: check the address"))
    ]
  }

  func capabilities(_ names: [String]) -> [Finding] {
    let offered = Set(names)
    let rows = [
      ("IDLE", "les arrivées attendent jusqu’à 30 s", "arrivals wait up to 30 s"),
      ("QRESYNC", "chaque passage relit la liste", "each pass reads the list again"),
      ("UIDPLUS", "une suppression laisse une trace", "a deletion leaves a trace"),
      ("QUOTA", "la place restante est inconnue", "the room left is unknown"),
    ]
    return rows.map { name, french, english in
      let isThere = offered.contains(name)
      return said(
        "capability", isThere, required: false,
        isThere ? name : "sans \(name), \(french)", isThere ? name : "without \(name), \(english)")
    }
  }

  func quota(_ quota: SyncHealth.Quota?) -> [Finding] {
    guard let quota else { return [] }
    let isRoomy = quota.percent < 90
    return [
      said(
        "quota", isRoomy,
        "boîte remplie à \(quota.percent) %"
          + (isRoomy ? "" : " : pleine, elle refuse les patients ; faire de la place"),
        "mailbox \(quota.percent)% full"
          + (isRoomy ? "" : ": once full it refuses patients; make room"))
    ]
  }

  /// Seconds by which a server's clock may be ahead of ours.
  private static let skew: Int64 = 300

  /// A clock that nobody sets makes certificates and ages lie. IMAP tells no time of its own, but
  /// it dates what arrives: mail from the future means that this machine is behind.
  private func clock() -> Finding {
    let newest = try? store.messages(.all, after: nil, limit: 1).first?.message.receivedAt
    if let newest, newest.secondsSince(now()) > Self.skew {
      let minutes = newest.secondsSince(now()) / 60
      return said(
        "clock", false,
        "l’heure d’ici retarde d’au moins \(minutes) min sur le serveur : la régler, puis activer "
          + "chrony ou ntp",
        "the clock here is at least \(minutes) min behind the server's: set it, then enable chrony "
          + "or ntp")
    }
    // What the usual keepers of time leave behind when they have set it.
    let signs = [
      "/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid",
    ]
    let isSet = signs.contains { access($0, F_OK) == 0 }
    return said(
      "clock", isSet, required: false,
      isSet
        ? "l’heure est tenue à jour" : "rien ne tient l’heure à jour ici : activer chrony ou ntp",
      isSet ? "the clock is kept right" : "nothing keeps the clock right here: enable chrony or ntp"
    )
  }
}
