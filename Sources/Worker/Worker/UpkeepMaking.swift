import Domain
import Platform
import Settings
import Store
import Sync

extension UpkeepPlan {
  /// What the configuration says of one BAL.
  init(_ configuration: Configuration, _ settings: BALSettings) {
    let vault = configuration.vault
    self.init(
      bal: settings.bal.name,
      anchors: AnchorBook(
        path: configuration.anchorFile(of: settings),
        sharing: settings.isGroupStore ? .group : .own),
      keepTraces: vault.keepTraces, retention: settings.retention,
      isRetentionOnServer: settings.isRetentionOnServer, backup: BackupPlan(vault.backup))
    let policy = configuration.alarms
    func seconds(_ value: Int64?) -> String { value.map { "\($0)" } ?? "off" }
    alarms =
      "unclaimed=\(seconds(policy.unclaimed)) stalled=\(seconds(policy.stalled)) "
      + "check=\(seconds(policy.waitingCheck)) promised=\(policy.promised ? 1 : 0) "
      + "uncollected=\(policy.uncollectedDays)"
  }
}

extension BackupPlan {
  fileprivate init?(_ backup: VaultSettings.Backup) {
    guard backup.isAutomatic, let directory = backup.directory else { return nil }
    self.init(
      keys: BackupKeys(backup), directory: directory, every: backup.every, keep: backup.keep)
  }
}

extension BackupKeys {
  init(_ backup: VaultSettings.Backup) {
    self.init(recipients: backup.recipients, recipientsFile: backup.recipientsFile)
  }
}

extension Author {
  /// Whoever has this account, for what is done before a member can be asked: a store that is
  /// being restored knows none yet.
  static func account() -> Author {
    Author(
      memberID: nil, name: UserAccount().name, initials: "", poste: "", isDeclared: true)
  }
}
