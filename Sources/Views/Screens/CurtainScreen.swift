import Cells
import Desk
import Domain

extension Canvas {
  /// Counts without names: useful to the team, silent to the public.
  mutating func drawCurtain() {
    grid.fill(grid.bounds, role: .curtain)
    let todo = state.counts[.todo]
    let late = state.view == .todo ? lateCount : 0
    var lines: [(String, Cells.Role)] = [
      (state.officine, .lockTitle),
      ("\(state.poste.name) — \(strings.curtained)", .lockText),
      ("", .lockText),
      (waiting(todo, late: late), .lockText),
      (SyncTruth.words(state.sync, strings, now: now), SyncTruth.role(state.sync, now: now)),
      (CivilTime(now).hourMinute, .barClock),
    ]
    if state.isDemo { lines.insert((strings.demo, .demoSign), at: 1) }
    let top = max(0, (grid.size.rows - lines.count) / 2)
    for (place, (text, role)) in lines.enumerated() {
      let shown = words(text)
      let rect = row(top + place)
      guard !rect.isEmpty else { continue }
      let column = max(0, (grid.size.columns - shown.width) / 2)
      grid.put(shown, at: Point(column: column, row: rect.row), role: role)
    }
    let key = key(.curtain, in: .curtain) ?? ""
    let hint = words("\(key)  \(strings.curtainHint)")
    if grid.size.rows > lines.count {
      put(hint, in: row(grid.size.rows - 1).inset(columns: 1), role: .hintText)
    }
  }

  /// Half a number says nothing: in a narrow window the late ones are left out.
  private func waiting(_ todo: Int, late: Int) -> String {
    let long = strings.waiting(todo, late: late)
    return words(long).width <= grid.size.columns ? long : strings.waiting(todo, late: 0)
  }

  private var lateCount: Int {
    state.page.rows.count {
      $0.order.status == .received && $0.order.owner == nil
        && state.clock.age(since: $0.order.openedAt) >= 30 * 60
    }
  }
}
