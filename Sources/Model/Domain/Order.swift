/// A demande: one piece of work, with its messages, documents, events and state (design 4).
///
/// It is a pure fold over its events (`Order.fold`); nothing else ever changes it.
public struct Order: Hashable, Sendable, Codable, Identifiable {
  /// `d` and 12 characters of base32: of the first message's identity, or random after a split
  /// or a renewal.
  public typealias ID = String
  /// Number of events that can make a colleague's view stale. Notes and prints do not count.
  public typealias Revision = Int

  public enum Kind: String, Sendable, Codable, CaseIterable {
    case prescription, question, document
  }

  public enum Status: String, Sendable, Codable, CaseIterable {
    case received, preparing, prepared, checked
    /// « Remise partielle »: what is owed stays in Promis.
    case partial
    case collected, closed

    /// Nobody has anything left to do, unless something new arrives.
    public var isFinished: Bool { self == .collected || self == .closed }
  }

  /// Who has it, since when, from which poste.
  public struct Owner: Hashable, Sendable, Codable {
    public var memberID: String
    public var name: String
    public var initials: String
    public var poste: String
    public var since: Timestamp
    /// The colleague who gave it, until the owner did something with it.
    public var givenBy: String?

    public init(
      memberID: String, name: String, initials: String, poste: String, since: Timestamp,
      givenBy: String? = nil
    ) {
      self.memberID = memberID
      self.name = name
      self.initials = initials
      self.poste = poste
      self.since = since
      self.givenBy = givenBy
    }
  }

  /// The « remise » that stands: which event, by whom, when.
  public struct Handing: Hashable, Sendable, Codable {
    public var event: String
    public var author: Author
    public var at: Timestamp

    public init(event: String, author: Author, at: Timestamp) {
      self.event = event
      self.author = author
      self.at = at
    }

    /// What says that it did not happen.
    public var correction: Gesture { .notHandedOver(event: event, by: author, at: at) }
  }

  /// Who did the last gesture of one sort, and when.
  public struct Signature: Hashable, Sendable, Codable {
    public var author: Author
    public var at: Timestamp

    public init(author: Author, at: Timestamp) {
      self.author = author
      self.at = at
    }
  }

  public var id: ID
  public var kind: Kind
  public var status: Status
  public var revision: Revision
  public var owner: Owner?
  public var markers: Markers
  public var patient: Patient?
  /// Patients that documents, or attached mails of their own, name and that contradict `patient`:
  /// always shown (M15). Naming the patient settles them.
  public var otherPatients: [Patient]
  /// Patients who are not `patient` and wrote a mail that was attached here, settled or not; nil
  /// when there are none.
  public var writers: [Patient]?
  /// In order of arrival; the last one gives the row its text.
  public var messages: [Message.ID]
  public var openedAt: Timestamp
  public var lastMessageAt: Timestamp
  /// The last gesture that moved the work; notes, prints and what others add beside do not.
  public var lastGestureAt: Timestamp?
  /// A message came after work was begun, or on a finished demande, and nobody has taken charge
  /// of it yet (`Gesture.takesCharge`). Undoing that gesture brings it back.
  public var hasNews: Bool
  /// Which ones, in the order they came; nil when there are none.
  public var newMessages: [Message.ID]?
  public var prepared: Signature?
  public var checked: Signature?
  /// Who redoes it when it is turned down, where that is not whoever prepared it.
  public var redoer: Author?
  /// nil unless it is handed over, whole or in part.
  public var handed: Handing?
  /// « Remise partielle » whose products are all here, since when.
  public var completeSince: Timestamp?
  public var printed: Signature?
  public var answered: Signature?
  /// Every message that came was answered, as far as its author had seen; else nil.
  public var isAnswered: Bool?
  /// The last one since it was ready; nobody reminds twice unawares.
  public var reminder: Reminder?
  /// « À reprendre »: what the pharmacist asked for; cleared when prepared again.
  public var redoReason: String?
  public var closedReason: String?
  /// Set when its messages were attached to another demande.
  public var mergedInto: ID?
  /// Its content is gone: nothing happens to it any more, and a new mail opens another demande.
  public var purgedAt: Timestamp?
  public var noteCount: Int

