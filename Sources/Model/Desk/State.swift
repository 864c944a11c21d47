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
  /// « Votre ordonnance est prête »; nil in a state that has no words.
  public var reminder: Template?
  public var keymap: Keymap
  /// What the strings table calls each command: the palette searches in it. Raw names otherwise.
  public var titles: [Command: String]

  // The terminal, in cells, and the last tick
  public var columns: Int
  public var rows: Int
  public var now: Timestamp

  // Snapshots
  public var counts: QueueCounts
  /// What the team log refused of this person, and whether it changed its order.
  public var log: LogNotices
  public var page: QueuePage
  /// What colleagues have under way, listed under a rule below « À prendre ».
  public var underway: [QueueRow]
  public var sync: SyncStatus
  public var health: HealthSheet
  /// What the server announced and has not sent yet.
  public var awaited: AwaitedMail
  /// Every BAL of the configuration, this one among them.
  public var bals: [BALChoice]
  public var opened: OpenedOrder?
  /// Answers that can still be taken back, oldest first.
  public var held: [HeldSend]
  /// The views of the configuration, after the built-in ones.
  public var customViews: [CustomView] = []
  /// What time it is for the work, and what is an alarm.
  public var clock: WorkClock
  public var around = Around()
  /// What this person did last, newest first; nil until the store said.
  public var lastGestures: [LastGesture]?
  /// Of the name at « Pour qui ? »; nil until the store said.
  public var namesakes: Namesakes?

  // What this poste looks at
  public var view: QueueView
  /// Place of the custom view that is on screen instead of `view`.
  public var customView: Int?
  /// Among the rows at hand.
  public var homonyms = Homonyms()
  /// Bound to a demande, never to a row: arrivals do not move it.
  public var selection: Order.ID?
  /// First visible item of the list (`listItem(at:)`).
  public var top: Int
  /// Where the selection was last seen in the list: moving away from a demande that left the view
  /// starts here.
  public var lastIndex: Int
  /// How many rows are asked for; grows as the selection nears the end, to `State.pageLimit`.
  public var limit: Int
  public var focus: Pane
  /// First visible line of the reader.
  public var readerScroll: Int
  /// The message the reader opens at, until it was drawn there; nil for the top.
  public var readerAim: Message.ID?
  /// Messages of the opened demande that were in sight here.
  public var drawnMessages: Set<Message.ID> = []
  /// Height of what the reader shows, in lines, as last drawn; nil until it was drawn.
  public var readerLines: Int?
  /// `Attachment.n` of the document cards that are unfolded, per message.
  public var unfolded: Set<DocumentRef>
  public var search: Search?
  public var layers: [Layer]
  public var isCurtained: Bool
  /// The screen is locked: what a lock keeps of the rest is named in `lockScreen`.
  public var lock: Lock?
  /// The demande whose numbers are shown whole for a moment.
  public var revealed: Reveal?
  public var pendingKeys: [Key]
  /// Demandes with a gesture on its way to the store, shown with « … ».
  public var pending: [Order.ID: Command]
  public var notice: Notice?
  public var isQuitting: Bool
  /// Digits and capitals typed where they mean nothing: a scan, perhaps.
  public var stray: Stray
  /// A scan that fills the next search.
  public var offeredSearch: String?

  // What only `apply` reads
  /// Notes left half written; `n` finds them again, for their author only.
  var keptNotes: [NoteKey: NoteText]
  /// Alarms this poste has rung for; nil before the first were counted.
  var heardAlarms: Set<RaisedAlarm>?
  var countedAt: Timestamp
  /// What was selected when the search began.
  var beforeSearch: Order.ID?
  var pendingSince: [Order.ID: Timestamp]
  /// Gestures that follow the one on its way, each judged on the answer to the one before.
  var chains: [Order.ID: [Gesture]]
  var lastWork: LastWork?
  var lastInputAt: Timestamp
  var leaving: Leaving?
  /// The demande whose place the selection moved on from by itself: until the person moves, « u »
  /// means the gesture on that one, as the status line says.
  public internal(set) var leftBehind: Order.ID?
  /// The demande on which this screen did something that can be taken back, and nothing since.
  var justDone: Order.ID?
  /// Whose demandes are given away is about to be asked.
  var awaitsHoldings = false
  /// Whose line of the relève it was asked on.
  var awaitedHolder: Member.ID?
  /// The list of the team is about to open.
  var awaitsTeam = false
  var awaitedDraft: AwaitedDraft?
  /// Unlocked by somebody else: nothing is selected, and so opened, until a hand moves.
  var waitsForHand: Bool
  var laterSaves: LaterSaves
  /// Answers on their way to the outbox when the screen was locked, kept until they are there.
  var unsent: [Draft] = []
  /// How often this screen has asked who somebody is.
  var identityAttempts = 0
  var noteKeptAt: Timestamp?
  /// Held answers whose taking back is on its way.
  var cancelling: Set<String>

  public init(
    officine: String, bal: BAL, poste: Poste, actor: Actor? = nil, members: [Member] = [],
    policy: Policy = Policy(), trust: TrustSpace = TrustSpace(), isDemo: Bool = false,
    templates: [Template] = [], keymap: Keymap = .standard, titles: [Command: String] = [:],
    columns: Int = 80, rows: Int = 24, now: Timestamp
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
    self.keymap = keymap
    self.titles = titles
    self.columns = columns
    self.rows = rows
    self.now = now
    counts = QueueCounts()
    clock = WorkClock(now: now)
    countedAt = now
    log = LogNotices()
    page = QueuePage()
    underway = []
    sync = SyncStatus(phase: .never, since: now)
    health = HealthSheet()
    awaited = AwaitedMail()
    bals = []
    held = []
    view = .todo
    top = 0
    lastIndex = 0
    limit = Self.firstLimit(rows: rows)
    focus = .queue
    readerScroll = 0
    unfolded = []
    layers = []
    isCurtained = false
    pendingKeys = []
    pending = [:]
    isQuitting = false
    waitsForHand = false
    laterSaves = LaterSaves()
    stray = Stray()
    keptNotes = [:]
    pendingSince = [:]
    chains = [:]
    cancelling = []
    lastInputAt = now
  }
}

/// Which pane the arrows move in. Under 100 columns only the focused one is drawn.
public enum Pane: Equatable, Sendable { case queue, reader }

/// Unbound printable keys in a row, kept until something else is pressed.
public struct Stray: Equatable, Sendable {
  public var text = ""
  /// When the last of them came.
  public var at: Timestamp?
  public init() {}
}

struct NoteKey: Hashable, Sendable {
  var order: Order.ID
  var author: String
}

/// The last command that changed a demande: a key that repeats by itself is not a second one.
struct LastWork: Equatable, Sendable {
  var command: Command
  var at: Timestamp
}

/// The selected demande after the person's own gesture: when its view lets it go, the selection
/// moves on by itself. From that revision on only, since a page may already be on its way.
struct Leaving: Equatable, Sendable {
  var order: Order.ID
  var revision: Order.Revision
  /// It was listed in the view itself, not among what is under way below it.
  var wasInView: Bool
}

/// The draft that was asked for: another one opens nothing.
struct AwaitedDraft: Equatable, Sendable {
  var replyingTo: Message.ID?
  var order: Order.ID?
}
