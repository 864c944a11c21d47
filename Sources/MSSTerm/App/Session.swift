import Domain
import Glibc
import Settings
import Store

/// A command's surroundings: the configuration, the BAL it works on, and its open store.
struct Session: Sendable {
  let environment: Environment
  let configuration: Configuration
  let settings: BALSettings
  let store: OfficineStore
  /// Where the people are kept: the store of the officine's own BAL, whichever BAL is open.
  let team: OfficineStore
  let words: Words
  let poste: Poste
  /// Who proved to be the one that may read here; nil where nobody had to.
  private(set) var reader: Actor?

  /// Reads the configuration and opens the store; warnings go to stderr.
  ///
  /// - Parameters:
  ///   - isForScreen: whoever may read is found out by the screen, which can ask.
  ///   - isChangingPIN: for whoever comes to choose their own code.
  init(
    _ options: CommonOptions, _ environment: Environment, create: Bool = false,
    isForScreen: Bool = false, isChangingPIN: Bool = false
  ) throws {
    let place = try Place(options, environment)
    let store = try Self.open(place.settings, create: create)
    self.init(
      place, environment, store, try Self.team(place, beside: store, create: create))
    if !isForScreen { reader = try provenReader(options, isChangingPIN: isChangingPIN) }
  }

  private init(
    _ place: Place, _ environment: Environment, _ store: OfficineStore, _ team: OfficineStore
  ) {
    self.environment = environment
    configuration = place.configuration
    settings = place.settings
    words = place.words
    poste = place.poste
    self.store = store
    self.team = team
  }

  /// The store with the officine's people: that of the first organisational BAL. A machine
  /// without one, or an account that may not enter it, keeps them in the store at hand.
  static func team(
    _ place: Place, beside store: OfficineStore, create: Bool
  ) throws -> OfficineStore {
    guard let organisation = place.configuration.organisation,
      organisation.bal.name != place.settings.bal.name, organisation.store != store.directory
    else { return store }
    do throws(StoreError) {
      return try OfficineStore.open(
        at: organisation.store, create: create,
        sharing: organisation.isGroupStore ? .group : .own)
    } catch {
      switch error {
      case .cannotOpen(.missing), .cannotOpen(.parent), .cannotOpen(.notWritable),
        .cannotOpen(.permissions):
        return store
      default: throw CommandFailure(error)
      }
    }
  }

  /// The officine's people alone, for a BAL whose own store does not open; nil where they are kept
  /// in that one, or their store does not open either.
  static func people(of place: Place, _ environment: Environment) -> Session? {
    guard let organisation = place.configuration.organisation,
      organisation.bal.name != place.settings.bal.name,
      let team = try? OfficineStore.open(at: organisation.store, create: false)
    else { return nil }
    return Session(place, environment, team, team)
  }

