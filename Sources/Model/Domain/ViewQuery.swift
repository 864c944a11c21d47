/// What a list shows, as somebody typed it: words and conditions that must all hold.
///
/// One language for the search line, `list --filter` and the views of the configuration.
public struct ViewQuery: Hashable, Sendable {
  public struct Term: Hashable, Sendable {
    public var isNegated: Bool
    public var test: Test

    public init(_ test: Test, isNegated: Bool = false) {
      self.test = test
      self.isNegated = isNegated
    }
  }

  public enum Test: Hashable, Sendable {
    /// A word that a message, a note or a given name begins one of its words with.
    case word(String)
    /// Words that follow each other.
    case phrase(String)
    case status(Set<Order.Status>)
    /// In one of those states, or closed as an ordonnance is: « sans suite ».
    case dropped(or: Set<Order.Status>)
    case owner(Holder)
    case kind(Order.Kind)
    case mark(Mark)
    case from(String)
    case patient(String)
    /// The last message came before that instant.
    case before(Timestamp)
    /// It came at that instant or after.
    case after(Timestamp)
    /// It has waited so long, or less.
    case age(Age, isLess: Bool)
  }

  public enum Holder: Hashable, Sendable {
    case nobody, me
    /// Initials, or the beginning of a name.
    case named(String)
  }

  public enum Mark: Hashable, Sendable {
    case marker(MarkerName)
    /// A new message after somebody's work.
    case news
    case printed
    case alarm
  }

  /// Minutes and hours count while it is open; days are opening days.
  public enum Age: Hashable, Sendable {
    case seconds(Int64)
    case days(Int)
  }

  public var terms: [Term]

  public init(_ terms: [Term] = []) { self.terms = terms }

  /// Plain words only: whatever is typed is a query.
  public init(words text: String) {
    terms = text.split(whereSeparator: \.isWhitespace).map { Term(.word(String($0))) }
  }

  /// Whether it looks into what messages and notes say.
  public var hasText: Bool {
    terms.contains {
      switch $0.test {
      case .word, .phrase: true
      default: false
      }
    }
  }
}

/// A view of the configuration, shown after the built-in ones.
public struct CustomView: Hashable, Sendable {
  public var name: String
  /// As written; read anew at each look, since « hier » moves.
  public var query: String

  public init(name: String, query: String) {
    self.name = name
    self.query = query
  }
}

/// Why a query cannot be read, and where; the strings tables give each its sentence.
public struct QueryProblem: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// `état:prette`
    case unknownValue(key: QueryKey, value: String)
    /// `état:`
    case missingValue(key: QueryKey)
    /// `foo:bar`: no such key, and hardly a text.
    case unknownKey(String)
    case tooManyTerms(limit: Int)
  }

  public var kind: Kind
  /// Characters before it.
  public var place: Int

  public init(_ kind: Kind, place: Int) {
    self.kind = kind
    self.place = place
  }
}

extension ViewQuery {
  /// Nothing but words and phrases that must be there: a full-text search.
  public var isText: Bool {
    terms.allSatisfy { term in
      switch term.test {
      case .word, .phrase: !term.isNegated
      default: false
      }
    }
  }

  /// Whether the conditions hold, words and phrases left out: the index answers those.
  ///
  /// The slow truth that the store's SQL is compared with.
  /// - Parameter messages: of the demande.
  public func holds(
    for order: Order, messages: [Message], clock: WorkClock, member: String?
  ) -> Bool {
    terms.allSatisfy { term in
      let found = term.test.holds(
        for: order, messages: messages, clock: clock, member: member)
      return found.map { $0 != term.isNegated } ?? true
    }
  }
}

extension ViewQuery.Test {
  /// nil for what only the text tells.
  func holds(
    for order: Order, messages: [Message], clock: WorkClock, member: String?
  ) -> Bool? {
    switch self {
    case .word, .phrase: return nil
    case .status(let wanted): return wanted.contains(order.status)
    case .dropped(let others):
      return others.contains(order.status)
        || order.status == .closed && order.kind == .prescription
    case .owner(.nobody): return order.owner == nil
    case .owner(.me): return member != nil && order.owner?.memberID == member
    case .owner(.named(let text)):
      guard let owner = order.owner else { return false }
      return folded(owner.initials) == folded(text) || QueryText.begins(owner.name, with: text)
    case .kind(let kind): return order.kind == kind
    case .mark(.marker(let name)): return order.markers.has(name)
    case .mark(.news): return order.hasNews
    case .mark(.printed): return order.printed != nil
    case .mark(.alarm): return clock.alarm(of: order) != nil
    case .from(let text):
      return messages.contains {
        !$0.isOutgoing && QueryText.begins($0.sender.searched, with: text)
      }
    case .patient(let text):
      // Also whoever else wrote or is named in it.
      return (order.persons + (order.writers ?? [])).contains {
        QueryText.begins($0.name, with: text)
      }
    case .before(let instant): return order.lastMessageAt < instant
    case .after(let instant): return order.lastMessageAt >= instant
    case .age(let age, let isLess):
      let isReached = clock.cutoff(age).map { order.waitingSince <= $0 } ?? false
      return isReached != isLess
    }
  }
}

extension WorkClock {
  public func cutoff(_ age: ViewQuery.Age) -> Timestamp? {
    switch age {
    case .seconds(let seconds): cutoff(seconds: seconds)
    case .days(let days): cutoff(days: days)
    }
  }
}

extension Sender {
  /// Where `de:` looks.
  fileprivate var searched: String { "\(display) \(name) \(address)" }
}

/// Words compared without accents and case, by their beginnings.
public enum QueryText {
  /// Whether every word of `wanted` begins a word of `text`; false when there is none.
  public static func begins(_ text: String, with wanted: String) -> Bool {
    let parts = words(wanted)
    guard !parts.isEmpty else { return false }
    let known = words(text)
    return parts.allSatisfy { part in known.contains { $0.hasPrefix(part) } }
  }

  /// Its words with a blank between them, as the index knows them.
  public static func joined(_ text: String) -> String { words(text).joined(separator: " ") }

  static func words(_ text: String) -> [Substring] {
    folded(text).split { !$0.isLetter && !$0.isNumber }
  }
}
