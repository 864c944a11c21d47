import Desk
import Keys
import Testing

@Suite("Keymap")
struct KeymapTests {
  /// What a barcode scanner sends on a French keyboard, with and without the right layout.
  private static let scannerKeys = Set("0123456789&é\"'(-è_çà)=ABCDEFGHIJKLMNOPQRSTUVWXYZ")

  @Test func `no default sits on a digit, a capital or AZERTY's digit row`() {
    for context in Context.allCases {
      for binding in Keymap.standard.bindings(in: context) {
        for key in binding.sequence.keys {
          guard let character = key.text else { continue }
          #expect(!Self.scannerKeys.contains(character), "\(context) \(binding)")
          #expect(!character.isUppercase && !character.isNumber, "\(context) \(binding)")
        }
      }
    }
  }

  @Test func `where text is typed no printable key is bound`() {
    for context in Context.allCases where context.isText {
      let typed = Keymap.standard.bindings(in: context).filter { $0.sequence.keys[0].text != nil }
      #expect(typed.isEmpty, "\(context)")
    }
  }

  @Test func `every default acts in its context and no sequence is bound twice`() {
    for context in Context.allCases {
      let bindings = Keymap.standard.bindings(in: context)
      for binding in bindings {
        #expect(binding.command.contexts.contains(context), "\(context) \(binding)")
      }
      #expect(Set(bindings.map(\.sequence)).count == bindings.count, "\(context)")
    }
  }

  @Test func `every context can be left or answered by a key`() {
    for context in Context.allCases where context != .queue {
      let ways: [Command] = [.back, .keepDraft, .curtain]
      #expect(ways.contains { !Keymap.standard.keys(for: $0, in: context).isEmpty }, "\(context)")
    }
  }

  @Test func `the counter's keys are those of design 4`() throws {
    let expected: [(String, Command)] = [
      ("p", .take), ("f", .markPrepared), ("c", .check), ("d", .collect), ("e", .chooseState),
      ("n", .note), ("r", .reply), ("i", .print), ("u", .undo), ("F3", .search), ("/", .search),
      ("F1", .help), ("?", .help), (":", .palette), ("w", .namePatient), ("F12", .curtain),
      ("C-k", .lock), ("h", .reveal),
    ]
    for (text, command) in expected {
      let keys = try KeySequence(parsing: text).keys
      #expect(Keymap.standard.resolve(keys, in: .queue) == .command(command), "\(text)")
      #expect(Keymap.standard.resolve(keys, in: .reader) == .command(command), "\(text)")
    }
  }

  @Test func `a person's binding goes first, frees what it hides and waits for its second key`()
    throws
  {
    let keymap = try Keymap.standard.overriding([
      "queue": ["r r": "reply", "x": "mark-prepared", "i": "none"]
    ])
    let r = Key.character("r")
    #expect(keymap.resolve([r, r], in: .queue) == .command(.reply))
    guard case .prefix(let next) = keymap.resolve([r], in: .queue) else {
      Issue.record("r should wait for a second key")
      return
    }
    #expect(next.map(\.command) == [.reply])
    #expect(keymap.keys(for: .markPrepared, in: .queue).map(\.notation) == ["x", "f"])
    #expect(keymap.resolve([.character("i")], in: .queue) == .none)
    #expect(keymap.resolve([.character("i")], in: .reader) == .command(.print))
  }

  @Test func `a mistake names the nearest command or section and changes nothing`() {
    #expect(throws: KeymapError.unknownCommand("mark-prepard", .queue, nearest: "mark-prepared")) {
      try Keymap.standard.overriding(["queue": ["x": "mark-prepard"]])
    }
    #expect(throws: KeymapError.unknownContext("qeue", nearest: "queue")) {
      try Keymap.standard.overriding(["qeue": ["x": "take"]])
    }
    #expect(throws: KeymapError.notHere(.take, .compose)) {
      try Keymap.standard.overriding(["compose": ["C-t": "take"]])
    }
    #expect(throws: KeymapError.badKey(.queue, .unknownKey("F99"))) {
      try Keymap.standard.overriding(["queue": ["F99": "take"]])
    }
    let error = KeymapError.unknownCommand("mark-prepard", .queue, nearest: "mark-prepared")
    #expect(error.message(french: true).contains("mark-prepared"))
    #expect(error.message(french: false).contains("mark-prepared"))
  }
}
