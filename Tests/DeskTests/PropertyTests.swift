import Desk
import Domain
import Keys
import TestKit
import Testing

/// SplitMix64: the same seed gives the same run everywhere.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A counter where hands, colleagues, the clock and a slow store do anything in any order.
private struct Storm {
  var desk: DeskTrace
  var store = PaperStore()
  var waiting: [Effect] = []
  var random: SeededGenerator
  var wroteNote = false
  /// Letters that only ever go into notes.
  static let noteMark = "ΩNOTEΩ"

  init(seed: UInt64) {
    random = SeededGenerator(state: seed)
    let sizes = [(80, 24), (120, 40), (200, 60), (40, 12), (10, 3)]
    let size = sizes[Int(seed % 5)]
    desk = DeskTrace(.fixture(columns: size.0, rows: size.1))
  }

  static let keys: [Key] =
    "jkgpfcdeolwmtnryiuvxazq/?: 1A&".map { Key.character($0) } + [
      .enter, .enter, .enter, .escape, .escape, .tab, .backTab, .up, .down, .down, .left, .right,
      .home, .end, .pageUp, .pageDown, .backspace, .delete, .function(1), .function(2),
      .function(3), .function(5), .function(8), .function(12), .control("e"), .control("k"),
      .alt("x"),
    ]

  mutating func event() -> Event {
    let state = desk.state
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<60: return .keyPressed(Self.keys.randomElement(using: &random) ?? .enter)
    case 60..<68:
      return .ticked(state.now.adding(seconds: Int64.random(in: 0...3, using: &random)))
    case 68..<72: return .storeChanged
    case 72..<76:
      let columns = Int.random(in: 0...260, using: &random)
      return .resized(columns: columns, rows: Int.random(in: 0...80, using: &random))
    case 76..<80:
      let column = Int.random(in: -2...250, using: &random)
      return .clicked(column: column, row: Int.random(in: -2...70, using: &random))
    case 80..<82: return .wheelTurned(lines: Int.random(in: -30...30, using: &random))
    case 82..<88: return .commanded(Command.allCases.randomElement(using: &random) ?? .back)
    case 88..<90: return .pasted(["roux\n", "heure", "é"].randomElement(using: &random) ?? "")
    case 90..<92: return .viewChosen(QueueView.allCases.randomElement(using: &random) ?? .all)
    case 92..<94:
      let id = Officine.rows.randomElement(using: &random)?.id ?? ""
      return .orderLoaded(Officine.opened(id))
    case 94..<96: return .readerMeasured(lines: Int.random(in: 0...300, using: &random))
    case 96..<97: return .sendCollided(CollisionReport(events: []))
    default: return .syncChanged(state.sync)
    }
  }

  /// A key while a note is on top types the mark, so that its words are known everywhere.
  mutating func step() -> [Effect] {
    // A storm that stays outside of the door shakes nothing.
    if desk.state.isLocked, Int.random(in: 0..<4, using: &random) == 0 {
      return desk.send(
        desk.proof(of: [Officine.lea, Officine.claire][Int.random(in: 0...1, using: &random)]))
    }
    if case .note? = desk.state.layers.last, Int.random(in: 0..<2, using: &random) == 0 {
      return desk.send(.pasted(Self.noteMark))
    }
    return desk.send(event())
  }

  /// The store answers some of what waits, sometimes with a failure, sometimes never.
  mutating func answer() {
    while !waiting.isEmpty, Int.random(in: 0..<3, using: &random) > 0 {
      let effect = waiting.removeFirst()
      switch Int.random(in: 0..<20, using: &random) {
      case 0: waiting += desk.send(.effectFailed(effect, .storeBusy))
      case 1: break
      default:
        for event in store.answer(effect, to: desk.state) { waiting += desk.send(event) }
      }
    }
    if Int.random(in: 0..<12, using: &random) == 0,
      let id = Officine.rows.randomElement(using: &random)?.id
    {
      store.append(
        [.taken(over: nil), .released, .marked(.urgent)].randomElement(using: &random) ?? .released,
        to: id, by: Officine.actor(Officine.sami), at: desk.state.now)
    }
  }
}

@Suite("Anything in any order")
struct PropertyTests {
  private func hasNoteWords(_ draft: Draft) -> Bool {
    (draft.body + draft.subject + draft.to.map(\.address).joined()).contains("Ω")
  }

  /// The demande a work effect is about.
  private func target(_ effect: Effect) -> Order.ID? {
    switch effect {
    case .perform(_, let id, _), .undo(let id, _), .split(_, let id, _, _), .renew(let id, _),
      .print(let id, _):
      id
    case .attach(let attaching): attaching.source.id
    default: nil
    }
  }

  /// What a key may act on: the selection, or the demande of the layer it was typed in.
  private func targets(_ state: State) -> Set<Order.ID> {
    var targets: Set<Order.ID> = state.selection.map { [$0] } ?? []
    switch state.layers.last {
    case .menu(let menu): targets = menu.order.map { [$0] } ?? []
    case .form(let form): targets = form.order.map { [$0] } ?? []
    case .note(let editor): targets = [editor.order]
    case .confirm(let confirm):
      switch confirm.question {
      case .takeOver(let id, _), .print(let id, _), .assign(let id, _, _),
        .remindAgain(let id, _), .renew(let id), .closeOver(let id, _, _), .unread(_, let id, _),
        .notHandedOver(let id, _):
        targets = [id]
      case .attach(let attaching): targets = [attaching.source.id]
      case .split(_, let row, _): targets = [row.id]
      case .undo(let last), .undoOlder(let last, _): targets = [last.order.id]
      case .quit, .quitBeforeSend, .discardDraft, .reassign, .cancelSend, .setDisabled,
        .printHandover:
        targets = []
      }
    case .help, .health, .handover, .history, .palette, .compose, nil: break
    }
    return targets
  }

