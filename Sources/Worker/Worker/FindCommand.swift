import ArgumentParser
import Discovery
import Domain
import Foundation
import Settings
import Store

/// Says which servers the BAL's domain names; a different answer is told, not taken.
struct FindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Asks the BAL's domain where its servers are.")

  @OptionGroup var place: PlaceOptions
  @Flag(help: "Asks nobody: what was found before.") var kept = false
  @Flag(help: "Accepts an answer that is another than before.") var take = false
  @Flag(help: "One JSON object.") var json = false

  private struct Answer: Encodable {
    var imap: FoundServer?
    var smtp: FoundServer?
    var announced: FoundServers?
    var isChanged: Bool
    var foundAt: String?

    enum CodingKeys: String, CodingKey {
      case imap, smtp, announced
      case isChanged = "changed"
      case foundAt = "found_at"
    }
  }

  func run() throws {
    do {
      try find()
    } catch let failure as Failure {
      throw failure.tell()
    } catch let failure as DiscoveryFailure {
      throw Failure(failure).tell()
    } catch let error as StoreError {
      throw Failure(error).tell()
    }
  }

  private func find() throws {
    let (_, settings) = try place.load()
    let store = try place.openStore(settings)
    defer { store.close() }
    guard let finding = try ServerFinding(settings, store) else {
      return Host.say(
        Host.isFrench()
          ? "Les serveurs sont nommés dans la configuration : personne n’est interrogé.\n"
          : "The servers are named in the configuration: nobody is asked.\n")
    }
    var before = try finding.kept()
    let announced = kept ? before?.servers : try finding.ask()
    if let announced, before == nil || take, before?.servers != announced {
      try finding.keep(announced)
      before = try finding.kept()
    }
    let isChanged = announced != nil && announced != before?.servers
    try tell(before, announced, isChanged)
    guard isChanged else { return }
    throw Failure(
      1,
      "Le domaine annonce maintenant d’autres serveurs ; rien n’a été changé. Vérifiez auprès de "
        + "l’opérateur, puis « mssterm config find --take ».",
      "The domain now announces other servers; nothing was changed. Ask the operator, then "
        + "\"mssterm config find --take\".")
  }

  private func tell(
    _ before: ServerFinding.Kept?, _ announced: FoundServers?, _ isChanged: Bool
  ) throws {
    let date = before.map { Timestamp(milliseconds: $0.at).iso8601 }
    guard !json else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let answer = Answer(
        imap: before?.servers.imap, smtp: before?.servers.smtp,
        announced: isChanged ? announced : nil, isChanged: isChanged, foundAt: date)
      return print(String(decoding: try encoder.encode(answer), as: UTF8.self))
    }
    let isFrench = Host.isFrench()
    guard let before else {
      return print(
        isFrench
          ? "autoconfig : le domaine n’a pas encore été interrogé (« mssterm config find »)"
          : "autoconfig: the domain was not asked yet (\"mssterm config find\")")
    }
    print(isFrench ? "autoconfig : demandé le \(date ?? "")" : "autoconfig: asked \(date ?? "")")
    show(before.servers)
    if isChanged, let announced {
      print(isFrench ? "annoncé maintenant :" : "announced now:")
      show(announced)
    }
  }

  private func show(_ servers: FoundServers) {
    for (name, server) in [("imap", Optional(servers.imap)), ("smtp", servers.smtp)] {
      let text = server.map {
        "\($0.host) \($0.port) \($0.security == .implicit ? "TLS" : "STARTTLS")"
      }
      print("  \(name)  \(text ?? "—")")
    }
  }
}
