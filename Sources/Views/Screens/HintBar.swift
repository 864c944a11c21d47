import Cells
import Desk
import Domain
import Keys

extension Canvas {
  /// The keys that act now, most useful first; what does not fit is in the help.
  mutating func drawHints() {
    let line = inner(layout.hintsRow)
    if !state.pendingKeys.isEmpty, drawContinuations(in: line) { return }
    // Dialogs print their own keys; under them the bar would lie.
    guard !isUnderDialog else { return }
    let available = state.hints
    let tail = hints(tailCommands.filter(available.contains))
    let head = hints(available.filter { !tailCommands.contains($0) })
    var room = line.columns
    func fits(_ hint: Hint) -> Bool {
      guard hint.width <= room else { return false }
      room -= hint.width + Self.gap
      return true
    }
    // The next step first, then the ways out, then as many others as there is room for.
    let first = head.prefix(1).filter(fits)
    let last = tail.filter(fits)
    let middle = head.dropFirst().filter(fits)
    var column = 0
    for hint in first + middle + last {
      put(hint.spans, in: line.splitLeft(column).rest)
      column += hint.width + Self.gap
    }
  }

  static let gap = 2

  struct Hint {
    var spans: [Span]
    var width: Int { spans.reduce(0) { $0 + $1.text.width } }
  }

  func hint(_ key: String, _ text: String) -> Hint {
    Hint(spans: [
      Span(text: words(key), role: .hintKey), Span(text: words(" " + text), role: .hintText),
    ])
  }

  private var isUnderDialog: Bool {
    switch state.context {
    case .form, .note, .menu, .palette, .confirm, .help, .health, .history, .curtain, .lock: true
    case .queue, .reader, .search, .compose, .review, .handover: false
    }
  }

  private func hints(_ commands: [Command]) -> [Hint] {
    let actor = state.actor?.member.shortName
    return commands.compactMap { command in
      key(command).map { hint($0, words(of: command, actor: actor)) }
    }
  }

  /// A few commands mean something narrower where they stand.
  private func words(of command: Command, actor: String?) -> String {
    switch (state.context, command) {
    case (.review, .send):
      if case .collided = state.compose?.phase { strings.sendAnyway } else { strings.sendNow }
    case (_, .undo): undoWords ?? strings.hint(command, actor: actor)
    default: strings.hint(command, actor: actor)
    }
  }

  /// « Annuler : préparée », and whom it was for when that is another demande than the selected
  /// one: what is taken back is named before.
  private var undoWords: String? {
    switch state.undoTarget {
    case .send: return strings.undoSend
    case .gesture(let last):
      let name = last.order.id == state.selection ? "" : String(last.name.prefix(20))
      return strings.undoHint(last.event.gesture, name: name)
    case .last, nil: return nil
    }
  }

  /// Always kept, at the end: the ways out and to the rest.
  private var tailCommands: [Command] {
    switch state.context {
    case .queue where state.search != nil: [.back, .help]
    case .queue: [.search, .help]
    case .reader, .search: [.back, .help]
    case .compose: [.keepDraft, .help]
    case .handover: [.back, .help]
    case .review: [.editAnswer, .keepDraft, .help]
    case .form, .note, .menu, .palette, .confirm, .help, .health, .history, .curtain, .lock: []
    }
  }

  /// After the first key of a sequence: what may follow.
  private mutating func drawContinuations(in line: Rect) -> Bool {
    guard case .prefix(let bindings) = state.keymap.resolve(state.pendingKeys, in: state.context)
    else { return false }
    var column = 0
    for binding in bindings {
      let next = hint(
        binding.sequence.label(french: isFrench), strings.hint(binding.command, actor: nil))
      guard column + next.width <= line.columns else { break }
      put(next.spans, in: line.splitLeft(column).rest)
      column += next.width + Self.gap
    }
    return true
  }
}
