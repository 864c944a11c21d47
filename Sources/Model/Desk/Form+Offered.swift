extension Form {
  /// Goes to a line; what was offered there and nobody touched is replaced by what is typed.
  mutating func turn(to place: Int) {
    focus = place
    selectOffered()
  }

  /// Not the list of what is owed: one letter typed there must not hand everything over.
  mutating func selectOffered() {
    guard fields.indices.contains(focus) else { return }
    let field = fields[focus]
    guard field.name != .missing, !field.name.isSecret, field.buffer.text == field.offered else {
      return
    }
    fields[focus].buffer.select(0..<field.offered.count)
  }
}

extension TextBuffer {
  /// Moving about in it, or taking letters away, keeps the rest of what was offered.
  mutating func keepOffered() {
    if selection != nil { place(at: cursor) }
  }
}
