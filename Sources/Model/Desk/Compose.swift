public import Domain

/// The writing of one mail.
public struct Compose: Equatable, Sendable {
  public enum Field: Equatable, Sendable, CaseIterable { case to, subject, body }
  public enum Phase: Equatable, Sendable {
    case writing
    /// « Relire avant d'envoyer »
    case reviewing
    /// The thread moved since the writing began: what came, and a person decides.
    case collided(CollisionReport)
    /// Handed to the store, waiting for its answer.
    case sending
  }
  public var draft: Draft
  public var recipient: Sender?
  public var recipientINS: INS?
  public var to: TextBuffer
  public var subject: TextBuffer
  public var body: TextBuffer
  public var field: Field
  public var phase: Phase
  /// What moved since the writing began, shown with the review. Enter does not send over it: it
  /// may have come under the finger.
  public var foreseen: CollisionReport?
  public var savedAt: Timestamp?
  public var isDirty: Bool
  /// When the oldest unsaved change was made.
  var dirtySince: Timestamp?
  public var problem: ComposeProblem?
  /// Set while it is an answer that was stopped and still waits in the outbox.
  public var held: HeldItem?

  public init(draft: Draft, recipient: Sender? = nil) {
    self.draft = draft
    self.recipient = recipient
    recipientINS = recipient?.ins
    to = TextBuffer(draft.to.map(\.address).joined(separator: ", "))
    subject = TextBuffer(draft.subject)
    body = TextBuffer(draft.body)
    field = draft.replyingTo == nil ? .to : .body
    phase = .writing
    isDirty = false
  }

  /// Only an answer to a demande can be overtaken.
  var look: [Effect] {
    draft.order == nil || draft.lastEvent == nil ? [] : [.lookForCollision(draft)]
  }
}

/// Why a mail cannot leave: the rule is Domain's.
public typealias ComposeProblem = DraftProblem
