/// Where keys go now: each has its own bindings. Raw values are the section names of a keymap file.
public enum Context: String, CaseIterable, Sendable, Hashable {
  case queue, reader, search, compose, review, form, menu, palette, confirm, help, health, handover
  case history, curtain
  case lock, note

  /// Whether printable keys are text here unless they are bound.
  public var isText: Bool {
    switch self {
    case .search, .compose, .form, .palette, .lock, .note: true
    case .queue, .reader, .review, .menu, .confirm, .help, .health, .handover, .history, .curtain:
      false
    }
  }
}

extension State {
  /// The context of the topmost thing on the screen.
  public var context: Context {
    isLocked ? .lock : isCurtained ? .curtain : context(under: layers[...])
  }

  /// The context the palette acts in: what lies right under it.
  public var contextUnderPalette: Context {
    var below = layers[...]
    if case .palette = below.last { below.removeLast() }
    return isCurtained ? .curtain : context(under: below)
  }

  private func context(under layers: ArraySlice<Layer>) -> Context {
    switch layers.last {
    case .help: .help
    case .health: .health
    case .handover: .handover
    case .history: .history
    case .palette: .palette
    case .menu: .menu
    case .form: .form
    case .note: .note
    case .confirm: .confirm
    case .compose(let compose): compose.phase == .writing ? .compose : .review
    case nil:
      if focus == .reader { .reader } else if search?.isTyping == true { .search } else { .queue }
    }
  }
}
