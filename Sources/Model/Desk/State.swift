// Desk, the counter: what this poste sees, and what it has asked for.
public import Domain
public import Keys

/// Everything one screen knows. Shared facts are snapshots of the store, replaced whole when the
/// bell rings and never edited here; the rest is what this poste is looking at.
public struct State: Equatable, Sendable {
  // Where and who
  public var officine: String
  public var bal: BAL
  public var poste: Poste
  /// nil until somebody said who they are: reading works, gestures ask first.
  public var actor: Actor?
  public var members: [Member]
  public var policy: Policy
  public var trust: TrustSpace
  /// « démonstration »: nothing leaves the machine, and every screen says so.
  public var isDemo: Bool
  public var templates: [Template]

  // The terminal, in cells, and the last tick
  public var columns: Int
  public var rows: Int
  public var now: Timestamp

  // Snapshots
  public var counts: QueueCounts
  public var page: QueuePage
  public var sync: SyncStatus
  public var opened: OpenedOrder?
  /// Answers that can still be taken back, oldest first.
  public var held: [HeldSend]

  // What this poste looks at
  public var view: QueueView
  /// Bound to a demande, never to a row: arrivals do not move it.
  public var selection: Order.ID?
  /// First visible row of the list.
  public var top: Int
  public var focus: Pane
  public var readerScroll: Int
  /// `Attachment.n` of the document cards that are unfolded, per message.
  public var unfolded: Set<DocumentRef>
  public var search: Search?
  public var layers: [Layer]
  public var isCurtained: Bool
  public var pendingKeys: [Key]
  /// Demandes with a gesture on its way to the store, shown with « … ».
  public var pending: [Order.ID: Command]
  public var notice: Notice?
  public var isQuitting: Bool

  public init(
    officine: String, bal: BAL, poste: Poste, actor: Actor? = nil, members: [Member] = [],
    policy: Policy = Policy(), trust: TrustSpace = TrustSpace(), isDemo: Bool = false,
    templates: [Template] = [], columns: Int = 80, rows: Int = 24, now: Timestamp
  ) {
    self.officine = officine
    self.bal = bal
    self.poste = poste
    self.actor = actor
    self.members = members
    self.policy = policy
    self.trust = trust
    self.isDemo = isDemo
    self.templates = templates
    self.columns = columns
    self.rows = rows
    self.now = now
    counts = QueueCounts()
    page = QueuePage()
    sync = SyncStatus(phase: .never, since: now)
    held = []
    view = .todo
    top = 0
    focus = .queue
    readerScroll = 0
    unfolded = []
    layers = []
    isCurtained = false
    pendingKeys = []
    pending = [:]
    isQuitting = false
  }
}

/// Which pane the arrows move in. Under 100 columns only the focused one is drawn.
public enum Pane: Equatable, Sendable { case queue, reader }

/// A demande as the reader shows it.
public struct OpenedOrder: Equatable, Sendable {
  public var order: Order
  /// In order of arrival.
  public var bodies: [MessageBody]
  public var events: [OrderEvent]
  /// Another demande under way that has the same matricule, with its age.
  public var samePatient: QueueRow?

  public init(
    order: Order, bodies: [MessageBody], events: [OrderEvent], samePatient: QueueRow? = nil
  ) {
    self.order = order
    self.bodies = bodies
    self.events = events
    self.samePatient = samePatient
  }
}

/// One document card of the reader.
public struct DocumentRef: Hashable, Sendable {
  public var message: Message.ID
  public var attachment: Int
  public init(message: Message.ID, attachment: Int) {
    self.message = message
    self.attachment = attachment
  }
}

/// An answer in its time of grace.
public struct HeldSend: Equatable, Sendable {
  public var item: String
  public var order: Order.ID?
  /// Whom it goes to, in words.
  public var display: String
  public var until: Timestamp
  public init(item: String, order: Order.ID?, display: String, until: Timestamp) {
    self.item = item
    self.order = order
    self.display = display
    self.until = until
  }
}

/// Search across every state, as you type.
public struct Search: Equatable, Sendable {
  public var query: TextBuffer
  public var isTyping: Bool
  /// nil while the answer to the current query is on its way.
  public var rows: [QueueRow]?
  public var answered: String
  public init(query: TextBuffer = TextBuffer(), isTyping: Bool = true) {
    self.query = query
    self.isTyping = isTyping
    rows = nil
    answered = ""
  }
}

/// A canned answer; `[heure]`-like blanks must be filled before it leaves.
public struct Template: Equatable, Sendable {
  public var name: String
  public var body: String
  public init(name: String, body: String) {
    self.name = name
    self.body = body
  }
}

