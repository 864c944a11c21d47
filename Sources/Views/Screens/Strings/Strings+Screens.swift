public import Desk
public import Domain

/// The title bar, the queue, the search, the locked screen.
public protocol QueueStrings {
  var demo: String { get }
  var demoShort: String { get }
  var nobody: String { get }
  var screenTooSmall: String { get }
  /// Before a name nobody confirmed as the patient's.
  var sentBy: String { get }
  /// The same in three columns at most.
  var sentByShort: String { get }
  /// Before a confirmed patient's name.
  var forPatient: String { get }
  var answerTo: String { get }
  var noSubject: String { get }
  var unnamed: String { get }
  var urgent: String { get }
  var originalAwaited: String { get }
  var news: String { get }
  /// After « préparée » and « contrôlée »: it is not dealt with.
  var newsStays: String { get }
  /// The head of the reader; `key` is « vu, rien à faire ».
  func newMessages(_ count: Int, key: String) -> String
  var printed: String { get }
  var prescriberQuestion: String { get }
  var patientQuestion: String { get }
  var toRedo: String { get }
  var outside: String { get }
  var badKey: String { get }
  var goodKey: String { get }
  var testNumber: String { get }
  func missing(_ count: Int) -> String
  func promised(_ moment: String) -> String
  func shelf(_ place: String) -> String
  func answered(by name: String, at moment: String) -> String
  func quarantine(_ count: Int) -> String
  /// Mails that the server lists and does not give.
  func withheld(_ count: Int) -> String
  func outboxTrouble(_ count: Int) -> String
  /// Over the mail whose bodies are on their way.
  func awaited(_ count: Int) -> String
  func outboxWaiting(_ count: Int) -> String
  /// What an empty view says: a fact, then what to do.
  func empty(_ view: QueueView, isSynchronised: Bool) -> [String]
  var loading: String { get }
  var searchLabel: String { get }
  var searchHint: String { get }
  var searching: String { get }
  func results(_ count: Int) -> String
  /// There are more than the list holds.
  func firstResults(_ count: Int) -> String
  /// Before anything was typed: what can be.
  var searchAdvice: [String] { get }
  func noResult(_ query: String) -> [String]
  /// `key` takes it back; nil while another demande is selected.
  func countdown(_ display: String, seconds: Int, key: String?) -> String
  func countdownShort(seconds: Int, key: String?) -> String
  /// Beside a sentence that needs the room for three seconds.
  func countdownTiny(seconds: Int) -> String
  var curtained: String { get }
  var curtainHint: String { get }
  func waiting(_ count: Int, late: Int) -> String
  /// Which rows of a long list are on screen, such as `3–21 sur 42`.
  func position(_ first: Int, _ last: Int, of total: Int, isCapped: Bool) -> String
}

/// The health pane: what the worker knows about the server.
public protocol HealthStrings {
  var healthTitle: String { get }
  var healthHint: String { get }
  /// What keeps the mail from moving and what a person can do; nil while all is well.
  func advice(_ status: SyncStatus) -> String?
  /// `envoi : mot de passe refusé`: mail comes in, and nothing leaves.
  func sending(_ trouble: SendingTrouble, now: Timestamp) -> String
  /// What the words of `advice` call the key that tries again.
  var retryKey: String { get }
  func service(isServed: Bool, isInTouch: Bool) -> String
  func pushed(_ isPushed: Bool) -> String
  func mailboxCounts(_ name: String, server: Int, local: Int) -> String
  func quota(percent: Int, isNearlyFull: Bool) -> String
  func certificate(_ host: String, days: Int) -> String
  /// For the top rule: short, and before it is too late.
  func nearlyFull(percent: Int) -> String
  func expiring(days: Int) -> String
  func revocations(_ moment: String) -> String
  /// It could not be renewed, and counts all the same.
  func revocationsKept(since: String, until: String?) -> String
  /// Arrivals that could not be handed over; `code` of `SyncHealth.HeldExports`.
  func heldExports(_ count: Int, code: String) -> String
  func failedOperations(_ count: Int) -> String
  func unsentCopies(_ count: Int) -> String
  /// Flags that the server would not take: no alarm, they count here.
  func waitingFlags(_ count: Int) -> String
  /// A mailbox that was renamed or taken away at the server.
  func missingMailbox(_ name: String) -> String
  /// One that the server lists and does not open.
  func refusedMailbox(_ name: String) -> String
  /// Over the list of what the server does not give.
  func withheldAdvice(_ count: Int) -> String
  func withheld(_ reason: Withholding) -> String
  var unknownSender: String { get }
  func setAside(_ count: Int) -> String
  func nextAttempt(seconds: Int64) -> String
  var lastContact: String { get }
  func missing(_ capability: String) -> String?
}