  public init(id: ID, kind: Kind, openedAt: Timestamp) {
    self.id = id
    self.kind = kind
    self.openedAt = openedAt
    status = .received
    revision = 0
    markers = Markers()
    otherPatients = []
    messages = []
    lastMessageAt = openedAt
    hasNews = false
    noteCount = 0
  }
}

/// A product that was not there, and what was promised about it.
public struct MissingProduct: Hashable, Sendable, Codable {
  public var product: String
  public var quantity: Int
  public var due: Timestamp?

  public init(product: String, quantity: Int = 1, due: Timestamp? = nil) {
    self.product = product
    self.quantity = quantity
    self.due = due
  }
}

/// What is true of a demande besides its state (design 4). None of them blocks anything.
public struct Markers: Hashable, Sendable, Codable {
  public var isUrgent = false
  public var isOriginalAwaited = false
  public var missing: [MissingProduct] = []
  public var questionPrescriber: String?
  public var questionPatient: String?
  public var promisedAt: Timestamp?
  public var shelf: String?

  public init() {}
}

/// One change of a marker, as a value.
public enum Marker: Hashable, Sendable, Codable {
  case urgent
  case originalAwaited
  case missing(MissingProduct)
  case questionPrescriber(String)
  case questionPatient(String)
  case promised(Timestamp)
  case shelf(String)
}

/// The name of a marker without its value, for clearing it and for the command line.
public enum MarkerName: String, Hashable, Sendable, Codable, CaseIterable {
  case urgent
  case originalAwaited = "original-awaited"
  case missing
  case questionPrescriber = "question-prescriber"
  case questionPatient = "question-patient"
  case promised
  case shelf
}

extension Markers {
  public mutating func set(_ marker: Marker) {
    switch marker {
    case .urgent: isUrgent = true
    case .originalAwaited: isOriginalAwaited = true
    case .missing(let product):
      // One line a product: naming it again corrects quantity and date.
      missing.removeAll { folded($0.product) == folded(product.product) }
      missing.append(product)
    case .questionPrescriber(let text): questionPrescriber = text
    case .questionPatient(let text): questionPatient = text
    case .promised(let time): promisedAt = time
    case .shelf(let place): shelf = place
    }
  }

  /// Stays where it is in the list; a product that went meanwhile is not brought back.
  mutating func correct(_ product: String, to corrected: MissingProduct) {
    guard let place = missing.firstIndex(where: { folded($0.product) == folded(product) }) else {
      return
    }
    missing[place] = corrected
    let kept = missing.enumerated().filter {
      $0.offset == place || folded($0.element.product) != folded(corrected.product)
    }
    missing = kept.map(\.element)
  }

  /// `value` names one missing product; without it the whole list is cleared.
  public mutating func clear(_ name: MarkerName, value: String? = nil) {
    switch name {
    case .urgent: isUrgent = false
    case .originalAwaited: isOriginalAwaited = false
    case .missing:
      missing.removeAll { value == nil || folded($0.product) == folded(value ?? "") }
    case .questionPrescriber: questionPrescriber = nil
    case .questionPatient: questionPatient = nil
    case .promised: promisedAt = nil
    case .shelf: shelf = nil
    }
  }

  public func has(_ name: MarkerName) -> Bool {
    switch name {
    case .urgent: isUrgent
    case .originalAwaited: isOriginalAwaited
    case .missing: !missing.isEmpty
    case .questionPrescriber: questionPrescriber != nil
    case .questionPatient: questionPatient != nil
    case .promised: promisedAt != nil
    case .shelf: shelf != nil
    }
  }
}
