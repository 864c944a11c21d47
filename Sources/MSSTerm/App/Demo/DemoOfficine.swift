import Domain
import Foundation
import Samples
import Store

/// A whole fictitious officine in one directory: Maildir BAL, configuration, store, team, and
/// demandes in every state. Nothing of it leaves the machine.
struct DemoOfficine {
  let directory: String
  let messages: Int
  let seed: UInt64
  let environment: Environment
  /// Somebody at the other comptoir, for whoever looks alone.
  var hasColleague = false

  var configurationPath: String { directory + "/config.toml" }
  var maildir: String { directory + "/bal" }
  var exists: Bool { FileManager.default.fileExists(atPath: configurationPath) }

  /// Makes everything; the configuration comes last, so that a half-made one is made again.
  func make() throws {
    for folder in [
      "", "/bal", "/bal/cur", "/bal/new", "/bal/tmp", "/envois", "/envois/cur",
      "/envois/new", "/envois/tmp", "/impressions",
    ] {
      try FileManager.default.createDirectory(
        atPath: directory + folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    let now = environment.now()
    let officine = SampleOfficine(seed: seed, now: now.seconds)
    for index in 0..<messages {
      var mail = officine.mail(index)
      if DemoDay.old.contains(index) { mail.date -= DemoDay.oldDays * 86_400 }
      try deliver(mail, name: "demo-\(index)")
    }
    try write(Data(configuration.utf8), to: configurationPath + ".new", at: now.seconds)
    try sync()
    try populate()
    try FileManager.default.moveItem(
      atPath: configurationPath + ".new", toPath: configurationPath)
  }

  /// One more mail in the BAL, as a delivery agent would put it there: tmp, then new.
  func deliver(_ mail: SampleMail, name: String) throws {
    let unique = "\(mail.date).\(name).mssterm"
    let draft = maildir + "/tmp/" + unique
    try write(Data(mail.bytes), to: draft, at: mail.date)
    try FileManager.default.moveItem(atPath: draft, toPath: maildir + "/new/" + unique)
  }

  /// A file for its owner alone, like those of a real officine.
  private func write(_ data: Data, to path: String, at seconds: Int64) throws {
    try data.write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes(
      [
        .posixPermissions: 0o600,
        .modificationDate: Date(timeIntervalSince1970: TimeInterval(seconds)),
      ], ofItemAtPath: path)
  }

  private func sync() throws {
    let words = [
      "sync", "--once", "--json", "--config", configurationPath + ".new", "--bal", "demonstration",
      "--store", directory + "/magasin",
    ]
    // A hundred thousand messages may be asked for.
    let result = try WorkerProcess.find().run(words, within: 3600)
    guard result.code == 0 else {
      throw CommandFailure(
        .failed, "La démonstration n’a pas pu être préparée (worker : \(result.code)).",
        "The demonstration could not be prepared (worker: \(result.code)).")
    }
  }

  /// Open since some hours whenever somebody looks: what waits has an age, and rings.
  private var hours: String {
    let minute = { (seconds: Int64) in
      let time = CivilTime(environment.now().adding(seconds: seconds))
      return time.hourMinute.prefix(4) + "0"
    }
    let span = "[\"\(minute(-5 * 3600))-\(minute(6 * 3600))\"]"
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    return "[hours]\nholidays = \"none\"\n"
      + days.map { "\($0) = \(span)" }.joined(separator: "\n")
  }

  private var configuration: String {
    """
    # Démonstration de MSSTerm : tout est inventé, rien ne quitte cette machine.
    [officine]
    name = "\(SampleOfficine.name)"

    [poste]
    name = "comptoir 1"
    printer = "file:\(directory)/impressions"

    [[bal]]
    name = "demonstration"
    address = "\(SampleOfficine.address)"
    kind = "organisationnelle"
    store = "magasin"
    backend = "maildir"
    maildir = "bal"
    outbox = "envois"

    \(hours)

    [journal]
    anchor = "ancres"

    [[template]]
    name = "Bien reçue, prête vers…"
    body = \"\"\"
    Bonjour,

    Nous avons bien reçu votre ordonnance. Elle sera prête vers [heure].
    Pensez à apporter l'original.

    L'équipe de la \(SampleOfficine.name)
    \"\"\"

    [[template]]
    name = "Photo illisible"
    body = \"\"\"
    Bonjour,

    Nous n'arrivons pas à lire la photo de votre ordonnance. Pouvez-vous nous en
    envoyer une plus nette, ou passer avec l'original ?

    L'équipe de la \(SampleOfficine.name)
    \"\"\"

    """
  }
}
