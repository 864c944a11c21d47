import Cells
import Desk
import Domain

extension Canvas {
  /// One screen to read aloud; every line opens its demande.
  mutating func drawHandover(_ handover: Handover, isOnTop: Bool) {
    grid.fill(grid.bounds)
    let bar = row(0)
    grid.fill(bar, role: .bar)
    put(words(strings.handoverTitle(at: now)), in: bar.inset(columns: 1), role: .barTitle)
    grid.rule(row(1))
    let foot = max(2, grid.size.rows - 2)
    let hasNotice = isOnTop && state.notice != nil
    if hasNotice { drawStatusLine() } else { grid.rule(row(foot)) }
    let room = grid.bounds.splitTop(2).rest.splitBottom(2).rest
    guard let sheet = handover.sheet else {
      put(words(strings.loading), in: room.inset(columns: 1), role: .textDim)
      return
    }
    let text = HandoverText(sheet, strings, clock: state.clock)
    let chosen = text.lines.firstIndex { $0.item == handover.selected }
    let top = max(0, min((chosen ?? 0) - room.rows * 2 / 3, text.lines.count - room.rows))
    for (place, line) in text.lines[top...].prefix(room.rows).enumerated() {
      let rect = room.line(place)
      let isSelected = top + place == chosen
      let role: Cells.Role =
        line.isHeading ? .queueSection : line.isAlarm ? .queueAgeLate : .text
      if isSelected {
        grid.fill(rect, role: .queueSelected)
        put(words(signs.selected), in: rect, role: .queueSelected)
      }
      let width = max(0, rect.columns - 2)
      put(
        data(signs.plain(line.text(columns: width))).clipped(to: width, mark: grid.lineSet),
        in: rect.splitLeft(1).rest, role: isSelected ? .queueSelected : role)
      if isSelected, isOnTop { cursor = .at(rect.origin) }
    }
    if chosen == nil, isOnTop { cursor = .at(room.origin) }
    if isOnTop { drawHints() }
  }
}
