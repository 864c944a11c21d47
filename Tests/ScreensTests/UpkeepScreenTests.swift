import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

/// Copies and purges in the health pane and the top rule: calm while all is well, loud when not.
@Suite struct UpkeepScreenTests {
  private func upkeep(_ hours: Int64?, _ now: Timestamp) -> SyncHealth.Upkeep {
    var upkeep = SyncHealth.Upkeep()
    upkeep.backupEvery = 86_400
    upkeep.lastBackup = hours.map { now.adding(seconds: -$0 * 3600) }
    return upkeep
  }

  private func rows(_ state: State, _ strings: any Strings, columns: Int = 120) -> [String] {
    render(state, strings, size: Size(columns: columns, rows: 40), now: state.now).rows
  }

  @Test func `the pane says how old the last copy is, and the top rule only when it is late`() {
    var queue = Scene.queue.state
    var pane = Scene.health.state
    for (hours, french, english) in [
      (3, "Sauvegarde il y a 3 h", "Backup 3 h"),
      (49, "Sauvegarde en retard", "Backup is late"), (nil, "Aucune sauvegarde", "No backup"),
    ] as [(Int64?, String, String)] {
      queue.health.health.upkeep = upkeep(hours, queue.now)
      pane.health.health.upkeep = upkeep(hours, pane.now)
      let isLate = hours != 3
      #expect(rows(queue, French())[2].contains("sauvegarde") == isLate)
      #expect(rows(queue, English(), columns: 80)[2].contains("backup") == isLate)
      #expect(rows(pane, French()).contains { $0.contains(french) }, "\(french)")
      #expect(rows(pane, English()).contains { $0.contains(english) }, "\(english)")
      // The pane itself tells: no second alarm above it.
      #expect(!rows(pane, French())[2].contains("sauvegarde"))
    }
    // Without automatic copies nothing is late; the pane says what there is all the same.
    queue.health.health.upkeep.backupEvery = nil
    #expect(!rows(queue, French())[2].contains("sauvegarde"))
    pane.health.health.upkeep = SyncHealth.Upkeep()
    #expect(rows(pane, French()).contains { $0.contains("Aucune sauvegarde : « mssterm backup »") })
    #expect(rows(pane, English()).contains { $0.contains("No backup:") })
    pane.health.health.upkeep.lastBackup = pane.now.adding(seconds: -20 * 86_400)
    #expect(rows(pane, French()).contains { $0.contains("Sauvegarde il y a 20 j") })
  }

  @Test func `a purge under way, what it left and a failing anchor are said in the pane`() {
    var state = Scene.health.state
    state.health.health.upkeep = upkeep(1, state.now)
    state.health.health.upkeep.isPurging = true
    state.health.health.upkeep.unfinished = 3
    state.health.health.upkeep.purgesWaiting = 4
    state.health.health.upkeep.purgesWaitingSince = state.now.adding(seconds: -3 * 86_400)
    state.health.health.upkeep.purgesHeld = 2
    state.health.health.upkeep.isAnchorFailing = true
    state.health.health.upkeep.backupFailure = "backup.no-age"
    let french = rows(state, French()).joined(separator: "\n")
    for words in [
      "Purge en cours : le contenu est parti", "3 demandes plus vieilles", "L'ancre des traces",
      "« age »", "4 purges attendent le journal d'équipe depuis 3 j", "2 demandes de plus",
    ] {
      #expect(french.contains(words), "\(words)")
    }
  }
}
