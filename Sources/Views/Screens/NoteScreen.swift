import Cells
import Desk
import Domain

extension Canvas {
  /// A note being written: it looks like nothing that is ever sent. Another word, another colour,
  /// no recipient; the demande it stays with is named.
  mutating func drawNote(_ editor: NoteEditor, isOnTop: Bool) {
    let width = dialogWidth
    let inside = width - 4
    let explanation = paragraph(strings.noteExplanation, width: inside, role: .textDim)
    // In a small window the words themselves come first.
    let head = dialogRows > explanation.count + 4 ? explanation.count + 1 : 0
    let rows = min(head + 2 + Self.noteRows, dialogRows)
    let title = naming(editor.order, after: strings.noteTitle)
    let room = drawBox(columns: width, rows: rows, title: title, titleRole: .noteTitle)
    grid.fill(room, role: .noteInternal)
    if head > 0 { put(explanation, in: room) }
    let text = Rect(
      column: room.column, row: room.row + head, columns: room.columns,
      rows: max(0, room.rows - head - 1))
    let point = drawText(editor.words.shown, in: text) { _ in .noteInternal }
    if isOnTop, !text.isEmpty { cursor = .at(point) }
    let foot = room.line(room.rows - 1)
    let candidates = isOnTop ? state.mentionCandidates : []
    if let problem = editor.problem {
      put(words(strings.problem(problem, now: now)), in: foot, role: .statusError)
    } else if editor.isSubmitted {
      put(words(strings.loading), in: foot, role: .textDim)
    } else if !candidates.isEmpty {
      let names = candidates.map { $0.mentionName(among: state.members) }
      putHint(strings.mentionHint(names), in: foot)
    } else {
      putHint(strings.noteHint, in: foot)
    }
  }

  private static let noteRows = 8

  /// Notes that name the reader, where they cannot be overlooked.
  func mentionLines(_ opened: OpenedOrder, width: Int) -> [Line] {
    opened.events.flatMap { event -> [Line] in
      guard case .noted(let note) = event.gesture,
        state.around.isMention(event.id)
      else { return [] }
      let moment = strings.moment(event.at, now: now)
      let sentence = strings.mentioned(by: event.author.name, at: moment)
      var lines = paragraph(
        "@ \(sentence) « \(note.forTheTeam) »", width: width, role: .noteInternal)
      for place in lines.indices { lines[place].mention = event.id }
      return lines
    }
  }

  /// `2 mentions (x)` at the left end of the top rule.
  /// - Returns: how many columns they take.
  mutating func drawMentions(in rule: Rect) -> Int {
    let count = state.around.mentions.count
    guard count > 0 else { return 0 }
    let key = key(.nextMention, in: .queue) ?? ":"
    let text = words(" @ \(strings.mentions(count)) (\(key)) ")
    return put(text, in: rule.inset(columns: 2), role: .noteInternal) + 1
  }
}
