import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Keys, scans, search and palette")
struct InputTests {
  @Test func `a scan in the wrong place does nothing and fills the next search`() {
    var desk = DeskTrace(.fixture())
    let before = desk.state
    #expect(desk.type("3400930000007\n").isEmpty)
    #expect(desk.state.notice?.content == .scanOffered)
    #expect(desk.state.selection == before.selection && desk.state.focus == .queue)
    #expect(desk.press(.function(3)) == [.search("3400930000007")])
    #expect(desk.state.offeredSearch == nil)
  }

  @Test func `letters in the middle of a scan are no commands`() {
    var desk = DeskTrace(.fixture())
    #expect(desk.type("IS010000p f\(251037)\n").isEmpty)
    #expect(desk.state.pending.isEmpty)
    #expect(desk.state.notice?.content == .scanOffered)
  }

  @Test func `a finger left on a key is no scan, and a later letter is a command again`() {
    var desk = DeskTrace(.fixture())
    desk.type("111111111111\n")
    #expect(desk.state.offeredSearch == nil)
    #expect(desk.state.focus == .reader)
    desk.press(.escape)
    desk.type("1234")
    desk.wait(seconds: 1)
    #expect(desk.press(.character("p")).count == 1)
  }

  @Test func `P01: under the curtain no key, click or paste does anything but lift it`() {
    var state = State.fixture()
    state.isCurtained = true
    for key in [Key.character("p"), .escape, .character("q"), .function(3), .control("z"), .down] {
      var desk = DeskTrace(state)
      #expect(desk.press(key).isEmpty)
      #expect(desk.state.isCurtained && desk.state.selection == state.selection)
      #expect(desk.state.layers.isEmpty && desk.state.search == nil)
    }
    var desk = DeskTrace(state)
    desk.send(.pasted("texte"))
    desk.send(.clicked(column: 5, row: 5))
    desk.send(.wheelTurned(lines: 3))
    desk.send(.commanded(.take))
    #expect(desk.effects.isEmpty && desk.state == state)
    desk.press(.enter)
    #expect(!desk.state.isCurtained)
    desk.press(.function(12))
    #expect(desk.state.isCurtained)
  }

  @Test func `U03: a paste outside a text field is no keys`() {
    var desk = DeskTrace(.fixture())
    #expect(desk.send(.pasted("pppp\nq")).isEmpty)
    #expect(desk.state.notice?.content == .ignoredInput)
    #expect(desk.state.focus == .queue && !desk.state.isQuitting)
  }

  @Test func `search answers as it is typed, and older answers are dropped`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("/"))
    #expect(desk.type("rou") == [.search("r"), .search("ro"), .search("rou")])
    desk.send(.searchAnswered(query: "ro", rows: [Officine.row(Officine.luc)]))
    #expect(desk.state.search?.rows?.isEmpty == true)
    desk.send(.searchAnswered(query: "rou", rows: [Officine.row(Officine.elodie)]))
    #expect(desk.state.selection == Officine.elodie)
    #expect(desk.last == [.loadOrder(Officine.elodie)])
    desk.press(.enter)
    #expect(desk.state.context == .reader)
    desk.press(.escape)
    #expect(desk.state.context == .queue && desk.state.search != nil)
    desk.press(.escape)
    #expect(desk.state.search == nil && desk.state.selection == Officine.jeanne)
  }

  @Test func `what a search finds is read from its first line, though it was read to the end`() {
    var desk = DeskTrace(.fixture())
    desk.press(.enter)
    desk.send(.readerMeasured(lines: 400))
    desk.press(.end)
    #expect(desk.state.readerScroll > 0)
    desk.press(.escape)
    desk.press(.function(3))
    #expect(desk.state.readerScroll == 0)
  }

  @Test func `the bell's answer to the same search moves nothing`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("/"))
    desk.type("a")
    desk.send(.searchAnswered(query: "a", rows: Officine.rows))
    desk.press(.down)
    let chosen = desk.state.selection
    #expect(desk.send(.storeChanged).contains(.search("a")))
    desk.send(.searchAnswered(query: "a", rows: []))
    #expect(desk.state.selection == chosen)
  }

  @Test func `the palette finds a command by its title, accents or not, and runs it`() {
    var state = State.fixture()
    state.titles = [.markPrepared: "Préparée", .print: "Imprimer", .take: "Je prends"]
    var desk = DeskTrace(state)
    desk.press(.character(":"))
    desk.type("prepar")
    #expect(desk.state.paletteChoices.first == .markPrepared)
    let effects = desk.press(.enter)
    #expect(desk.state.layers.isEmpty)
    guard case .perform(.moved(to: .prepared, _), Officine.jeanne, _)? = effects.first else {
      Issue.record("\(desk.report)")
      return
    }
  }

  @Test func `a sequence that comes to nothing is text again where text is typed`() throws {
    var state = State.fixture()
    state.keymap = try Keymap.standard.overriding(["search": ["x x": "back"]])
    var desk = DeskTrace(state)
    desk.press(.character("/"))
    desk.type("xy")
    #expect(desk.state.search?.query.text == "xy")
    desk.type("xx")
    #expect(desk.state.search == nil)
  }

  @Test func `quitting asks only when mail waits and nobody sends`() {
    var desk = DeskTrace(.fixture())
    desk.arrange { $0.counts.outboxWaiting = 2 }
    var offline = desk
    #expect(desk.press(.character("q")) == [.quit])
    offline.arrange { $0.sync.phase = .offline }
    #expect(offline.press(.character("q")).isEmpty)
    #expect(offline.state.layers == [.confirm(Confirm(.quit(waitingToSend: 2)))])
    #expect(offline.press(.right, .enter) == [.quit])
  }

  @Test func `the reader scrolls to its end and not beyond`() {
    var desk = DeskTrace(.fixture())
    desk.press(.enter)
    desk.send(.readerMeasured(lines: 40))
    desk.press(.end)
    #expect(desk.state.readerScroll == 40 - desk.state.layout.reader.height)
    desk.press(.down, .pageDown)
    #expect(desk.state.readerScroll == 40 - desk.state.layout.reader.height)
    desk.press(.home)
    #expect(desk.state.readerScroll == 0)
  }

  @Test func `hints are what acts now, the next step of the work first`() {
    let state = State.fixture()
    #expect(state.hints.first == .take)
    #expect(state.hints.contains(.reply) && !state.hints.contains(.check))
    var checking = State.fixture(view: .check, actor: Officine.claire)
    #expect(checking.hints.first == .check)
    checking.selection = nil
    checking.opened = nil
    #expect(!checking.hints.contains(.check))
    for command in state.hints { #expect(command.unavailability(in: state) == nil) }
  }

  @Test func `every command says notHere outside its contexts, and only there`() {
    let queue = State.fixture()
    var help = queue
    help.layers = [.help(scroll: 0)]
    for command in Command.allCases {
      #expect((command.unavailability(in: help) == .notHere) == !command.contexts.contains(.help))
      #expect((command.unavailability(in: queue) == .notHere) == !command.contexts.contains(.queue))
      #expect(!command.contexts.isEmpty)
    }
  }
}
