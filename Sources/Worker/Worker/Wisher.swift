import Domain
import Platform
import Settings
import Store

/// Who wishes what the worker is started for.
enum Wisher {
  /// Whoever proved it to `mssterm`; the account only while the team has no responsable, or no
  /// store that opens could tell.
  static func author(
    _ purpose: PassPurpose, _ configuration: Configuration, _ settings: BALSettings
  ) throws -> Author {
    let team: OfficineStore
    do throws(StoreError) {
      team = try OfficineStore.open(at: people(configuration, settings), create: false)
    } catch {
      return .account()
    }
    defer { team.close() }
    do throws(StoreError) {
      if let word = Host.environment()["MSSTERM_PASS"],
        let author = try team.redeemPass(word, for: purpose, trial())
      {
        return author
      }
      let isGuarded = try team.members(includeDisabled: true).contains(where: \.isResponsable)
      guard isGuarded else { return .account() }
    } catch {
      throw Failure(error)
    }
    throw Failure(
      77,
      "Qui le demande ? Lancer « mssterm backup » ou « mssterm restore », avec --as INITIALES.",
      "Who wishes it? Run \"mssterm backup\" or \"mssterm restore\", with --as INITIALS.")
  }

  /// As `Session.team` of the screen's program.
  private static func people(_ configuration: Configuration, _ settings: BALSettings) -> String {
    guard let organisation = configuration.organisation,
      organisation.bal.name != settings.bal.name
    else { return settings.store }
    return organisation.store
  }

  private static func trial() -> PINTry {
    let moment = BootMoment()
    return PINTry(
      poste: "", account: UserAccount().name, boot: moment.boot, uptime: moment.milliseconds,
      now: Host.now())
  }
}