/// The reader.
public protocol ReaderStrings {
  var nothingOpened: [String] { get }
  var from: String { get }
  var to: String { get }
  func toConfirm(key: String) -> String
  var confirmedByPerson: String { get }
  var confirmedByDocument: String { get }
  var forWhom: String { get }
  var masked: String { get }
  var noLongerInView: String { get }
  /// The same before an identity, in a few columns.
  var outOfView: String { get }
  /// A confirmed birth date that the number contradicts.
  var birthMismatch: String { get }
  /// Patients that what came names, besides the one it is for.
  func otherPatients(_ patients: [Patient]) -> String
  /// Whose mail goes under which name, of two demandes that nothing can compare.
  func going(_ attaching: Attaching) -> String
  var original: String { get }
  var machineRead: String { get }
  var fromHTML: String { get }
  var noText: String { get }
  var historyTitle: String { get }
  var messageTitle: String { get }
  func received(from name: String) -> String
  var sentByUs: String { get }
  var signedAnother: String { get }
  var goneFromServer: String { get }
  func hold(_ name: String, since: String) -> String
  func samePatient(_ who: String, age: String, key: String) -> String
  func redo(_ reason: String) -> String
  func closed(_ reason: String) -> String
  func merged(_ id: Order.ID) -> String
  /// Why there is no text of a document; nil for `done`.
  func documentState(_ state: ReadableDocument.State, _ kind: AttachmentKind) -> String?
  func unfold(_ key: String) -> String
  func lines(_ count: Int) -> String
}

/// Compose, forms, menus, questions.
public protocol WritingStrings {
  func replyTo(_ name: String) -> String
  var writeNew: String { get }
  var subject: String { get }
  var attachments: String { get }
  var exchange: String { get }
  var exchangeOpen: String { get }
  var exchangeEnds: String { get }
  var none: String { get }
  var sender: String { get }
  func by(_ name: String) -> String
  func draftSaved(_ moment: String) -> String
  var draftNotSaved: String { get }
  func blanksLeft(_ blanks: [String]) -> String
  var reviewTitle: String { get }
  var collisionTitle: String { get }
  var sendAnyway: String { get }
  var sendNow: String { get }
  var edit: String { get }
  func afterSending(seconds: Int) -> String
  var sending: String { get }
  func form(_ kind: Form.Kind) -> String
  func explanation(_ kind: Form.Kind) -> String?
  func label(_ field: Form.Field.Name, in kind: Form.Kind) -> String
  func example(_ field: Form.Field.Name) -> String?
  /// What Enter does in the line with the cursor, and the ways out.
  func formHint(_ kind: Form.Kind, isFirst: Bool, isLast: Bool) -> String
  func menu(_ kind: Menu.Kind) -> String
  func choice(_ choice: Menu.Choice, of kind: Order.Kind, now: Timestamp) -> String
  var menuHint: String { get }
  var menuEmpty: String { get }
  func question(_ question: Confirm.Question) -> String
  func consequence(_ question: Confirm.Question) -> String
  func yes(_ question: Confirm.Question) -> String
  func no(_ question: Confirm.Question) -> String
  var confirmHint: String { get }
}