  private func check(_ draft: Draft, _ seed: UInt64, _ storm: Storm) {
    #expect(!hasNoteWords(draft), "seed \(seed)\n\(storm.desk.report)")
  }

  @Test(arguments: 0..<60)
  func `no crash, no wrong demande, nothing pending for ever, no note in a mail`(run: Int) {
    let seed = UInt64(run) &* 7919 &+ 20_261_120
    var storm = Storm(seed: seed)
    for _ in 0..<400 {
      let before = storm.desk.state
      let effects = storm.step()
      let state = storm.desk.state
      for effect in effects {
        // What the selection has just left may be taken back, and nothing else done to it.
        var isTakenBack = false
        if case .undo(let id, _) = effect { isTakenBack = id == before.leftBehind }
        if let id = target(effect), !isTakenBack {
          #expect(targets(before).contains(id), "seed \(seed)\n\(storm.desk.report)")
        }
        if case .saveDraft(let draft) = effect { check(draft, seed, storm) }
        if case .enqueue(let draft, _) = effect { check(draft, seed, storm) }
      }
      if let opened = state.openedSelection {
        #expect(opened.order.id == state.selection, "seed \(seed)")
      }
      for slot in state.listSlots {
        #expect(state.layout.queue.contains(column: state.layout.queue.column, row: slot.row))
      }
      storm.waiting += effects
      let untouched = storm.desk.state.selection
      let isCovered = !storm.desk.state.layers.isEmpty
      storm.answer()
      if isCovered && untouched != nil && !storm.desk.state.layers.isEmpty {
        #expect(storm.desk.state.selection == untouched, "seed \(seed)\n\(storm.desk.report)")
      }
    }
    storm.waiting = []
    storm.desk.wait(seconds: 31)
    #expect(storm.desk.state.pending.isEmpty, "seed \(seed)\n\(storm.desk.report)")
    for draft in storm.store.drafts.values { #expect(!hasNoteWords(draft), "seed \(seed)") }
  }

  /// Hands that go back and forth between a note and an answer on the same demande.
  @Test(arguments: 0..<20)
  func `notes and answers never mix, whatever is opened, kept, pasted and sent`(run: Int) {
    let seed = UInt64(run) &* 104_729 &+ 7
    var storm = Storm(seed: seed)
    storm.desk.arrange { $0.view = .all }
    let phrases: [[Key]] = [
      [.character("n")], [.escape], [.escape, .character("n"), .enter], [.character("r")],
      [.function(2), .enter], [.function(2), .down, .enter], [.control("e"), .enter],
      [.control("e"), .character("b")], [.tab], [.character("y")], [.alt("x"), .enter], [.enter],
      [.control("u")], [.up, .end], [.character("u")],
    ]
    var keptWhileWriting = 0
    for _ in 0..<300 {
      let phrase = phrases.randomElement(using: &storm.random) ?? []
      for key in phrase { storm.desk.press(key, &storm.store) }
      var isNote = false
      if case .note? = storm.desk.state.layers.last { isNote = true }
      if isNote || storm.desk.state.context == .compose {
        storm.desk.settle(.pasted(isNote ? Storm.noteMark : "Bonjour"), &storm.store)
      }
      if storm.wroteNote && storm.desk.state.context == .compose { keptWhileWriting += 1 }
      storm.wroteNote = storm.wroteNote || isNote
      storm.desk.settle(.ticked(storm.desk.state.now.adding(seconds: 3)), &storm.store)
    }
    #expect(keptWhileWriting > 0 && !storm.store.drafts.isEmpty, "seed \(seed)")
    for effect in storm.desk.effects {
      if case .saveDraft(let draft) = effect { check(draft, seed, storm) }
      if case .enqueue(let draft, _) = effect { check(draft, seed, storm) }
    }
    for note in storm.store.notes {
      #expect(!note.contains("Bonjour"), "seed \(seed)")
    }
  }

  @Test func `the storm reaches what it is meant to shake`() {
    var reached: Set<String> = []
    for run in 0..<60 {
      var storm = Storm(seed: UInt64(run) &* 7919 &+ 20_261_120)
      for _ in 0..<400 {
        let effects = storm.step()
        reached.insert(storm.desk.state.context.rawValue)
        storm.waiting += effects
        storm.answer()
      }
      if !storm.store.sent.isEmpty { reached.insert("sent") }
      if storm.store.notes.contains(where: { $0.contains("Ω") }) { reached.insert("noted") }
      if !storm.store.drafts.isEmpty { reached.insert("draft") }
    }
    let all = Set(Context.allCases.map(\.rawValue)).union(["sent", "noted", "draft"])
    #expect(all.subtracting(reached).isEmpty, "never reached: \(all.subtracting(reached))")
  }
}
