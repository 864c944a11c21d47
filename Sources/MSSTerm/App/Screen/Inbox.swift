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
  /// BALs that could not be opened when somebody went there.
  var unusable: Set<String> = []

  func open() throws {
    let theme = try ThemeFiles(session).theme()
    let (wake, surface) = try terminal(
      .init(colour: try colour(), mouse: session.configuration.screen.mouse))
    defer { surface.close() }
    var inbox = self
    var actor = try startingActor()
    var isLocked = try opensLocked()
    let chores = chores()
    defer { anchor() }
    // One terminal, one BAL after the other: leaving one for another is no flash of the shell.
    while true {
      let runtime = try inbox.runtime(surface, wake, theme, actor, isLocked, chores)
      try runtime.run()
      guard let name = runtime.nextBAL else { return }
      (actor, isLocked) = (runtime.actor, false)
      do {
        inbox = try inbox.neighbour(name)
      } catch is CommandFailure {
        // The counter goes on where it was; the menu of BALs says so.
        inbox.unusable.insert(name)
      }
    }
  }

  /// Where no service keeps the anchors of the traces, the screen does when it is left.
  private func anchor() {
    guard demo == nil, (try? Lease.isHeld(directory: session.store.directory)) == false else {
      return
    }
    // What cannot be written shows in the doctor; the counter is not held up for it.
    _ = try? session.anchorBook(options)?.keep(
      session.store, .quit, now: session.environment.now())
  }

  private func runtime(
    _ surface: NcursesSurface, _ wake: Wake, _ theme: Theme, _ actor: Actor?, _ isLocked: Bool,
    _ chores: Chores
  ) throws -> Runtime {
    let strings = session.words.language.strings
    let box = PostBox<Event>(capacity: 4096, wake: wake)
    let runner = EffectRunner(session: session, box: box, actor: isLocked ? nil : actor)
    var state = try state(actor, strings)
    if isLocked { state.lockForAccount(try team()) }
    return Runtime(
      state: state, surface: surface, runner: runner, box: box,
      session: session, strings: strings, theme: theme, chores: chores)
  }

  /// The same screen on another BAL of the same configuration.
  private func neighbour(_ name: String) throws -> Inbox {
    var own = options
    own.bal = name
    own.store = nil
    let session = try Session(own, session.environment, create: true, isForScreen: true)
    return Inbox(session: session, options: own, demo: nil, unusable: unusable)
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
    let member = try session.askTeam { store throws(StoreError) in
      try store.member(osUser: user)
    }
    guard let member, member.isActive(at: session.environment.now()) else { return nil }
    guard session.settings.mayAct(member) else {
      throw CommandFailure(
        .notPermitted,
        "La BAL « \(session.settings.bal.name) » est nominative, et ce compte est celui de "
          + "\(member.name). « --bal » en nomme une autre.",
        "The BAL \"\(session.settings.bal.name)\" is nominative, and this account is that of "
          + "\(member.name). \"--bal\" names another one.")
    }
    return Actor(member: member, poste: session.poste.name, isDeclared: false)
  }

  /// Where several people take turns an account is nobody's proof: once somebody has a code the
  /// screen opens as a lock leaves it, so that starting it again goes round no lock.
  private func opensLocked() throws -> Bool {
    guard options.member == nil, session.poste.isShared else { return false }
    return try team().contains(where: \.hasPIN)
  }

  private func team() throws -> [Member] {
    try session.askTeam { store throws(StoreError) in try store.members() }
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
    state.clock = session.clock()
    state.customViews = configuration.views
    state.reminder = session.reminder
    state.bals = configuration.bals.map { choice($0) }
    // The officine's own BAL could not be opened for whoever unlocked somebody else's.
    if let actor, !session.settings.mayAct(actor.member) { state.lockForStranger() }
    return state
  }

  private func choice(_ other: BALSettings) -> BALChoice {
    var obstacle: BALChoice.Obstacle?
    if other.isReserved(toOtherThan: session.environment.osUser) {
      obstacle = .otherAccount
    } else if unusable.contains(other.bal.name) {
      obstacle = .unusable
    } else if other.bal.kind == .nominative, let owner = other.member {
      // The desk lets its owner pass, whoever that is by then.
      obstacle = .otherMember(owner)
    }
    return BALChoice(
      name: other.bal.name, kind: other.bal.kind,
      isOpen: other.bal.name == session.settings.bal.name, obstacle: obstacle)
  }

  /// One service for each BAL of this account, whichever of them the screen shows.
  private func chores() -> Chores {
    let arrivals = demo.map { DemoArrivals($0, now: session.environment.now()) }
    guard let path = session.configuration.path else {
      return Chores(arrivals: arrivals, services: [])
    }
    let shown = session.settings
    let others = session.configuration.bals.filter {
      $0.bal.name != shown.bal.name && !$0.isReserved(toOtherThan: session.environment.osUser)
    }
    let configuration = session.environment.absolute(path)
    return Chores(
      arrivals: arrivals, services: ([shown] + others).map { service($0, configuration) })
  }

  private func service(_ settings: BALSettings, _ configuration: String) -> ServiceMinder {
    var arguments = [
      "sync", "--bal", settings.bal.name, "--store", settings.store, "--config", configuration,
    ]
    // The demonstration's service ends with its screen; a real one outlives it.
    if demo != nil { arguments += ["--while-pid", String(getpid())] }
    return ServiceMinder(directory: settings.store) { [arguments] in
      try Child.startDaemon([WorkerProcess.find().path] + arguments)
    }
  }
}
