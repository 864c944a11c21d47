import Cells
import Desk
import Domain
import Glibc
import Screens
import Store
import Terminal

/// The one loop of the screen: wait, take all that is waiting, apply, start the effects, render
/// once. Lives on the main thread, the only user of the terminal.
final class Runtime {
  private var state: State
  private let surface: any Surface
  private let runner: EffectRunner
  private let box: PostBox<Event>
  private let environment: Environment
  private let store: OfficineStore
  private let strings: any Strings
  private let theme: Theme
  private let idle: IdleMark
  private let chores: Chores
  private let attachment: AttachmentWatch
  private let attendance: Attendance
  private var version: Int64 = 0
  /// Who else was there at the last look.
  private var known: [Presence] = []
  private var shown: Picture?
  private var wanted: [Effect] = []
  private var toOpen: Order.ID?
  /// The BAL that the person went to; nil when they left altogether.
  private(set) var nextBAL: String?

  init(
    state: State, surface: any Surface, runner: EffectRunner, box: PostBox<Event>,
    session: Session, strings: any Strings, theme: Theme, chores: Chores
  ) {
    self.state = state
    self.surface = surface
    self.runner = runner
    self.box = box
    self.strings = strings
    self.theme = theme
    self.chores = chores
    environment = session.environment
    store = session.store
    attachment = AttachmentWatch(session.environment.variables)
    attendance = Attendance(store: session.store)
    idle = IdleMark(path: session.environment.variables["MSSTERM_IDLE_FILE"])
  }

  /// Until the operator quits or the terminal goes away.
  func run() throws {
    try surface.watch(doorbell: store.doorbellPath)
    version = try store.dataVersion()
    take(.resized(columns: surface.size.columns, rows: surface.size.rows))
    wanted += state.start()
    settle()
    take(.presencesSeen(attendance.others()))
    while !state.isQuitting {
      render()
      if openLater() { render() }
      if runner.isIdle { idle.mark() }
      let inputs = surface.wait(until: .now + nextLook())
      take(.ticked(environment.now()))
      for input in inputs {
        handle(input)
        if state.isQuitting { break }
      }
      if attachment.looksAway() { take(.commanded(.lock)) }
      settle()
      attendance.tell(state.attendance)
      chores.run(now: environment.now())
    }
    attendance.leave()
    runner.finish()
  }

  /// Who acted last, for the BAL that opens next.
  var actor: Actor? { state.actor }

  private func handle(_ input: Input) {
    switch input {
    case .key(let key): take(.keyPressed(key))
    case .paste(let text, _): take(.pasted(text))
    case .mouse(let mouse): click(mouse)
    case .resized(let size): take(.resized(columns: size.columns, rows: size.rows))
    case .doorbell, .deadline: look()
    case .posted: for event in box.drain() { take(event) }
    case .signal(let signal): handle(signal)
    }
  }

  private func handle(_ signal: Input.Signal) {
    switch signal {
    case .stop:
      take(.commanded(.lock))
      wanted.append(.suspend)
    // Stopped without a warning: whoever brought it back may be anybody.
    case .continued: take(.commanded(.lock))
    case .terminate, .hangup, .interrupt:
      // Nobody can answer a question any more: keep what was written and leave.
      wanted += state.savesBeforeExit()
      settle()
      state.isQuitting = true
    }
  }

  /// The bell rang, or two seconds went by: did anybody commit something?
  private func look() {
    let others = attendance.others()
    if others != known {
      known = others
      take(.presencesSeen(others))
    }
    // A store that cannot be read now is tried again at the next bell; the screen goes on.
    guard let found = try? store.dataVersion(), found != version else { return }
    version = found
    take(.storeChanged)
  }

  /// Whoever left for the shell reads nothing; the loop tells when they are back.
  private func stopForShell() {
    attendance.leave()
    surface.stopForShell()
  }

  /// Two seconds, or less when a countdown or an autosave is due before.
  private func nextLook() -> Duration {
    let rings = attendance.due ?? .seconds(2)
    guard let due = state.wakeAt else { return rings }
    let ahead = due.milliseconds - environment.now().milliseconds
    return min(rings, .milliseconds(min(2000, max(20, ahead))))
  }

