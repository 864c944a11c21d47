import Cells
import Desk
import Domain

extension Canvas {
  /// The officine, the poste, two lines to fill in and counts without names.
  mutating func drawLock(_ lock: Lock) {
    grid.fill(grid.bounds, role: .curtain)
    let width = grid.size.columns
    var above: [(String, Cells.Role)] = [
      (state.officine, .lockTitle), ("\(state.poste.name) — \(strings.locked)", .lockText),
    ]
    if state.isDemo { above.insert((strings.demo, .demoSign), at: 1) }
    let fields = placedFields(lock.form, width: width)
    let fieldRows = (fields.map(\.row).max() ?? 0) + 1
    let below = sentences(lock, width: min(72, max(1, width - 4)))
    let total = above.count + 1 + fieldRows + 1 + below.count
    let top = max(0, (grid.size.rows - total) / 2)
    for (place, line) in above.enumerated() { putCentred(line.0, on: top + place, line.1) }
    let first = top + above.count + 1
    for (index, field) in fields.enumerated() {
      draw(field, of: lock.form, index: index, below: first)
    }
    for (place, line) in below.enumerated() {
      putCentred(line, on: first + fieldRows + 1 + place)
    }
    if grid.size.rows > total {
      put(words(strings.lockHint), in: row(grid.size.rows - 1).inset(columns: 1), role: .hintText)
    }
  }

  /// What is wrong, or else what waits; the truth about the exchange is always there.
  private func sentences(_ lock: Lock, width: Int) -> [Line] {
    var lines: [Line] = []
    if lock.form.kind == .choosePIN {
      lines += paragraph(strings.chooseOwnPIN, width: width, role: .lockText)
    } else if lock.showsHelp {
      let advice = strings.lockAdvice(asksPIN: lock.form.text(of: .pin) != nil)
      lines += paragraph(advice, width: width, role: .lockText)
    }
    if let problem = lock.form.problem {
      lines += paragraph(
        strings.problem(problem, now: now), width: width, role: .statusError)
    } else if lock.form.isSubmitted {
      lines.append(line(strings.loading, .textDim))
    }
    if state.isKeepingText {
      lines += paragraph(strings.keepingText, width: width, role: .statusError)
    }
    if !lines.isEmpty { lines.append(Line()) }
    let late = lock.waiting.count { state.clock.age(since: $0) >= 30 * 60 }
    let todo = state.counts[.todo]
    let long = strings.waiting(todo, late: min(late, todo))
    lines.append(
      line(words(long).width <= width ? long : strings.waiting(todo, late: 0), .lockText))
    lines.append(
      line(
        SyncTruth.words(state.sync, strings, now: now), SyncTruth.role(state.sync, now: now)))
    lines.append(line(CivilTime(now).hourMinute, .barClock))
    return lines
  }

  private mutating func putCentred(_ text: String, on row: Int, _ role: Cells.Role) {
    putCentred(line(text, role), on: row)
  }

  private mutating func putCentred(_ line: Line, on place: Int) {
    let rect = row(place)
    guard !rect.isEmpty else { return }
    put(line.spans, in: rect.splitLeft(max(0, (rect.columns - line.width) / 2)).rest)
  }

  // MARK: The lines to fill in

  private struct Placed {
    var label: Presentable
    var row: Int
    var column: Int
    var room: Int
  }

  /// Side by side where there is room, below each other in a narrow window.
  private func placedFields(_ form: Form, width: Int) -> [Placed] {
    let labels = form.fields.map { words(strings.label($0.name, in: form.kind)) }
    let rooms = form.fields.map { $0.name == .initials ? 8 : 16 }
    let gap = 4
    let all = zip(labels, rooms).reduce(0) { $0 + $1.0.width + 2 + $1.1 } + gap
    guard all > width - 4 else {
      var column = max(0, (width - all) / 2)
      return zip(labels, rooms).map { label, room in
        defer { column += label.width + 2 + room + gap }
        return Placed(label: label, row: 0, column: column, room: room)
      }
    }
    let widest = labels.map(\.width).max() ?? 0
    let column = max(0, (width - widest - 18) / 2)
    return zip(labels, rooms).enumerated().map { place, field in
      Placed(label: field.0, row: place, column: column, room: field.1)
    }
  }

  private mutating func draw(_ field: Placed, of form: Form, index: Int, below first: Int) {
    let line = row(first + field.row)
    guard !line.isEmpty else { return }
    put(field.label, in: line.splitLeft(field.column).rest, role: .lockText)
    let rest = line.splitLeft(field.column + field.label.width + 2).rest
    let room = rest.splitLeft(min(field.room, rest.columns)).left
    guard !room.isEmpty else { return }
    let isActive = index == form.focus
    let column = drawField(
      form.fields[index].buffer, in: room,
      role: isActive ? .lockField : .lockText,
      isSecret: form.fields[index].name.isSecret)
    if isActive { cursor = .at(Point(column: column, row: room.row)) }
  }
}
