import Cells
import Foundation
import Glibc
import Keys
import TestKit
import Testing

@testable import Terminal

/// The real ncurses on a pseudo-terminal. One at a time: ncurses belongs to the process.
@Suite("Ncurses surface", .serialized)
struct NcursesSurfaceTests {
  private let pty: PseudoTerminal
  private let wake: Wake

  init() throws {
    pty = try PseudoTerminal(columns: 80, rows: 24)
    wake = try Wake()
  }

  private func open(
    term: String = "xterm-256color", locale: String = "C.UTF-8",
    colour: NcursesSurface.ColourChoice = .always, mouse: Bool = false
  ) throws -> NcursesSurface {
    let options = NcursesSurface.Options(
      colour: colour, mouse: mouse, term: term, locale: locale, input: pty.program,
      output: pty.program)
    return try NcursesSurface.open(options, wake: wake)
  }

  private func frame(
    _ rows: [Presentable], size: Size = Size(columns: 80, rows: 24)
  ) -> Frame {
    var grid = Grid(size: size)
    for (row, text) in rows.enumerated() { grid.put(text, at: Point(column: 0, row: row)) }
    return Frame(grid: grid)
  }

  private func soon() -> ContinuousClock.Instant { .now + .seconds(5) }

  /// Waits until `count` inputs came, or five seconds.
  private func inputs(_ surface: NcursesSurface, _ count: Int = 1) -> [Input] {
    let end = soon()
    var inputs: [Input] = []
    while inputs.count < count, .now < end { inputs += surface.wait(until: end) }
    return inputs
  }