  private func take(_ event: Event) { wanted += state.apply(event) }

  /// Starts what the whole batch asked for; of reads that replace each other only the last one:
  /// two hundred « j » in a burst open one demande.
  private func settle() {
    var seen: Set<ReadKey> = []
    var kept: [Effect] = []
    for effect in wanted.reversed() {
      if let key = ReadKey(effect), !seen.insert(key).inserted { continue }
      kept.append(effect)
    }
    wanted = []
    if kept.contains(.reconnect) { chores.hurry() }
    for case .loadOrder(let id) in kept { toOpen = id }
    perform(kept.reversed().filter { if case .loadOrder = $0 { false } else { true } })
  }

  /// Reads the selected demande after the cursor has moved on screen: the eye sees the key first.
  /// True when something was read.
  private func openLater() -> Bool {
    guard let id = toOpen else { return false }
    toOpen = nil
    perform([.loadOrder(id)])
    return true
  }

  /// Answers of reads may ask for more; each round is bounded by what the desk asks.
  private func perform(_ effects: [Effect]) {
    var waiting = effects
    while !waiting.isEmpty {
      var next: [Effect] = []
      for effect in waiting {
        switch effect {
        case .beep: surface.bell()
        case .redraw: surface.suspend {}
        case .wipe:
          toOpen = nil
          shown = nil
          surface.wipe()
          runner.forget()
        case .suspend:
          runner.finish()
          stopForShell()
        case .quit: state.isQuitting = true
        case .act(let actor): runner.act(as: actor)
        case .openBAL(let name):
          nextBAL = name
          state.isQuitting = true
        default:
          for event in runner.run([effect], state: state) { next += state.apply(event) }
        }
      }
      waiting = next
    }
  }

  private func click(_ mouse: MouseEvent) {
    switch mouse.action {
    case .press:
      if let view = shown?.tab(column: mouse.point.column, row: mouse.point.row) {
        take(.viewChosen(view))
      } else if let index = shown?.customTab(
        column: mouse.point.column, row: mouse.point.row)
      {
        take(.customViewChosen(index))
      } else {
        take(.clicked(column: mouse.point.column, row: mouse.point.row))
      }
    case .wheelUp: take(.wheelTurned(lines: -3))
    case .wheelDown: take(.wheelTurned(lines: 3))
    }
  }

  private func render() {
    let picture = picture(
      of: state, strings, size: surface.size, now: state.now, ascii: surface.lineSet == .ascii)
    surface.present(picture.frame, theme: theme)
    shown = picture
    // Scrolling must end where the text ends, which only drawing can tell.
    if let lines = picture.readerLines {
      perform(
        state.apply(
          .readerMeasured(
            lines: lines, mentions: picture.mentions, top: picture.readerTop,
            messages: picture.drawnMessages)))
    }
  }
}

/// What makes two reads answer the same question.
private enum ReadKey: Hashable {
  case page(QueueView)
  case query, handover
  case order, counts, sync, health, awaited, held, mentions, members, search, namesakes

  init?(_ effect: Effect) {
    switch effect {
    case .loadPage(let view, _): self = .page(view)
    case .loadQuery: self = .query
    case .loadHandover: self = .handover
    case .loadOrder: self = .order
    case .loadCounts: self = .counts
    case .loadSync: self = .sync
    case .loadHealth: self = .health
    case .loadAwaited: self = .awaited
    case .loadHeld: self = .held
    case .loadMentions: self = .mentions
    case .loadMembers: self = .members
    case .search: self = .search
    case .loadNamesakes: self = .namesakes
    default: return nil
    }
  }
}

/// Tells a test that nothing is queued and no effect is under way (MSSTERM_IDLE_FILE).
final class IdleMark {
  private let path: String?
  private var count = 0

  init(path: String?) { self.path = path }

  func mark() {
    guard let path else { return }
    count += 1
    Self.write("\(count)\n", to: path)
  }

  private static func write(_ text: String, to path: String) {
    guard let file = fopen(path, "we") else { return }
    fputs(text, file)
    fclose(file)
  }
}