/// What lies over the panes, drawn bottom up.
public enum Layer: Equatable, Sendable {
  case help(scroll: Int)
  case palette(Palette)
  case menu(Menu)
  case form(Form)
  case compose(Compose)
  case confirm(Confirm)
}

/// The `:` palette: every command by its title.
public struct Palette: Equatable, Sendable {
  public var query: TextBuffer
  public var selected: Int
  public init() {
    query = TextBuffer()
    selected = 0
  }
}

/// A list to choose one line from; each line is a value that the strings tables can name.
public struct Menu: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    case states, markers, kinds, members, templates, messages
  }
  public enum Choice: Equatable, Sendable {
    case status(Order.Status)
    /// « À reprendre »
    case refuse
    case marker(MarkerName, isSet: Bool)
    case kind(Order.Kind)
    case member(Member)
    case template(Template)
    /// A message of the opened demande (split).
    case message(Message.ID)
  }
  public var kind: Kind
  public var choices: [Choice]
  public var selected: Int
  /// The demande it was opened for: a choice never lands on another one.
  public var order: Order.ID?
  public init(kind: Kind, choices: [Choice], order: Order.ID?) {
    self.kind = kind
    self.choices = choices
    self.order = order
    selected = 0
  }
}

/// A few lines to fill in, then one gesture.
public struct Form: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    /// « Note interne, jamais envoyée »
    case note
    /// « Pour qui ? »: name, birth date
    case patient
    case redoReason
    case closeReason
    /// Original or QR seen, missing products, given to whom
    case collect(partial: Bool)
    /// product, quantity, due date
    case missing
    case promised
    case shelf
    case questionPrescriber
    case questionPatient
    case pin(Member)
  }
  public struct Field: Equatable, Sendable {
    public enum Name: Equatable, Sendable {
      case text, name, birthDate, reason, originalSeen, missing, givenTo, product, quantity, due,
        time, place, pin
    }
    public var name: Name
    public var buffer: TextBuffer
    public init(_ name: Name, _ text: String = "") {
      self.name = name
      buffer = TextBuffer(text)
    }
  }
  public var kind: Kind
  public var order: Order.ID?
  /// What the author saw when the form opened.
  public var expecting: Order.Revision?
  public var fields: [Field]
  public var focus: Int
  /// Why Enter did not work, until the next key.
  public var problem: FormProblem?
  public init(kind: Kind, order: Order.ID?, expecting: Order.Revision?, fields: [Field]) {
    self.kind = kind
    self.order = order
    self.expecting = expecting
    self.fields = fields
    focus = 0
  }
}

public enum FormProblem: Equatable, Sendable {
  case empty(Form.Field.Name)
  case notADate
  case notATime
  case notANumber
  case wrongPIN
  case originalNotAnswered
}

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
  public var savedAt: Timestamp?
  public var isDirty: Bool
  public var problem: ComposeProblem?

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
}

public enum ComposeProblem: Equatable, Sendable {
  case noRecipient
  case notAnAddress(String)
  /// MSSanté may be written to, and nothing else.
  case outsideTrustSpace(String)
  case severalPatients
  case emptyBody
  case blanks([String])
}

/// What happened on the demande since the author opened the answer.
public struct CollisionReport: Equatable, Sendable {
  public var events: [OrderEvent]
  public init(events: [OrderEvent]) { self.events = events }
}

/// A question with a safe default.
public struct Confirm: Equatable, Sendable {
  public enum Question: Equatable, Sendable {
    case takeOver(Order.ID, from: Order.Owner)
    case quit(waitingToSend: Int)
    case discardDraft
    case print(Order.ID, printer: String)
    case attach(Order.ID, to: Order.ID)
  }
  public var question: Question
  /// Enter says no unless the person moved to yes.
  public var isYesSelected: Bool
  public init(_ question: Question) {
    self.question = question
    isYesSelected = false
  }
}

/// One sentence in the status line, for a while.
public struct Notice: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    case done(Gesture, Order.ID)
    case refused(Refusal)
    case unavailable(Command, Unavailability)
    case undid(Gesture)
    case queued(display: String)
    case cancelledSend(display: String)
    case printed(printer: String)
    case draftKept
    case failed(Failure)
    case nowActing(Member)
    /// A scan or stray characters: recognised, nothing done.
    case ignoredInput
  }
  public var content: Content
  public var until: Timestamp
  public init(_ content: Content, until: Timestamp) {
    self.content = content
    self.until = until
  }
}

/// Why an effect did not happen, in terms of what the person can do next.
public enum Failure: Equatable, Sendable {
  case storeBusy
  case storeUnwritable
  case diskFull
  case notFound
  case printerMissing
  case printFailed
  case sendingRefused
  case workerMissing
  case unexpected(code: String)
}
