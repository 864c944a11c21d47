import Domain
import Exports
import Glibc
import Screens
import Settings
import Store

/// What the doctor asks of the store and of those who work on it.
extension Doctor {
  func store(_ place: Place) -> [Check] {
    // First: SQLite gives new files the mode of the database.
    let modes = modes(place)
    let store: OfficineStore
    do {
      store = try Session.open(place.settings, create: false)
    } catch let failure as CommandFailure {
      return [
        Check(
          name: "store", isSound: false, isRequired: true, french: failure.french,
          english: failure.english)
      ] + modes
    } catch {
      return modes
    }
    defer { store.close() }
    let path = place.settings.store
    let team = (try? Session.team(place, beside: store, create: false)) ?? store
    return [
      Check(name: "store", isSound: true, isRequired: true, french: path, english: path),
      members(team),
    ] + failedReads(store, team) + unread(store) + modes + [
      sync(store), sending(store), lease(store),
    ] + mailboxes(store)
      + withheld(store) + exports(place, store) + upkeep(place, store)
  }

  /// What the other checks read of the store, for where that fails they see nothing and say so of
  /// nothing.
  private func failedReads(_ store: OfficineStore, _ team: OfficineStore) -> [Check] {
    do throws(StoreError) {
      _ = try team.members(includeDisabled: false)
      _ = try (store.unreadOrders(), store.health(), store.counts(member: nil))
      _ = try (store.owedExportCount(), store.restoredExportCount(), store.syncStatus())
      _ = try (store.outbox(states: [.queued, .sending]), store.backupHistory())
      _ = try (store.upkeepNote(.anchorFailed), store.purgeState())
      return []
    } catch {
      let failure = CommandFailure(error)
      return [
        Check(
          name: "store", isSound: false, isRequired: true,
          french: "une lecture a échoué, le reste est incomplet : \(failure.french)",
          english: "something could not be read, the rest is incomplete: \(failure.english)")
      ]
    }
  }

  /// What an update found that this program cannot read; nothing while all is well.
  private func unread(_ store: OfficineStore) -> [Check] {
    guard let ids = try? store.unreadOrders(), !ids.isEmpty else { return [] }
    let names = ids.prefix(5).joined(separator: ", ")
    return [
      Check(
        name: "demandes", isSound: false, isRequired: true,
        french: "\(ids.count) illisible\(ids.count == 1 ? "" : "s") par cette version : \(names) ; "
          + "« mssterm verify », puis mettre MSSTerm à jour ou restaurer une sauvegarde",
        english: "\(ids.count) that this version cannot read: \(names); \"mssterm verify\", then "
          + "update MSSTerm or restore a backup")
    ]
  }

  /// Who talks with the server. The kernel frees a lease with its holder: who holds one lives.
  private func lease(_ store: OfficineStore) -> Check {
    func check(_ isSound: Bool, _ french: String, _ english: String) -> Check {
      Check(name: "lease", isSound: isSound, isRequired: false, french: french, english: english)
    }
    let isHeld: Bool
    do {
      isHeld = try Lease.isHeld(directory: store.directory)
    } catch {
      return check(
        false, "le fichier « lease » ne peut pas être ouvert : vérifier les droits du magasin",
        "the file \"lease\" cannot be opened: check the modes of the store")
    }
    guard isHeld else {
      return check(
        false,
        "personne ne synchronise cette boîte : l’écran, « mssterm sync » ou systemd le démarrent",
        "nobody synchronises this mailbox: the screen, \"mssterm sync\" or systemd starts it")
    }
    guard let process = try? Lease.lastHolder(directory: store.directory) else {
      return check(true, "tenu par un service", "held by a service")
    }
    // EPERM: it lives, under another account.
    guard kill(process, 0) == 0 || errno == EPERM else {
      return check(
        false,
        "tenu, mais le processus \(process) n’est pas visible d’ici : chercher dans un conteneur",
        "held, but process \(process) cannot be seen from here: look in a container")
    }
    return check(true, "tenu par le processus \(process)", "held by process \(process)")
  }

  /// What was not opened or not there when a service last looked; nothing while all is well.
  private func mailboxes(_ store: OfficineStore) -> [Check] {
    guard let health = try? store.health() else { return [] }
    return health.refusedMailboxes.map { name in
      return Check(
        name: "mailbox", isSound: false, isRequired: true,
        french: "le serveur n’ouvre pas « \(name) » : prévenir l’opérateur, ou l’ôter de mailboxes",
        english: "the server does not open \"\(name)\": tell the operator, or take it out of "
          + "mailboxes")
    }
  }

  /// What the server lists and does not give; nothing while all is well.
  private func withheld(_ store: OfficineStore) -> [Check] {
    guard let count = (try? store.counts(member: nil))?.withheld, count > 0 else { return [] }
    return [
      Check(
        name: "reception", isSound: false, isRequired: true,
        french:
          "\(count) message\(count == 1 ? "" : "s") au serveur, annoncé\(count == 1 ? "" : "s") "
          + "et jamais donné\(count == 1 ? "" : "s") : l’écran dit lesquels (touche de santé) ; "
          + "prévenir l’opérateur si cela dure",
        english:
          "\(count) message\(count == 1 ? "" : "s") at the server, announced and never given: "
          + "the health pane names them; tell the operator if it lasts")
    ]
  }

