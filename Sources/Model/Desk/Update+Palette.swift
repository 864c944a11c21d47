import Domain

extension State {
  /// What the palette lists: every command of the place it was opened in that matches what was
  /// typed, those that cannot act now included, since their reason is worth reading.
  public var paletteChoices: [Command] {
    guard case .palette(let palette)? = layers.last else { return [] }
    let wanted = folded(palette.query.text).split(separator: " ")
    let place = contextUnderPalette
    let listed = Command.allCases.filter {
      $0.contexts.contains(place) && $0 != .palette
        && ($0.area != .moving || $0 == .unfoldDocument || $0 == .openSamePatient)
    }
    guard !wanted.isEmpty else { return listed }
    let ranked = listed.compactMap { command -> (rank: Int, command: Command)? in
      let title = folded(titles[command] ?? "") + " " + command.rawValue
      guard wanted.allSatisfy({ title.contains($0) }) else { return nil }
      return (title.hasPrefix(wanted[0]) ? 0 : 1, command)
    }
    return ranked.filter { $0.rank == 0 }.map(\.command)
      + ranked.filter { $0.rank == 1 }.map(\.command)
  }

  /// Why a line of the palette is grey; nil when it would act.
  public func paletteUnavailability(_ command: Command) -> Unavailability? {
    command.unavailability(in: self, context: contextUnderPalette)
  }

  mutating func runFromPalette() -> [Effect] {
    guard case .palette(let palette)? = layers.last else { return [] }
    let choices = paletteChoices
    guard choices.indices.contains(palette.selected) else { return [] }
    layers.removeLast()
    return run(choices[palette.selected])
  }

  mutating func toggleHelp() {
    if case .help? = layers.last {
      layers.removeLast()
    } else {
      layers.append(.help(scroll: 0))
    }
  }
}