  /// Sends a signal to this thread, which the runtime otherwise keeps from signals.
  private func send(_ number: Int32) {
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_UNBLOCK, &all, &before)
    raise(number)
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }

  // MARK: Opening

  @Test("R05: a terminal that cannot show a screen is refused with a sentence")
  func refusals() throws {
    #expect(throws: TerminalError.termUnusable("dumb")) { try open(term: "dumb") }
    #expect(throws: TerminalError.termUnusable("nonesuch")) { try open(term: "nonesuch") }
    let devNull = Glibc.open("/dev/null", O_RDWR)
    defer { Glibc.close(devNull) }
    let options = NcursesSurface.Options(term: "xterm", input: devNull, output: devNull)
    #expect(throws: TerminalError.notATerminal) { try NcursesSurface.open(options, wake: wake) }
    let errors: [TerminalError] = [
      .notATerminal, .termUnset, .termUnusable("x"), .unwatchable(code: 2), .system(code: 24),
    ]
    for error in errors {
      #expect(error.message(french: true) != error.message(french: false))
    }
  }

  @Test("U02: settings, screen, cursor and paste mode come back when it closes")
  func restoring() throws {
    let before = pty.settings
    let surface = try open(mouse: true)
    surface.present(frame(["Bonjour"]), theme: .standard)
    #expect(pty.settings != before)
    let entered = pty.sentText()
    #expect(entered.contains("\u{1B}[?1049h"))
    #expect(entered.contains("\u{1B}[?2004h"))
    #expect(entered.contains("\u{1B}[?1006h"))
    surface.close()
    surface.close()
    #expect(pty.settings == before)
    let left = pty.sentText()
    for mode in ["?2004l", "?1006l", "?1000l", "?1049l", "?25h"] {
      #expect(left.contains("\u{1B}[" + mode), "\(mode) in \(left.debugDescription)")
    }
  }

  // MARK: Input

  @Test("keys, in one burst, come in one return")
  func burst() throws {
    let surface = try open()
    defer { surface.close() }
    pty.type(String(repeating: "j", count: 200))
    #expect(surface.wait(until: soon()) == Array(repeating: .key(.character("j")), count: 200))
  }

  @Test("a character in two pieces is one key; a lone Escape is a key without another one")
  func pieces() throws {
    let surface = try open()
    defer { surface.close() }
    pty.type([0xC3])
    #expect(surface.wait(until: .now + .milliseconds(20)) == [.deadline])
    pty.type([0xA9])
    #expect(inputs(surface) == [.key(.character("é"))])
    pty.type("\u{1B}")
    let start = ContinuousClock.now
    #expect(inputs(surface) == [.key(.escape)])
    #expect(ContinuousClock.now - start >= .milliseconds(20))
    pty.type("\u{1B}[1;5A")
    #expect(inputs(surface) == [.key(Key(.up, [.control]))])
  }

  @Test("U03: a megabyte of paste is one input, and one return is bounded")
  func floods() async throws {
    let surface = try open()
    defer { surface.close() }
    let text = String(repeating: "0123456789abcde\n", count: 1 << 16)
    let glass = pty.glass
    let bytes = Array(
      ("\u{1B}[200~" + text + "\u{1B}[201~" + String(repeating: "x", count: 20_000)).utf8)
    let writer = Thread {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(glass, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
    writer.start()
    var pastes: [Input] = []
    var keys = 0
    let end = ContinuousClock.now + .seconds(20)
    while keys < 20_000, .now < end {
      let some = surface.wait(until: end)
      #expect(some.count <= 2 * NcursesSurface.mostInputs)
      pastes += some.filter { if case .paste = $0 { true } else { false } }
      keys += some.count { $0 == .key(.character("x")) }
    }
    #expect(pastes == [.paste(text, truncated: false)])
    #expect(keys == 20_000)
  }

  @Test("posts and the doorbell wake it, several as one; the deadline is told")
  func waking() throws {
    let surface = try open()
    defer { surface.close() }
    let path = FileManager.default.temporaryDirectory.appending(path: "bell-\(UUID().uuidString)")
    try Data([0]).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    try surface.watch(doorbell: path.path)
    #expect(surface.wait(until: .now + .milliseconds(5)) == [.deadline])
    let file = try FileHandle(forUpdating: path)
    for byte in UInt8(0)..<5 {
      try file.seek(toOffset: 0)
      try file.write(contentsOf: Data([byte]))
    }
    #expect(surface.wait(until: soon()) == [.doorbell])
    let box = PostBox<Int>(capacity: 3, wake: wake)
    #expect(box.post(1) && box.post(2) && box.post(3))
    #expect(!box.post(4))
    #expect(surface.wait(until: soon()) == [.posted])
    #expect(box.drain() == [1, 2, 3])
    #expect(box.drain() == [])
    #expect(surface.wait(until: .now) == [.deadline])
    #expect(throws: TerminalError.unwatchable(code: ENOENT)) {
      try surface.watch(doorbell: path.path + "-absent")
    }
  }

  @Test("U02: signals are told, and a stopped terminal is repainted")
  func signals() throws {
    let surface = try open()
    defer { surface.close() }
    surface.present(frame(["Bonjour"]), theme: .standard)
    _ = pty.sent()
    send(SIGTERM)
    #expect(surface.wait(until: soon()) == [.signal(.terminate)])
    send(SIGINT)
    send(SIGHUP)
    #expect(surface.wait(until: soon()) == [.signal(.interrupt), .signal(.hangup)])
    send(SIGTSTP)
    #expect(surface.wait(until: soon()) == [.signal(.stop)])
    send(SIGCONT)
    #expect(surface.wait(until: soon()) == [.signal(.continued)])
    #expect(!pty.sentText().contains("Bonjour"), "P10: its owner says what may be seen again")
    surface.present(frame(["Bonjour"]), theme: .standard)
    #expect(pty.sentText().contains("Bonjour"))
  }

  @Test("R06: a storm of resizes is told once, with the last size")
  func resizing() throws {
    let surface = try open()
    defer { surface.close() }
    #expect(surface.size == Size(columns: 80, rows: 24))
    for step in UInt16(0)..<50 {
      pty.resize(columns: 1 + step * 7 % 200, rows: 1 + step * 5 % 60)
      send(SIGWINCH)
    }
    pty.resize(columns: 40, rows: 12)
    send(SIGWINCH)
    #expect(surface.wait(until: soon()) == [.resized(Size(columns: 40, rows: 12))])
    send(SIGWINCH)
    #expect(surface.wait(until: .now + .milliseconds(20)) == [.deadline])
    // A frame that was drawn for another size is clipped, not fatal.
    surface.present(frame(["王小明"]), theme: .standard)
    #expect(pty.sentText().contains("王小明"))
  }

  @Test("R05: sizes of 0 and 1 are survived", arguments: [(0, 0), (1, 1), (2, 1), (65535, 65535)])
  func absurdSizes(columns: UInt16, rows: UInt16) throws {
    pty.resize(columns: columns, rows: rows)
    let surface = try open()
    defer { surface.close() }
    #expect((1...NcursesSurface.largest.columns).contains(surface.size.columns))
    #expect((1...NcursesSurface.largest.rows).contains(surface.size.rows))
    var wide = Frame(grid: Grid(size: surface.size))
    wide.grid.put("王", at: Point(column: 0, row: 0))
    surface.present(wide, theme: .standard)
    #expect(pty.sent().count < 100_000)
  }

  @Test("U01: a closed window is told once and never spins")
  func hangup() throws {
    let surface = try open()
    pty.hangUp()
    #expect(inputs(surface) == [.signal(.hangup)])
    #expect(surface.wait(until: .now + .milliseconds(30)) == [.deadline])
    surface.present(frame(["Bonjour"]), theme: .standard)
    surface.close()
  }

  // MARK: Output

  @Test("R01, R03: hostile text sends no sequence of its own")
  func hostileText() throws {
    let surface = try open()
    defer { surface.close() }
    surface.present(frame([]), theme: .standard)
    _ = pty.sent()
    let hostile =
      "\u{1B}]0;CANARI\u{7}\u{9B}31m\u{1B}[2J\u{1B}P+q\u{1B}\\\r\u{8}\u{202E}\u{2066}\u{200B}"
    surface.present(frame([Presentable(hostile), "fin"]), theme: .standard)
    let text = pty.sentText()
    #expect(text.contains("CANARI"))
    #expect(text.contains("fin"))
    for forbidden in ["\u{1B}]", "\u{7}", "\u{9B}", "\u{1B}[2J", "\u{1B}P", "\u{8}", "\u{202E}"] {
      #expect(!text.unicodeScalars.contains(sequence: forbidden), "\(forbidden.debugDescription)")
    }
  }

  @Test("only what changed is sent; the same frame again sends nothing")
  func differences() throws {
    let surface = try open()
    defer { surface.close() }
    surface.present(frame(["Bonjour à toutes", "王小明 e\u{301}"]), theme: .standard)
    #expect(pty.sentText().contains("王小明 e\u{301}"))
    surface.present(frame(["Bonjour à toutes", "王小明 e\u{301}"]), theme: .standard)
    #expect(pty.sent().isEmpty)
    surface.present(frame(["Bonjour à tous", "王小明 e\u{301}"]), theme: .standard)
    let sent = pty.sentText()
    #expect(!sent.contains("Bonjour"))
    #expect(sent.utf8.count < 20)
  }

  @Test("without colours a theme is shown as mono: attributes only")
  func withoutColours() throws {
    let surface = try open(colour: .never)
    defer { surface.close() }
    var picture = frame(["  retard"])
    picture.grid.restyle(Rect(column: 2, row: 0, columns: 6, rows: 1), role: .queueAgeLate)
    surface.present(picture, theme: .standard)
    let text = pty.sentText()
    #expect(text.contains("1;4mretard"))
    #expect(!text.contains("[31m") && !text.contains("38;5"))
  }

  @Test("hundreds of colours are shown, default ones stay the terminal's")
  func manyColours() throws {
    let names = Role.allCases.map(\.name)
    var looks: [String: String] = [:]
    for (index, name) in names.enumerated() { looks[name] = "\(index + 20) on \(index + 100)" }
    let surface = try open()
    defer { surface.close() }
    var picture = frame([])
    for (index, role) in Role.allCases.enumerated() {
      picture.grid.put("x", at: Point(column: index % 80, row: index / 80), role: role)
    }
    surface.present(picture, theme: try Theme(name: "t", roles: looks))
    let text = pty.sentText()
    #expect(text.contains("38;5;20m") || text.contains("38;5;20;"))
    #expect(text.contains("48;5;\(names.count + 99)"))
  }

  @Test(
    "R05: poor terminals and locales show the text in ASCII",
    arguments: [("vt100", "C"), ("linux", "C"), ("screen", "C"), ("xterm-256color", "POSIX")])
  func poorLocales(term: String, locale: String) throws {
    let surface = try open(term: term, locale: locale)
    defer { surface.close() }
    #expect(surface.lineSet == .ascii)
    surface.present(frame(["Pharmacie du Marché │ Œuvre", "王x ○ …"]), theme: .standard)
    let bytes = pty.sent()
    #expect(bytes.allSatisfy { $0 < 0x80 })
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("Marche | Ouvre"))
    #expect(text.contains("? x o ~"))
  }

  @Test("lending the terminal gives it back as it was, then repaints")
  func lending() throws {
    let before = pty.settings
    let surface = try open()
    defer { surface.close() }
    surface.present(frame(["Bonjour"]), theme: .standard)
    let mine = pty.settings
    _ = pty.sent()
    surface.suspend {
      #expect(pty.settings == before)
      #expect(pty.sentText().contains("\u{1B}[?1049l"))
    }
    #expect(pty.settings == mine)
    surface.present(frame(["Bonjour"]), theme: .standard)
    #expect(pty.sentText().contains("Bonjour"), "painted whole again")
  }

  @Test("U03: a reader that takes nothing does not hold up the keys")
  func stuckReader() throws {
    let surface = try open()
    // Nobody reads the glass side: fill the pipe as a stuck window does.
    let flags = fcntl(pty.program, F_GETFL)
    _ = fcntl(pty.program, F_SETFL, flags | O_NONBLOCK)
    let noise = [UInt8](repeating: 0x20, count: 4096)
    while noise.withUnsafeBytes({ write(pty.program, $0.baseAddress, $0.count) }) > 0 {}
    _ = fcntl(pty.program, F_SETFL, flags)
    // Should a write block after all, the pipe is emptied, so that the test fails and not hangs.
    let isDone = DispatchSemaphore(value: 0)
    let glass = pty.glass
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while isDone.wait(timeout: .now() + .seconds(3)) == .timedOut {
        _ = read(glass, &buffer, buffer.count)
      }
    }
    let start = ContinuousClock.now
    surface.present(frame(["Bonjour"]), theme: .standard)
    pty.type("q")
    #expect(inputs(surface) == [.key(.character("q"))])
    surface.close()
    #expect(ContinuousClock.now - start < .seconds(2))
    isDone.signal()
  }

  @Test("R04: the widths of cells are those of the C library, or the glyph is replaced")
  func widthsAgree() throws {
    let surface = try open()
    defer { surface.close() }
    var different: [UInt32] = []
    for value in UInt32(0x20)..<0x30000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let shown = Presentable(String(Character(scalar)))
      guard shown.plain.unicodeScalars.elementsEqual([scalar]) else { continue }
      if Painter.systemWidth(of: scalar) != shown.width { different.append(value) }
    }
    let list = different.prefix(40).map { String($0, radix: 16) }
    // 72 with glibc 2.36; a younger C library may know other widths, and the glass then says `?`.
    #expect(different.count < 400, "\(different.count): \(list)")
  }
}

extension String.UnicodeScalarView {
  /// Whether the scalars of `text` stand in this order (a Character search would see graphemes).
  func contains(sequence text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    let all = Array(self)
    guard all.count >= wanted.count else { return false }
    return (0...(all.count - wanted.count)).contains { start in
      all[start..<(start + wanted.count)].elementsEqual(wanted)
    }
  }
}
