public import Keys

/// Which key sequence means which command, in each context.
public struct Keymap: Equatable, Sendable {
  public struct Binding: Equatable, Sendable {
    public var sequence: KeySequence
    public var command: Command
    public init(_ sequence: KeySequence, _ command: Command) {
      (self.sequence, self.command) = (sequence, command)
    }
  }

  public enum Resolution: Equatable, Sendable {
    case command(Command)
    /// The keys begin one or more bindings; the hint bar lists them.
    case prefix([Binding])
    case none
  }

  /// In order of preference: the first sequence of a command is the one the hint bar prints.
  private var bindings: [Context: [Binding]]

  init(_ bindings: [Context: [Binding]]) { self.bindings = bindings }

  public func bindings(in context: Context) -> [Binding] { bindings[context] ?? [] }

  /// What the keys typed so far mean there.
  public func resolve(_ keys: [Key], in context: Context) -> Resolution {
    var longer: [Binding] = []
    for binding in bindings(in: context) where binding.sequence.starts(with: keys) {
      if binding.sequence.keys.count == keys.count { return .command(binding.command) }
      longer.append(binding)
    }
    return longer.isEmpty || keys.isEmpty ? .none : .prefix(longer)
  }

  /// Every sequence of a command, preferred first; empty when no key reaches it there.
  public func keys(for command: Command, in context: Context) -> [KeySequence] {
    bindings(in: context).filter { $0.command == command }.map(\.sequence)
  }

  /// This keymap with a person's own bindings over it: `[context: [sequence: command]]`, as the
  /// keymap file spells them. The command `none` frees a sequence.
  ///
  /// Throws for the first mistake in alphabetical order and then changes nothing.
  public func overriding(
    _ overrides: [String: [String: String]]
  ) throws(KeymapError) -> Keymap {
    var result = self
    for (section, lines) in overrides.sorted(by: { $0.key < $1.key }) {
      guard let context = Context(rawValue: section) else {
        let nearest = nearestName(to: section, among: Context.allCases.map(\.rawValue))
        throw .unknownContext(section, nearest: nearest)
      }
      for (text, name) in lines.sorted(by: { $0.key < $1.key }) {
        try result.bind(text, to: name, in: context)
      }
    }
    return result
  }

  private mutating func bind(
    _ text: String, to name: String, in context: Context
  ) throws(KeymapError) {
    let sequence: KeySequence
    do {
      sequence = try KeySequence(parsing: text)
    } catch {
      throw .badKey(context, error)
    }
    var list = bindings(in: context)
    // A shorter or longer sequence with the same beginning could never be told apart.
    list.removeAll {
      $0.sequence.starts(with: sequence.keys) || sequence.starts(with: $0.sequence.keys)
    }
    if name != "none" {
      let possible = Command.allCases.filter { $0.contexts.contains(context) }
      guard let command = Command(rawValue: name) else {
        let nearest = nearestName(to: name, among: possible.map(\.rawValue))
        throw .unknownCommand(name, context, nearest: nearest)
      }
      guard possible.contains(command) else { throw .notHere(command, context) }
      list.insert(Binding(sequence, command), at: 0)
    }
    bindings[context] = list
  }
}

/// What is wrong with a keymap file, and what was probably meant.
public enum KeymapError: Error, Equatable, Sendable {
  case unknownContext(String, nearest: String)
  case unknownCommand(String, Context, nearest: String)
  /// The command exists, and cannot act in that context.
  case notHere(Command, Context)
  case badKey(Context, KeyError)

  public func message(french: Bool) -> String {
    switch self {
    case .unknownContext(let name, let nearest):
      french
        ? "Section [\(name)] inconnue : vouliez-vous écrire [\(nearest)] ?"
        : "Unknown section [\(name)]: did you mean [\(nearest)]?"
    case .unknownCommand(let name, let context, let nearest):
      french
        ? "[\(context.rawValue)] commande « \(name) » inconnue : peut-être « \(nearest) » ?"
        : "[\(context.rawValue)] unknown command \"\(name)\": perhaps \"\(nearest)\"?"
    case .notHere(let command, let context):
      french
        ? "[\(context.rawValue)] « \(command.rawValue) » n'agit pas ici : changer de section."
        : "[\(context.rawValue)] \"\(command.rawValue)\" does not act here: use another section."
    case .badKey(let context, let error):
      "[\(context.rawValue)] " + error.message(french: french)
    }
  }
}

/// The candidate with the smallest edit distance; the first one when several are as near.
func nearestName(to name: String, among candidates: [String]) -> String {
  // Names of a file can be of any length; nothing useful is near a very long one.
  let wanted = Array(name.lowercased().prefix(64))
  let ranked = candidates.map { (distance(wanted, Array($0)), $0) }
  return ranked.min { $0.0 < $1.0 }?.1 ?? ""
}

private func distance(_ a: [Character], _ b: [Character]) -> Int {
  var previous = Array(0...b.count)
  for (row, left) in a.enumerated() {
    var current = [row + 1]
    for (column, right) in b.enumerated() {
      let change = previous[column] + (left == right ? 0 : 1)
      current.append(min(change, previous[column + 1] + 1, current[column] + 1))
    }
    previous = current
  }
  return previous[b.count]
}
