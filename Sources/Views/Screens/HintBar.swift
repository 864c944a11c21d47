import Cells
import Desk
import Domain
import Keys

extension Canvas {
  /// The keys that act now; what does not fit is in the help.
  mutating func drawHints() {
    let line = inner(layout.hintsRow)
    if !state.pendingKeys.isEmpty, drawContinuations(in: line) { return }
    // Dialogs print their own keys; under them the bar would lie.
    guard !isUnderDialog else { return }
    var column = 0
    for hint in chosenHints(room: line.columns) {
      put(hint.spans, in: line.splitLeft(column).rest)
      column += hint.width + Self.gap
    }
  }

  /// As many as there is room for, the most needed first, each in its place.
  private func chosenHints(room: Int) -> [Hint] {
    let available = state.hints
    let head = available.filter { !tailCommands.contains($0) }
    let commands = head + tailCommands.filter(available.contains)
    var room = room
    var chosen: [Command: Hint] = [:]
    for rank in Rank.allCases {
      for command in commands where self.rank(command, first: head.first) == rank {
        guard let key = key(command) else { continue }
        let all = words(of: command).map { hint(key, $0) }
        guard let fitting = all.first(where: { $0.width <= room }) else { continue }
        chosen[command] = fitting
        room -= fitting.width + Self.gap
      }
    }
    return commands.compactMap { chosen[$0] }
  }

  /// What gives way last, first.
  private enum Rank: CaseIterable { case step, way, need, search, rest }

  private func rank(_ command: Command, first: Command?) -> Rank {
    if command == first { return .step }
    switch command {
    case .search where tailCommands.contains(.search): return .search
    case .open, .reply, .note, .remind, .discardDraft: return .need
    // What was stopped is decided about or left as it is: these words are long.
    case .back where state.compose?.held != nil: return .need
    case .help where state.compose?.held != nil: return .rest
    default: break
    }
    if tailCommands.contains(command) { return .way }
    return state.urgentHints.contains(command) ? .need : .rest
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

  /// A few commands mean something narrower where they stand; shorter ways to say it follow.
  private func words(of command: Command) -> [String] {
    let plain = strings.hint(command, actor: state.actor?.member.shortName)
    switch (state.context, command) {
    case (.review, .send):
      if case .collided = state.compose?.phase { return [strings.sendAnyway] }
      return [strings.sendNow]
    case (_, .check) where state.needsControl && state.actor?.member.role.isPharmacist == false:
      // Whoever acts does not sign it.
      return [strings.hint(command, actor: strings.aPharmacist), strings.title(command)]
    case (_, .undo): return [undoWords, plain].compactMap(\.self)
    case (_, .take):
      guard let owner = state.ownerToReplace else { return [plain] }
      return [strings.choice(.takeOver(owner), of: .prescription, now: now)]
    default: return [plain]
    }
  }

  /// « Annuler : préparée », and whom it was for when that is another demande than the selected
  /// one: what is taken back is named before.
  private var undoWords: String? {
    switch state.undoTarget {
    case .send: return strings.undoSend
    case .gesture(let last):
      let name = last.order.id == state.selection ? "" : String(last.name.prefix(20))
      return strings.undoHint(last.event.gesture, name: name, now: now)
    case .older, .last, nil: return nil
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
