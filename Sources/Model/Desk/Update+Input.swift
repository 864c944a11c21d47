import Domain
import Keys

extension State {
  /// One key: a command of the context on top, text of its field, or nothing.
  mutating func press(_ key: Key) -> [Effect] {
    let context = self.context
    lastInputAt = now
    waitsForHand = false
    clearProblems()
    if pendingKeys.isEmpty && cyclesMembers(key) { return [] }
    if !context.isText && key.text != nil && isInBurst {
      keepStray(key)
      return []
    }
    pendingKeys.append(key)
    switch keymap.resolve(pendingKeys, in: context) {
    case .prefix: return []
    case .command(let command):
      pendingKeys = []
      if key == .enter && !context.isText && endsScan() { return [] }
      stray = Stray()
      if repeats(command) { return [] }
      lastWork = nil
      return run(command)
    case .none:
      let keys = pendingKeys
      pendingKeys = []
      // A started sequence that came to nothing is text again.
      if context.isText { return keys.flatMap { edit($0) } }
      keepStray(key)
      return []
    }
  }

  /// A key that repeats by itself never does a second piece of work: not on the same demande, nor
  /// on the one the selection went to.
  private mutating func repeats(_ command: Command) -> Bool {
    guard let last = lastWork, last.command == command, now.milliseconds >= last.at.milliseconds,
      now.milliseconds - last.at.milliseconds < 1000
    else { return false }
    lastWork?.at = now
    return true
  }

  // MARK: Scans

  private static let longestStray = 256

  /// Several meaningless characters came at the speed of a machine: what follows is no command.
  private var isInBurst: Bool {
    guard stray.text.count >= 3, let at = stray.at else { return false }
    return abs(now.milliseconds - at.milliseconds) <= 50
  }

  private mutating func keepStray(_ key: Key) {
    guard !isCurtained, let character = key.text else {
      stray = Stray()
      return
    }
    if let at = stray.at, now.milliseconds - at.milliseconds > 2000 { stray = Stray() }
    if stray.text.count < Self.longestStray { stray.text.append(character) }
    stray.at = now
  }

  /// Enter after a run of stray characters is the scanner's Enter, not the person's.
  private mutating func endsScan() -> Bool {
    let text = stray.text
    stray = Stray()
    // A finger left on a key is no scan.
    guard text.count >= 8, Set(text).count > 1 else { return false }
    offeredSearch = text
    say(.scanOffered)
    return true
  }

  // MARK: Text

  mutating func paste(_ text: String) -> [Effect] {
    pendingKeys = []
    lastInputAt = now
    guard !isCurtained else { return [] }
    clearProblems()
    guard context.isText else {
      say(.ignoredInput)
      return []
    }
    return editText { buffer, isMultiline, limit in
      buffer.insert(text, limit: limit, isMultiline: isMultiline) ? .changed : .full
    }
  }

  private mutating func edit(_ key: Key) -> [Effect] {
    if context == .compose, let effects = composeKey(key) { return effects }
    jumpToCode(key)
    let isOffered = context == .form || context == .search
    return editText { buffer, isMultiline, limit in
      if isOffered && key.text == nil { buffer.keepOffered() }
      return buffer.edit(key, isMultiline: isMultiline, limit: limit)
    }
  }

  /// Changes the text that has the cursor and does what the change asks for.
  private mutating func editText(
    _ change: (inout TextBuffer, _ isMultiline: Bool, _ limit: Int) -> TextBuffer.Edit
  ) -> [Effect] {
    let line = TextBuffer.lineLimit
    var edit = TextBuffer.Edit.ignored
    var effects: [Effect] = []
    switch layers.last {
    case .palette(var palette):
      edit = change(&palette.query, false, line)
      if edit != .moved { palette.selected = 0 }
      replaceTop(.palette(palette))
    case .form(var form) where !form.isSubmitted:
      edit = change(&form.fields[form.focus].buffer, false, line)
      replaceTop(.form(form))
      effects = askNamesakes()
    case .note(var editor) where !editor.isSubmitted:
      edit = change(&editor.words.text, true, NoteEditor.limit)
      replaceTop(.note(editor))
    case .compose(var compose):
      let isBody = compose.field == .body
      let limit = isBody ? TextBuffer.bodyLimit : line
      edit = change(&compose[compose.field], isBody, limit)
      if edit == .changed || edit == .full { changed(&compose) }
      replaceTop(.compose(compose))
    case nil:
      guard var search else { return [] }
      edit = change(&search.query, false, line)
      self.search = search
      if edit == .changed || edit == .full { effects = askSearch() }
    default: break
    }
    if edit == .full {
      let isBody = compose?.field == .body && context == .compose
      say(.textFull(limit: isBody ? TextBuffer.bodyLimit : line))
    }
    return effects
  }

  mutating func replaceTop(_ layer: Layer) {
    layers[layers.count - 1] = layer
  }

  private mutating func clearProblems() {
    switch layers.last {
    case .form(var form) where form.problem != nil:
      form.clearProblem(now: now)
      replaceTop(.form(form))
    case .note(var editor) where editor.problem != nil:
      editor.problem = nil
      replaceTop(.note(editor))
    case .compose(var compose) where compose.problem != nil:
      compose.problem = nil
      replaceTop(.compose(compose))
    default: break
    }
  }

  // MARK: Mouse

  /// A click or a tab is obeyed while nothing lies over the panes.
  var canLookElsewhere: Bool { layers.isEmpty && !isCurtained && !isLocked }

  mutating func click(column: Int, row: Int) -> [Effect] {
    guard canLookElsewhere else { return [] }
    lastWork = nil
    lastInputAt = now
    waitsForHand = false
    stray = Stray()
    if showsQueue && layout.queue.contains(column: column, row: row) {
      let slot = listSlots.first { row >= $0.row && row < $0.row + $0.height }
      guard case .row(let found)? = slot?.item else { return [] }
      // A click on the selection opens it, as Enter would.
      if found.id == selection { return setFocus(focus == .queue ? .reader : .queue) }
      focus = .queue
      return select(found.id)
    }
    if showsReader && layout.reader.contains(column: column, row: row) && selection != nil {
      return setFocus(.reader)
    }
    return []
  }

  mutating func turnWheel(_ lines: Int) -> [Effect] {
    guard !isCurtained, context != .confirm else { return [] }
    lastInputAt = now
    let lines = min(max(lines, -20), 20)
    let command: Command = lines < 0 ? .selectPrevious : .selectNext
    guard command.unavailability(in: self) == nil else { return [] }
    return (0..<abs(lines)).flatMap { _ in run(command) }
  }
}
