import Cells
import Desk
import Domain

extension Canvas {
  /// In the last column of a row: somebody reads it (`•`), somebody answers it (`»`).
  mutating func drawPresence(on id: Order.ID, in line: Rect) {
    let colleagues = state.colleagues(on: id)
    guard let first = colleagues.first(where: { !$0.isIdle || $0.doing == .answering }) else {
      return
    }
    let sign = first.doing == .answering ? signs.answering : signs.reading
    put(words(sign), in: line.splitRight(1).right, role: .queuePending)
  }

  /// At the right end of the status line: who else has the selection in front of them.
  /// - Returns: what is left of the line.
  mutating func drawColleagues(on id: Order.ID?, in line: Rect) -> Rect {
    let colleagues = state.colleagues(on: id)
    guard let first = colleagues.first else { return line }
    let isWide = line.columns >= 100 && colleagues.count == 1
    let names = colleagues.prefix(2).map(strings.presenceShort).joined(separator: " \(signs.dot) ")
    let more = colleagues.count > 2 ? " +\(colleagues.count - 2)" : ""
    let text = data(isWide ? strings.presence(first) : names + more)
    // Whose demande it is comes before who else looks at it.
    let used = grid.put(
      text.clipped(to: line.columns / 2), rightAlignedIn: line, role: .statusInfo)
    return line.splitRight(used + 2).rest
  }

  /// In the lower rule while one writes: what one must know before, not after.
  mutating func drawColleagues(answering compose: Compose) {
    guard let index = layout.bottomRuleRow,
      let first = state.colleagues(on: compose.draft.order).first
    else { return }
    let isAnswering = first.doing == .answering
    let text = data(" \(isAnswering ? signs.warning + " " : "")\(strings.alsoAnswering(first)) ")
    grid.put(
      text, rightAlignedIn: row(index).inset(columns: 2),
      role: isAnswering ? .statusError : .statusInfo)
  }
}
