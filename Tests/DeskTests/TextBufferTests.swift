import Desk
import Keys
import Testing

@Suite("TextBuffer")
struct TextBufferTests {
  private func edited(_ text: String, at cursor: Int? = nil, _ keys: Key...) -> TextBuffer {
    var buffer = TextBuffer(text)
    if let cursor { buffer.place(at: cursor) }
    for key in keys { _ = buffer.edit(key, isMultiline: true, limit: TextBuffer.bodyLimit) }
    return buffer
  }

  @Test func `what is seen as one letter is deleted as one letter`() {
    #expect(edited("cœur e\u{301}", .backspace).text == "cœur ")
    #expect(edited("👩‍⚕️!", at: 1, .backspace).text == "!")
    #expect(edited("👩‍⚕️!", at: 0, .delete).text == "!")
  }

  @Test func `an accent typed after its letter leaves the cursor behind the whole letter`() {
    var buffer = TextBuffer("ae")
    buffer.place(at: 1)
    buffer.insert("\u{301}", limit: 100, isMultiline: false)
    #expect(buffer.text == "a\u{301}e")
    #expect(buffer.cursor == 1)
  }

  @Test func `words and line ends by the usual keys`() {
    #expect(edited("prête vers 17 h", .control("w")).text == "prête vers 17 ")
    #expect(edited("prête vers", at: 0, .alt("d")).text == " vers")
    #expect(edited("un\ndeux trois", at: 7, .control("u")).text == "un\n trois")
    #expect(edited("un\ndeux trois", at: 7, .control("k")).text == "un\ndeux")
    #expect(edited("un\ndeux", at: 5, .home).cursor == 3)
    #expect(edited("un\ndeux", at: 4, .control("e")).cursor == 7)
    #expect(edited("un deux", Key(.left, [.control])).cursor == 3)
  }

  @Test func `up and down keep the column over a short line`() {
    let text = "longue ligne\nab\nautre ligne"
    #expect(edited(text, at: 9, .down).position == (1, 2))
    #expect(edited(text, at: 9, .down, .down).position == (2, 9))
    #expect(edited(text, at: 9, .up).cursor == 0)
    #expect(edited(text, at: 20, .down).cursor == text.count)
  }

  @Test(arguments: [("a\r\nb\n", "a b"), ("\n\nx", "x"), ("12\u{1b}[31m3", "12[31m3"), ("\n", "")])
  func `a pasted line has no newline and no control character`(pasted: String, kept: String) {
    var buffer = TextBuffer()
    let fits = buffer.insert(pasted, limit: TextBuffer.lineLimit, isMultiline: false)
    #expect(fits)
    #expect(buffer.text == kept)
  }

  @Test func `a paste stops at the limit between two characters and says so`() {
    var buffer = TextBuffer("abc")
    let fits = buffer.insert(String(repeating: "é", count: 40_000), limit: 100, isMultiline: true)
    #expect(!fits)
    #expect(buffer.text.utf8.count == 99)
    #expect(buffer.cursor == buffer.text.count)
    #expect(buffer.edit(.character("é"), isMultiline: true, limit: 100) == .full)
    #expect(buffer.edit(.character("e"), isMultiline: true, limit: 100) == .changed)
  }

  @Test func `typing replaces a selected blank and moving drops the selection`() {
    var buffer = TextBuffer("vers [heure].")
    buffer.select(5..<12)
    #expect(buffer.cursor == 12)
    _ = buffer.edit(.character("1"), isMultiline: true, limit: 100)
    #expect(buffer.text == "vers 1.")
    buffer.select(0..<4)
    buffer.move(.left)
    #expect(buffer.selection == nil)
    _ = buffer.edit(.character("x"), isMultiline: true, limit: 100)
    #expect(buffer.text == "verxs 1.")
  }
}
