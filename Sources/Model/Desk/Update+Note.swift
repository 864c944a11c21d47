public import Domain
import Keys

extension State {
  /// The note of this author on that demande, as it was left.
  mutating func openNote(_ order: Order) {
    let kept = actor.flatMap { keptNotes[NoteKey(order: order.id, author: $0.member.id)] }
    layers.append(.note(NoteEditor(order: order.id, words: NoteBuffer(kept ?? ""))))
  }

  /// Esc: half-written words are kept for the next `n`.
  mutating func closeNote() -> [Effect] {
    guard case .note(let editor)? = layers.popLast(), let author = actor?.member.id else {
      return []
    }
    let key = NoteKey(order: editor.order, author: author)
    let note = editor.words.note
    keptNotes[key] = note.isBlank || editor.isSubmitted ? nil : note
    guard !editor.isSubmitted else { return [] }
    return [.keepNote(KeptNote(order: editor.order, author: author, text: note))]
  }

  /// Enter.
  mutating func submitNote() -> [Effect] {
    guard case .note(var editor)? = layers.last, !editor.isSubmitted else { return [] }
    guard order(editor.order) != nil else {
      // The text stays on screen until the person closes the pane.
      say(.vanished)
      return []
    }
    let note = editor.words.note.trimmed
    editor.problem = problem(of: note, told: editor.toldOf)
    if case .nobodyCalled(let name)? = editor.problem { editor.toldOf.insert(name) }
    editor.isSubmitted = editor.problem == nil
    replaceTop(.note(editor))
    return editor.problem != nil ? [] : [.perform(.noted(note), on: editor.order, expecting: nil)]
  }

  /// A name that calls nobody is said once; a second Enter keeps it as it is written.
  private func problem(of note: NoteText, told: Set<String>) -> FormProblem? {
    if note.isBlank { return .empty(.text) }
    let active = members.filter { $0.isActive(at: now) }
    return note.unknownNames(among: active).first { !told.contains($0) }.map { .nobodyCalled($0) }
  }

  /// The colleagues who find that note under their name, as they are called.
  func called(by note: NoteText) -> [String] {
    let others = members.filter { $0.isActive(at: now) && $0.id != actor?.member.id }
    return note.mentioned(among: others).map(\.shortName)
  }

  /// The note is in the store: its pane closes, whatever lies over it.
  mutating func closeSubmittedNote(of id: Order.ID) {
    layers.removeAll {
      guard case .note(let editor) = $0 else { return false }
      return editor.isSubmitted && editor.order == id
    }
    if let author = actor?.member.id { keptNotes[NoteKey(order: id, author: author)] = nil }
  }

  mutating func unsubmitNotes(of id: Order.ID) {
    for (index, layer) in layers.enumerated() {
      guard case .note(var editor) = layer, editor.order == id else { continue }
      editor.isSubmitted = false
      layers[index] = .note(editor)
    }
  }

  mutating func editNote(_ command: Command) {
    guard case .note(var editor)? = layers.last, !editor.isSubmitted else { return }
    if command == .newLine {
      let fits = editor.words.text.insert("\n", limit: NoteEditor.limit, isMultiline: true)
      if !fits { say(.textFull(limit: NoteEditor.limit)) }
    } else if let begun = editor.words.mentionBegun, let member = mentionCandidates.first {
      editor.words.complete(begun, with: member.mentionName(among: members))
    } else {
      // Tab where no name is begun: begins one.
      _ = editor.words.text.insert("@", limit: NoteEditor.limit, isMultiline: true)
    }
    replaceTop(.note(editor))
  }

  // MARK: Mentions

  /// Colleagues whose name or initials begin with what stands behind the `@`, best first.
  public var mentionCandidates: [Member] {
    guard case .note(let editor)? = layers.last, let begun = editor.words.mentionBegun else {
      return []
    }
    let wanted = folded(begun)
    let others = members.filter { $0.isActive(at: now) && $0.id != actor?.member.id }
    func begins(_ word: some StringProtocol) -> Bool { folded(String(word)).hasPrefix(wanted) }
    let exact = others.filter { folded($0.initials) == wanted }
    let found = others.filter { member in
      !exact.contains(member)
        && (begins(member.initials) || member.name.split(separator: " ").contains(where: begins))
    }
    return exact + found
  }

  /// To the demande whose note names the acting member, the oldest first, another one at each key.
  mutating func goToMention() -> [Effect] {
    let orders = around.mentions.map(\.order)
    guard let first = orders.first else { return [] }
    guard let selection, let here = orders.lastIndex(of: selection) else { return visit(first) }
    // Its lines are the first ones of the reader.
    if focus == .queue || readerScroll > 0 {
      readerScroll = 0
      return visit(selection)
    }
    let next = orders[(here + 1)...].first { $0 != selection } ?? first
    return visit(next)
  }

  /// Seconds after a key during which somebody is in front of the screen.
  static let attention: Int64 = 20

  /// The notes that name the reader and were drawn in front of them are seen; they stay marked
  /// until the reader goes on. Nothing is seen under a layer, nor by nobody.
  mutating func seeMentions(_ drawn: Set<String>) -> [Effect] {
    guard actor != nil, focus == .reader, layers.isEmpty, !isCurtained,
      abs(now.secondsSince(lastInputAt)) <= Self.attention, let opened = openedSelection
    else { return [] }
    let here = drawn.intersection(opened.events.map(\.id))
    let seen = around.mentions.map(\.event).filter(here.contains)
    guard !seen.isEmpty else { return [] }
    around.freshMentions.formUnion(seen)
    around.mentions.removeAll { seen.contains($0.event) }
    return [.readMentions(seen)]
  }

  mutating func receive(mentions: [Mention]) {
    // What was just read may still be on its way to the store.
    around.mentions = mentions.filter { !around.freshMentions.contains($0.event) }
  }
}

extension NoteText {
  /// Without the white space around it.
  var trimmed: NoteText {
    let words = forTheTeam.drop(while: \.isWhitespace)
    return NoteText(String(words.reversed().drop(while: \.isWhitespace).reversed()))
  }
}
