public import Domain

/// What colleagues are about, beside the demandes themselves: snapshots, replaced whole.
public struct Around: Equatable, Sendable {
  /// Answers that something on their demande stopped, oldest first.
  public var held: [HeldBrief] = []
  /// Notes that name the acting member and that they have not seen, oldest first.
  public var mentions: [Mention] = []
  /// Colleagues at other screens of this host, and what they have in front of them.
  public var presences: [Presence] = []
  /// The last event of the demande on screen when it was opened.
  var opened: Opened?
  /// Since when the selection rests.
  var selectedAt: Timestamp?
  /// Events that are such notes, seen since the demande was selected: they stand out until the
  /// reader goes on.
  public internal(set) var freshMentions: Set<String> = []

  struct Opened: Equatable, Sendable {
    var order: Order.ID
    var event: String?
  }

  public init() {}

  /// That event is a note which names the acting member, unseen or seen just now.
  public func isMention(_ event: String) -> Bool {
    freshMentions.contains(event) || mentions.contains { $0.event == event }
  }

  public func isMentioned(on id: Order.ID) -> Bool { mentions.contains { $0.order == id } }

  /// The answer that waits for a decision on that demande; nil when there is none.
  public func held(on id: Order.ID) -> HeldBrief? { held.first { $0.order == id } }
}

/// One stopped answer, for the rows and the rule.
public struct HeldBrief: Equatable, Sendable {
  public var item: String
  /// Where its demande is now.
  public var order: Order.ID
  public var author: Author
  public init(item: String, order: Order.ID, author: Author) {
    self.item = item
    self.order = order
    self.author = author
  }
}

/// An answer that the worker stopped before its first byte, open for a decision.
public struct HeldItem: Equatable, Sendable {
  public enum Plan: Equatable, Sendable { case edit, keep, discard }
  public var item: String
  public var author: Author
  public var queuedAt: Timestamp
  /// What it was stopped by, as it is shown.
  public var report: CollisionReport
  /// What was asked of the store; nil while the person still looks.
  var plan: Plan?
}