  /// Where an applicative BAL hands over what arrives.
  private func exports(_ place: Place, _ store: OfficineStore) -> [Check] {
    guard place.settings.bal.kind == .applicative else { return [] }
    func check(_ isSound: Bool, _ french: String, _ english: String) -> [Check] {
      [Check(name: "export", isSound: isSound, isRequired: true, french: french, english: english)]
    }
    guard let directory = place.settings.exportTo else {
      return check(
        false, "rien n’est remis : nommer un dossier dans « export_to »",
        "nothing is handed over: name a directory in \"export_to\"")
    }
    let waiting = (try? store.owedExportCount()) ?? 0
    do throws(ExportError) {
      try ExportFolder(in: directory, named: "doctor").checkDirectory()
    } catch {
      return check(
        false,
        error == .noDirectory
          ? "\(directory) n’existe pas, \(waiting) en attente : le créer"
          : "\(directory) ne peut pas être écrit, \(waiting) en attente : vérifier les droits",
        error == .noDirectory
          ? "\(directory) does not exist, \(waiting) waiting: create it"
          : "nothing can be written to \(directory), \(waiting) waiting: check its modes")
    }
    if (try? store.health().heldExports)?.code == "full" {
      return check(
        false, "le disque de \(directory) est plein, \(waiting) en attente : libérer de la place",
        "the disk of \(directory) is full, \(waiting) waiting: free some space")
    }
    let held = (try? store.restoredExportCount()) ?? 0
    guard held == 0 else {
      return check(
        false,
        "\(held) arrivées d’avant la restauration ont peut-être été remises : les remettre à la "
          + "main (mssterm export ID --to \(directory))",
        "\(held) arrivals from before the restore were perhaps handed over: hand them over by "
          + "hand (mssterm export ID --to \(directory))")
    }
    return check(
      true, "\(directory), \(waiting) en attente", "\(directory), \(waiting) waiting")
  }

  private func members(_ store: OfficineStore) -> Check {
    let members = (try? store.members(includeDisabled: false)) ?? []
    let mapped = members.contains { $0.osUser == environment.osUser }
    return Check(
      name: "members", isSound: !members.isEmpty, isRequired: true,
      french: members.isEmpty
        ? "aucun membre : mssterm members add \"Nom\" --role titulaire --responsable"
        : "\(members.count), ce compte \(mapped ? "est lié" : "n’est lié à personne")",
      english: members.isEmpty
        ? "no member: mssterm members add \"Name\" --role titulaire --responsable"
        : "\(members.count), this account is \(mapped ? "mapped" : "mapped to nobody")")
  }

  /// Nothing where there is no store yet.
  private func modes(_ place: Place) -> [Check] {
    let modes = StoreModes(
      directory: place.settings.store, isShared: place.settings.isGroupStore)
    guard modes.isThere else { return [] }
    let before = modes.open
    if fix { modes.close(before) }
    let open = modes.open
    let names = (open.isEmpty ? before : open).prefix(5).joined(separator: ", ")
    let french =
      if before.isEmpty { "dossier et fichiers sont fermés aux autres" } else if open.isEmpty {
        "fermés aux autres maintenant : \(names)"
      } else {
        "ouverts à d’autres : \(names) ; « mssterm doctor --fix » depuis le compte du magasin"
      }
    let english =
      if before.isEmpty { "directory and files are closed to others" } else if open.isEmpty {
        "closed to others now: \(names)"
      } else {
        "open to others: \(names); \"mssterm doctor --fix\" from the account of the store"
      }
    return [
      Check(
        name: "modes", isSound: open.isEmpty, isRequired: true, french: french, english: english)
    ]
  }

  /// Whether what waits in the outbox can leave.
  private func sending(_ store: OfficineStore) -> Check {
    let waiting = (try? store.outbox(states: [.queued, .sending]).count) ?? 0
    let trouble = try? store.syncStatus().sending
    func words(_ language: Language, _ calm: String) -> String {
      trouble.map { language.strings.sendingSentence($0, now: environment.now()) } ?? calm
    }
    return Check(
      name: "sending", isSound: trouble == nil, isRequired: false,
      french: words(.french, "\(waiting) en attente"),
      english: words(.english, "\(waiting) waiting"))
  }

  private func sync(_ store: OfficineStore) -> Check {
    let status = try? store.syncStatus()
    let isRunning = (try? Lease.isHeld(directory: store.directory)) ?? false
    let isSound = status?.phase == .upToDate || status?.phase == .working
    let since = status?.lastSuccess.map { CivilTime($0).iso8601 } ?? "—"
    return Check(
      name: "sync", isSound: isSound, isRequired: false,
      french: "dernière réussite \(since) ; service \(isRunning ? "en marche" : "arrêté")",
      english: "last success \(since); service \(isRunning ? "running" : "stopped")")
  }
}
