public import Domain

/// The words of a note while they are written. It wraps the text so that what is typed as a note
/// can only come out as one.
public struct NoteBuffer: Equatable, Sendable {
  var text: TextBuffer

  public init(_ note: NoteText = "") { text = TextBuffer(note.forTheTeam) }

  public var note: NoteText { NoteText(text.text) }
  /// For drawing.
  public var shown: TextBuffer { text }
}

/// « Note interne, jamais envoyée »: another pane than any mail, with no recipient.
public struct NoteEditor: Equatable, Sendable {
  /// The most a note holds, in bytes of UTF-8.
  public static let limit = TextBuffer.lineLimit

  public var order: Order.ID
  public var words: NoteBuffer
  /// Why Enter did not work, until the next key.
  public var problem: FormProblem?
  /// Handed to the store: the pane closes when the answer comes, and stays when it is no.
  public var isSubmitted: Bool
  /// Names that call nobody, as the author was told.
  var toldOf: Set<String> = []

  public init(order: Order.ID, words: NoteBuffer = NoteBuffer()) {
    self.order = order
    self.words = words
    isSubmitted = false
  }
}

extension NoteBuffer {
  /// The `@…` that the cursor stands behind, without its `@`; nil when there is none.
  var mentionBegun: String? {
    let before = text.text.prefix(text.cursor)
    guard let at = before.lastIndex(of: "@") else { return nil }
    let name = before[before.index(after: at)...]
    guard name.allSatisfy({ $0.isLetter || $0.isNumber || "-'’".contains($0) }) else { return nil }
    let previous = before[..<at].last
    return previous.map { $0.isLetter || $0.isNumber } == true ? nil : String(name)
  }

  mutating func complete(_ begun: String, with name: String) {
    text.select((text.cursor - begun.count)..<text.cursor)
    if begun.isEmpty { text.place(at: text.cursor) }
    text.insert(name + " ", limit: NoteEditor.limit, isMultiline: true)
  }
}
