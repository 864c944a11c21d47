public import Keys

extension TextBuffer {
  /// What a key did to a text.
  public enum Edit: Equatable, Sendable {
    /// Not a key of text: somebody else may use it.
    case ignored
    case moved
    case changed
    /// The limit was reached: a person must be told.
    case full
  }

  /// Reads one key as text or as an editing key: arrows, words with Control or Alt, and the usual
  /// keys of a terminal (C-a, C-e, C-b, C-f, C-d, C-k, C-u, C-w, A-b, A-f, A-d).
  public mutating func edit(_ key: Key, isMultiline: Bool, limit: Int) -> Edit {
    if let character = key.text {
      let fits = insert(String(character), limit: limit, isMultiline: isMultiline)
      return fits ? .changed : .full
    }
    if key == .enter {
      guard isMultiline else { return .ignored }
      return insert("\n", limit: limit, isMultiline: true) ? .changed : .full
    }
    if let motion = Self.deletions[key] { return delete(motion) ? .changed : .moved }
    if key == .up || key == .down {
      guard isMultiline else { return .ignored }
      move(key == .up ? .up : .down)
      return .moved
    }
    guard let motion = Self.motions[key] else { return .ignored }
    move(motion)
    return .moved
  }

  private static let deletions: [Key: Motion] = [
    .backspace: .left, .delete: .right, .control("d"): .right, .control("w"): .wordLeft,
    Key(.backspace, [.alt]): .wordLeft, .alt("d"): .wordRight,
    Key(.delete, [.control]): .wordRight, .control("u"): .lineStart, .control("k"): .lineEnd,
  ]

  private static let motions: [Key: Motion] = [
    .left: .left, .right: .right, .control("b"): .left, .control("f"): .right,
    .home: .lineStart, .end: .lineEnd, .control("a"): .lineStart, .control("e"): .lineEnd,
    Key(.left, [.control]): .wordLeft, Key(.right, [.control]): .wordRight,
    Key(.left, [.alt]): .wordLeft, Key(.right, [.alt]): .wordRight,
    .alt("b"): .wordLeft, .alt("f"): .wordRight,
    Key(.home, [.control]): .start, Key(.end, [.control]): .end,
  ]
}
