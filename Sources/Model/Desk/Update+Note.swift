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
    editor.problem = note.isBlank ? .empty(.text) : nil
    editor.isSubmitted = !note.isBlank
    replaceTop(.note(editor))
    return note.isBlank ? [] : [.perform(.noted(note), on: editor.order, expecting: nil)]
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
    let next = orders[(here + 1)...].first { $0 != selection } ?? first
    return visit(next)
  }

  /// The notes that name the reader and stand in front of them now are seen; they stay marked
  /// until the reader goes on.
  mutating func seeMentions() -> [Effect] {
    guard actor != nil, focus == .reader, !isCurtained, let opened = openedSelection else {
      return []
    }
    let here = Set(opened.events.map(\.id))
    let seen = around.mentions.map(\.event).filter(here.contains)
    guard !seen.isEmpty else { return [] }
    around.freshMentions.formUnion(seen)
    around.mentions.removeAll { seen.contains($0.event) }
    return [.readMentions(seen)]
  }

  mutating func receive(mentions: [Mention]) -> [Effect] {
    // What was just read may still be on its way to the store.
    around.mentions = mentions.filter { !around.freshMentions.contains($0.event) }
    return seeMentions()
  }
}

extension NoteText {
  /// Without the white space around it.
  var trimmed: NoteText {
    let words = forTheTeam.drop(while: \.isWhitespace)
    return NoteText(String(words.reversed().drop(while: \.isWhitespace).reversed()))
  }
}
