import Keys
import Testing

@Suite("Keys")
struct KeysTests {
  @Test(
    "a key of a keymap file is read and printed back",
    arguments: [
      ("p", "p"), ("C-s", "C-s"), ("Ctrl-S", "C-s"), ("A-x", "A-x"), ("M-x", "A-x"), ("F3", "F3"),
      ("f12", "F12"), ("Entrée", "Enter"), ("enter", "Enter"), ("Échap", "Escape"), ("?", "?"),
      ("S-Up", "S-Up"), ("Maj-Tab", "BackTab"), ("S-Tab", "BackTab"), ("Espace", "Space"),
      ("C--", "C--"), ("-", "-"), ("é", "é"), ("C-A-x", "C-A-x"), ("C-PageUp", "C-PageUp"),
      ("S-f", "f"), ("f", "f"), ("C-é", "C-é"),
    ])
  func readsAndPrints(text: String, notation: String) throws {
    let key = try Key(parsing: text)
    #expect(key.notation == notation)
    #expect(try Key(parsing: key.notation) == key)
  }

  @Test("a combining accent is the same key as the composed letter")
  func composedAccents() throws {
    #expect(try Key(parsing: "e\u{301}") == Key(parsing: "é"))
  }

  @Test(
    "what is not a key is refused",
    arguments: ["Entrer", "F0", "F25", "F+3", "C-", "Ctrl-Foo", "ab", "\u{1B}", "\u{202E}"])
  func refuses(text: String) {
    #expect(throws: KeyError.unknownKey(text)) { try Key(parsing: text) }
  }

  @Test("nothing is not a key")
  func refusesNothing() {
    #expect(throws: KeyError.empty) { try Key(parsing: "") }
    #expect(throws: KeyError.empty) { try KeySequence(parsing: "  ") }
  }

  @Test(
    "a control key that a terminal cannot tell from a named one is refused",
    arguments: [("C-i", "Tab"), ("C-m", "Enter"), ("C-J", "Enter"), ("C-h", "Backspace")])
  func refusesTwins(text: String, twin: String) {
    #expect(throws: KeyError.indistinguishable(text, twin: twin)) { try Key(parsing: text) }
  }

  @Test("labels speak the language of the counter")
  func labels() throws {
    let words: [(String, String, String)] = [
      ("Enter", "Entrée", "Enter"), ("Escape", "Échap", "Esc"), ("C-e", "Ctrl-E", "Ctrl-E"),
      ("F3", "F3", "F3"), ("p", "p", "p"), ("Up", "↑", "↑"), ("S-Up", "Maj-↑", "Shift-↑"),
      ("Space", "Espace", "Space"), ("PageDown", "Page suiv.", "PgDn"),
    ]
    for (text, french, english) in words {
      let key = try Key(parsing: text)
      #expect(key.label(french: true) == french)
      #expect(key.label(french: false) == english)
    }
  }

  @Test("a sequence is read, printed, and matched by what was typed so far")
  func sequences() throws {
    let sequence = try KeySequence(parsing: "r  Entrée")
    #expect(sequence.keys == [.character("r"), .enter])
    #expect(sequence.notation == "r Enter")
    #expect(sequence.label(french: true) == "r Entrée")
    #expect(sequence.starts(with: []))
    #expect(sequence.starts(with: [.character("r")]))
    #expect(!sequence.starts(with: [.enter]))
    #expect(!sequence.starts(with: [.character("r"), .enter, .enter]))
  }

  @Test("a sequence has one to four keys")
  func sequenceLimits() {
    #expect(throws: KeyError.tooLong("a b c d e")) { try KeySequence(parsing: "a b c d e") }
    #expect(KeySequence([]) == nil)
    #expect(KeySequence([.enter, .tab, .up, .down])?.keys.count == 4)
    #expect(KeySequence(Array(repeating: .enter, count: 5)) == nil)
  }

  @Test("only a bare character is text for a field")
  func textOfAKey() {
    #expect(Key.character("œ").text == "œ")
    #expect(Key(.character("S"), [.shift]).text == "S")
    #expect(Key.control("s").text == nil)
    #expect(Key.alt("s").text == nil)
    #expect(Key.enter.text == nil)
  }

  @Test("error sentences exist in both languages and say what to write")
  func sentences() {
    let errors: [KeyError] = [
      .empty, .unknownKey("Foo"), .indistinguishable("C-i", twin: "Tab"), .tooLong("a b c d e"),
    ]
    for error in errors {
      #expect(error.message(french: true) != error.message(french: false))
      #expect(error.message(french: true).contains(":"))
    }
  }
}
