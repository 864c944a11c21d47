/// Text being edited, as a value: a string and a cursor counted in characters.
public struct TextBuffer: Equatable, Sendable {
  public private(set) var text: String
  /// 0…text.count, in characters.
  public private(set) var cursor: Int

  public init(_ text: String = "") {
    self.text = text
    cursor = text.count
  }
}
