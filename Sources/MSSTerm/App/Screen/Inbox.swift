import Cells
import Desk
import Domain
import Glibc
import Screens
import Settings
import Store
import Terminal

/// Puts the screen together: terminal, state, effects, service, and takes it down again.
struct Inbox {
  let session: Session
  let options: CommonOptions
  /// The demonstration it shows, when it is one.
  let demo: DemoOfficine?

  func open() throws {
    let theme = try ThemeFiles(session).theme()
    let (wake, surface) = try terminal(
      .init(colour: try colour(), mouse: session.configuration.screen.mouse))
    defer { surface.close() }
    var inbox = self
    var actor = try startingActor()
    // One terminal, one BAL after the other: leaving one for another is no flash of the shell.
    while true {
      let runtime = try inbox.runtime(surface, wake, theme, actor)
      try runtime.run()
      guard let name = runtime.nextBAL else { return }
      actor = runtime.actor
      inbox = try inbox.neighbour(name)
    }
  }

  private func runtime(
    _ surface: NcursesSurface, _ wake: Wake, _ theme: Theme, _ actor: Actor?
  ) throws -> Runtime {
    let strings = session.words.language.strings
    let box = PostBox<Event>(capacity: 4096, wake: wake)
    let runner = EffectRunner(session: session, box: box, actor: actor)
    return Runtime(
      state: try state(actor, strings), surface: surface, runner: runner, box: box,
      session: session, strings: strings, theme: theme, chores: chores())
  }

  /// The same screen on another BAL of the same configuration.
  private func neighbour(_ name: String) throws -> Inbox {
    var own = options
    own.bal = name
    own.store = nil
    let session = try Session(own, session.environment, create: true)
    return Inbox(session: session, options: own, demo: nil)
  }

  private func terminal(
    _ options: NcursesSurface.Options
  ) throws -> (Wake, NcursesSurface) {
    do {
      let wake = try Wake()
      return (wake, try NcursesSurface.open(options, wake: wake))
    } catch {
      throw CommandFailure(.failed, error.message(french: true), error.message(french: false))
    }
  }

  private func colour() throws -> NcursesSurface.ColourChoice {
    let configured = session.configuration.screen.color
    guard let text = options.color else { return Self.colour(configured) }
    guard let own = Configuration.Screen.Color(rawValue: text) else {
      throw CommandFailure(
        .usage, "--color auto, always ou never.", "--color auto, always or never.")
    }
    return Self.colour(own)
  }

  private static func colour(
    _ setting: Configuration.Screen.Color
  ) -> NcursesSurface.ColourChoice {
    switch setting {
    case .auto: .automatic
    case .always: .always
    case .never: .never
    }
  }

  /// Whoever `--as` proves, else the member of this account, else nobody: the screen then asks.
  private func startingActor() throws -> Actor? {
    if options.member != nil { return try session.actor(options) }
    let user = session.environment.osUser
    let member = try session.ask { store throws(StoreError) in try store.member(osUser: user) }
    guard let member, member.isActive(at: session.environment.now()),
      session.settings.mayAct(member)
    else { return nil }
    return Actor(member: member, poste: session.poste.name, isDeclared: false)
  }

  private func state(_ actor: Actor?, _ strings: any Strings) throws -> State {
    let configuration = session.configuration
    var titles: [Command: String] = [:]
    for command in Command.allCases { titles[command] = strings.title(command) }
    let keymap: Keymap
    do {
      keymap = try Keymap.standard.overriding(configuration.keymap)
    } catch {
      throw CommandFailure(
        .configuration, error.message(french: true), error.message(french: false))
    }
    var state = State(
      officine: configuration.officine.name, bal: session.settings.bal, poste: session.poste,
      actor: actor, policy: configuration.officine.policy, trust: configuration.trust,
      isDemo: demo != nil,
      templates: configuration.templates.map { Template(name: $0.name, body: $0.body) },
      keymap: keymap, titles: titles, now: session.environment.now())
    state.bals = configuration.bals.map { choice($0, actor) }
    return state
  }

  private func choice(_ other: BALSettings, _ actor: Actor?) -> BALChoice {
    var obstacle: BALChoice.Obstacle?
    if other.isReserved(toOtherThan: session.environment.osUser) {
      obstacle = .otherAccount
    } else if let owner = other.member, other.bal.kind == .nominative,
      actor.map({ !other.mayAct($0.member) }) ?? true
    {
      obstacle = .otherMember(owner)
    }
    return BALChoice(
      name: other.bal.name, kind: other.bal.kind,
      isOpen: other.bal.name == session.settings.bal.name, obstacle: obstacle)
  }

  private func chores() -> Chores {
    var arguments = [
      "sync", "--bal", session.settings.bal.name, "--store", session.settings.store,
    ]
    if let path = session.configuration.path {
      arguments += ["--config", session.environment.absolute(path)]
    }
    // The demonstration's service ends with its screen; a real one outlives it.
    if demo != nil { arguments += ["--while-pid", String(getpid())] }
    let isServed = session.configuration.path != nil
    return Chores(
      directory: session.store.directory,
      arrivals: demo.map { DemoArrivals($0, now: session.environment.now()) },
      worker: isServed ? { try Child.startDaemon([WorkerProcess.find().path] + arguments) } : nil)
  }
}
