import Domain

extension State {
  /// Opens the health pane, or closes it when it is on top.
  mutating func toggleHealth() -> [Effect] {
    if case .health? = layers.last {
      layers.removeLast()
      return []
    }
    layers.append(.health(scroll: 0))
    return [.loadHealth]
  }

  /// « Rouvrir la session », « réessayer maintenant »: the same wish.
  mutating func reconnect() -> [Effect] {
    say(.reconnecting)
    return [.reconnect]
  }

  mutating func receive(_ reconnection: Reconnection) -> [Effect] {
    say(.reconnected(reconnection))
    return [.loadSync] + healthLoads
  }

  /// Only while somebody looks at it.
  var healthLoads: [Effect] {
    let isOpen = layers.contains { if case .health = $0 { true } else { false } }
    return isOpen ? [.loadHealth] : []
  }

  /// The mail that is on its way shows only below « À prendre » and « Toutes ».
  var awaitedLoads: [Effect] {
    customView == nil && (view == .todo || view == .all) ? [.loadAwaited] : []
  }

  // MARK: BALs

  mutating func askBAL() -> [Effect] {
    var menu = Menu(kind: .bals, choices: bals.map { .bal($0.seen(by: actor)) }, order: nil)
    menu.selected = bals.firstIndex { $0.isOpen } ?? 0
    layers.append(.menu(menu))
    return []
  }

  /// Another BAL is another store: what is half written here is kept before this one closes.
  mutating func open(_ choice: BALChoice) -> [Effect] {
    if choice.isOpen { return [] }
    if let obstacle = choice.obstacle {
      say(.closedBAL(obstacle))
      return []
    }
    return savesBeforeExit() + [.openBAL(choice.name)]
  }
}
