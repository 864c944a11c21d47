import Domain
import Glibc
import Screens
import Settings
import Store

/// What the doctor asks of copies, traces and purges.
extension Doctor {
  func upkeep(_ place: Place, _ store: OfficineStore) -> [Check] {
    [backup(place, store), anchors(place, store)] + purge(store)
  }

  private func check(
    _ name: String, _ isSound: Bool, isRequired: Bool = false, _ french: String, _ english: String
  ) -> Check {
    Check(
      name: name, isSound: isSound, isRequired: isRequired, french: french, english: english)
  }

  private func backup(_ place: Place, _ store: OfficineStore) -> Check {
    let settings = place.configuration.vault.backup
    let history = try? store.backupHistory()
    let now = environment.now()
    let age = history?.lastSuccess.map { max(0, now.secondsSince($0)) }
    func ago(_ language: Language) -> String {
      age.map { language.strings.ago(seconds: $0) } ?? (language == .french ? "jamais" : "never")
    }
    guard settings.hasRecipients else {
      return check(
        "backup", false,
        "dernière : \(ago(.french)) ; aucune clé : age-keygen, puis [backup] recipients et "
          + "directory",
        "last: \(ago(.english)); no key: age-keygen, then [backup] recipients and directory")
    }
    let places = ["/usr/bin/age", "/usr/local/bin/age", "/bin/age"]
    let isThere = places.contains { path in access(path, X_OK) == 0 }
    guard isThere else {
      return check(
        "backup", false, isRequired: true, "le programme « age » manque : apt install age",
        "the program \"age\" is missing: apt install age")
    }
    guard let directory = settings.directory else {
      return check(
        "backup", age != nil,
        "dernière : \(ago(.french)) ; aucune automatique : [backup] directory",
        "last: \(ago(.english)); none by itself: [backup] directory")
    }
    if let failure = history?.failure {
      return check(
        "backup", false, isRequired: true,
        Language.french.strings.backupFailed(failure)
          + " \(directory), dernière : \(ago(.french))",
        Language.english.strings.backupFailed(failure)
          + " \(directory), last: \(ago(.english))")
    }
    let isFresh = age.map { $0 <= 2 * settings.every } ?? false
    return check(
      "backup", isFresh, "\(directory), dernière : \(ago(.french)), gardées : \(settings.keep)",
      "\(directory), last: \(ago(.english)), kept: \(settings.keep)")
  }

  private func anchors(_ place: Place, _ store: OfficineStore) -> Check {
    guard place.configuration.path != nil, options.store == nil else {
      return check("traces", true, "sans configuration", "without a configuration")
    }
    let path = place.configuration.anchorFile(of: place.settings)
    let lines = AnchorBook(path: path).lines()
    if (try? store.upkeepNote(.anchorFailed)) != nil {
      return check(
        "traces", false, isRequired: true,
        "l’ancre \(path) ne peut pas être écrite : vérifier [journal] anchor",
        "the anchor \(path) cannot be written: check [journal] anchor")
    }
    guard let last = lines.last else {
      return check(
        "traces", false, "aucune ancre encore dans \(path) : le service en pose une par jour",
        "no anchor yet in \(path): the service writes one a day")
    }
    return check(
      "traces", true, "\(Counted.french(lines.count, "ancre")), la dernière \(last.day) : \(path)",
      "\(Counted.english(lines.count, "anchor")), the last \(last.day): \(path)")
  }

  /// Nothing while no purge is under way and nothing old is left over.
  private func purge(_ store: OfficineStore) -> [Check] {
    var checks: [Check] = []
    if let state = try? store.purgeState() {
      checks.append(
        check(
          "purge", false,
          state.isEndingOnly
            ? "purge en cours : les fichiers se nettoient ; le service la finit"
            : "purge en cours ; le service la finit, ou « mssterm purge --confirm »",
          state.isEndingOnly
            ? "purge under way: the files are being cleaned; the service ends it"
            : "purge under way; the service ends it, or \"mssterm purge --confirm\""))
    }
    checks += waiting(store)
    if let count = try? store.upkeepNote(.unfinished).flatMap({ Int($0) }), count > 0 {
      checks.append(
        check(
          "retention", false, Language.french.strings.unfinishedOld(count),
          Language.english.strings.unfinishedOld(count)))
    }
    return checks
  }

  /// Purges that wait for the team log, that are held here, or whose files are not clean yet.
  private func waiting(_ store: OfficineStore) -> [Check] {
    guard let upkeep = try? store.health().upkeep else { return [] }
    let (french, english) = (Language.french.strings, Language.english.strings)
    var checks: [Check] = []
    if let since = upkeep.purgesWaitingSince {
      let age = max(0, environment.now().secondsSince(since))
      checks.append(
        check(
          "purge-waiting", !upkeep.arePurgesStuck(now: environment.now()),
          french.purgesWaiting(upkeep.purgesWaiting, seconds: age),
          english.purgesWaiting(upkeep.purgesWaiting, seconds: age)))
    }
    if upkeep.purgesHeld > 0 {
      checks.append(
        check(
          "purge-held", true, french.purgesHeld(upkeep.purgesHeld),
          english.purgesHeld(upkeep.purgesHeld)))
    }
    if (try? store.purgeState()) == .some(nil), upkeep.isPurging {
      checks.append(check("purge", true, french.purging, english.purging))
    }
    return checks
  }
}