  static func open(_ settings: BALSettings, create: Bool) throws -> OfficineStore {
    do {
      return try OfficineStore.open(
        at: settings.store, create: create, sharing: settings.isGroupStore ? .group : .own)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Now, in the officine's opening hours.
  func clock() -> WorkClock {
    WorkClock(
      now: environment.now(), hours: configuration.hours, alarms: configuration.alarms)
  }

  /// Runs `body` on the store, its errors turned into sentences about `what`.
  func ask<T>(_ what: String = "", _ body: (OfficineStore) throws(StoreError) -> T) throws -> T {
    do { return try body(store) } catch { throw CommandFailure(error, what: what) }
  }

  /// As `ask`, of the store that keeps the people.
  func askTeam<T>(
    _ what: String = "", _ body: (OfficineStore) throws(StoreError) -> T
  ) throws -> T {
    do { return try body(team) } catch { throw CommandFailure(error, what: what) }
  }

  /// The demande meant by an ID of either kind.
  func order(_ id: String) throws -> Order {
    try ask(id) { store throws(StoreError) in
      switch try store.resolve(id) {
      case .order(let order):
        if let found = try store.order(order) { return found }
      case .message(let message):
        if let found = try store.order(ofMessage: message) { return found }
      }
      throw .notFound
    }
  }

  /// What an ID shows: that very demande with its last message, which may be in others too; of a
  /// message, the demande that it is in now.
  func shown(_ id: String) throws -> (message: Message, order: Order?) {
    let message = try message(id)
    return try ask(id) { store throws(StoreError) in
      guard case .order(let order) = try store.resolve(id) else {
        return (message, try store.order(ofMessage: message.id))
      }
      return (message, try store.order(order))
    }
  }

  /// The message meant by an ID; of a demande, its last one.
  func message(_ id: String) throws -> Message {
    try ask(id) { store throws(StoreError) in
      switch try store.resolve(id) {
      case .message(let message):
        if let found = try store.message(message) { return found }
      case .order(let order):
        let demande = try store.order(order)
        if let last = demande?.messages.last, let found = try store.message(last) { return found }
        // Its messages went with it: showing another demande under this name would mislead.
        if let home = demande?.mergedInto { throw .refused(.merged(into: home)) }
      }
      throw .notFound
    }
  }
}

/// Which configuration, BAL and poste a command works with, before any store is opened.
struct Place {
  let configuration: Configuration
  let settings: BALSettings
  let words: Words
  let poste: Poste

  init(_ options: CommonOptions, _ environment: Environment) throws {
    let configuration = try Self.configuration(options, environment)
    words = Words(
      configured: configuration.screen.language, environment: environment.variables)
    for warning in configuration.warnings {
      Output.error(words(warning.french, warning.english))
    }
    do {
      var settings = try configuration.bal(named: options.bal)
      if let store = options.store { settings.store = environment.absolute(store) }
      self.settings = settings
    } catch {
      throw CommandFailure(error)
    }
    self.configuration = configuration
    poste = Self.poste(options, environment, configuration)
    try Self.checkOwner(settings, environment)
  }

  /// A nominative BAL is its owner's alone, in words before the file modes say it in numbers, and
  /// before anything is made or anybody asked.
  private static func checkOwner(_ settings: BALSettings, _ environment: Environment) throws {
    guard settings.isReserved(toOtherThan: environment.osUser) else { return }
    throw CommandFailure(
      .notPermitted,
      "La BAL « \(settings.bal.name) » est nominative : elle ne s’ouvre que depuis le compte de "
        + "son titulaire. « --bal » en nomme une autre.",
      "The BAL \"\(settings.bal.name)\" is nominative: it opens only from its owner's account. "
        + "\"--bal\" names another one.")
  }

  private static func configuration(
    _ options: CommonOptions, _ environment: Environment
  ) throws -> Configuration {
    let path = Configuration.locate(
      option: options.config.map(environment.absolute), environment: environment.variables,
      exists: { access($0, F_OK) == 0 })
    guard let path else {
      if let store = options.store {
        return .bare(store: environment.absolute(store))
      }
      throw CommandFailure(
        .configuration,
        "Aucune configuration ; « mssterm demo » montre le programme, sinon écrire "
          + "~/.config/mssterm/config.toml.",
        "No configuration; \"mssterm demo\" shows the program, else write "
          + "~/.config/mssterm/config.toml.")
    }
    do {
      let configuration = try Configuration.load(path: path, environment: environment.variables)
      if let zone = configuration.officine.timezone { Timezone.use(zone) }
      return configuration
    } catch {
      throw CommandFailure(error)
    }
  }

  /// `--poste`, MSSTERM_POSTE, the map of ssh addresses, the configured default (design 3).
  ///
  /// A name given by hand brings its printer and its delay; whether codes are asked stays what it
  /// is at the place itself, or a word on the command line would take them away.
  static func poste(
    _ options: CommonOptions, _ environment: Environment, _ configuration: Configuration
  ) -> Poste {
    let variables = environment.variables
    let own = ownPoste(variables, configuration)
    guard let name = options.poste ?? variables["MSSTERM_POSTE"], !name.isEmpty else { return own }
    var named = configuration.postes.poste(named: name)
    named.isShared = named.isShared || own.isShared
    return named
  }

  /// Inside tmux or screen SSH_CONNECTION may be another session's: then it is not believed.
  private static func ownPoste(
    _ variables: [String: String], _ configuration: Configuration
  ) -> Poste {
    let isMultiplexed = variables["TMUX"] != nil || variables["STY"] != nil
    if !isMultiplexed, let address = variables["SSH_CONNECTION"]?.split(separator: " ").first,
      let name = configuration.postes.byAddress[String(address)]
    {
      return configuration.postes.poste(named: name)
    }
    let standard = configuration.postes.standard
    return standard.name.isEmpty
      ? Poste(
        name: "poste", printer: standard.printer, lockAfter: standard.lockAfter,
        isShared: standard.isShared) : standard
  }
}
