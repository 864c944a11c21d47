extension State {
  public mutating func apply(_ event: Event) -> [Effect] { [] }
  public func start() -> [Effect] { [] }
}
