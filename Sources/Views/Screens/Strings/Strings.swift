public import Desk
public import Domain

/// Every sentence of the program in one language. A language is complete when it compiles.
///
/// No sentence is given patient data to print except where a parameter says so (history, reader);
/// the result is not yet safe to draw: it goes through `Presentable` like any text.
public protocol Strings: Sendable, CommandStrings, NounStrings, TimeStrings, ReasonStrings,
  HistoryStrings, ReaderStrings, QueueStrings, WritingStrings, LockStrings,
  HealthStrings, UpkeepStrings, WorkStrings, TeamLogHealthStrings, TeamLogStrings, TalkStrings,
  TeamStrings, MemberStrings
{
  var language: Language { get }
  /// Ties the words that must not be parted at the end of a line (French puts spaces before « : »).
  func typeset(_ text: String) -> String
}

/// Titles and help of the commands.
public protocol CommandStrings {
  /// What the palette, the help and the hint bar call it.
  func title(_ command: Command) -> String
  /// One line that says what it does, for the help and the README.
  func help(_ command: Command) -> String
  /// The words of the hint bar; names who acts for what will be signed (« Préparée par Léa »).
  func hint(_ command: Command, actor: String?) -> String
  func area(_ area: Command.Area) -> String
  var keyColumn: String { get }
  var commandColumn: String { get }
  var helpColumn: String { get }
  var helpTitle: String { get }
  var helpFooter: String { get }
  var paletteTitle: String { get }
  var paletteEmpty: String { get }
}

/// The words of the counter.
public protocol NounStrings {
  func status(_ status: Order.Status, of kind: Order.Kind) -> String
  func kind(_ kind: Order.Kind) -> String
  func kind(_ kind: MessageKind) -> String
  func kind(_ kind: SenderKind) -> String
  func kind(_ kind: AttachmentKind) -> String
  func kind(_ kind: BAL.Kind) -> String
  func role(_ role: Domain.Role) -> String
  func view(_ view: QueueView) -> String
  func marker(_ name: MarkerName) -> String
  func outgoing(_ state: OutgoingItem.State) -> String
  /// What the server said of one recipient of a mail that did not leave; `code` is codes alone.
  func recipientAnswer(isAccepted: Bool, code: String) -> String
  /// Why a mail did not leave, and what to do, from `OutgoingItem.lastAnswer`; nil for a success.
  func sendingReason(_ code: String) -> String?
  /// `PDF`, `2 PDF`, `1 photo`, `XDM`.
  func badge(_ kind: AttachmentKind, count: Int) -> String
  /// `patiente`, by the sex that the matricule says.
  func patient(_ sex: Sex?) -> String
  /// `née 03/51` or `née le 14/03/1979`.
  func born(_ date: String, sex: Sex?, isExact: Bool) -> String
  func birthDate(_ date: BirthDate) -> String
  /// `2,1 Mo`
  func size(_ bytes: Int) -> String
  func pages(_ count: Int) -> String
  var yes: String { get }
  var no: String { get }
}

/// Ages, dates and the truth about synchronisation.
public protocol TimeStrings {
  /// At most 6 columns: `<1 min`, `38 min`, `1 h 10`, `12 h`, `3 j`.
  func age(seconds: Int64) -> String
  /// `depuis 9 min`
  func since(seconds: Int64) -> String
  /// `il y a 9 min`
  func ago(seconds: Int64) -> String
  /// `10:41` on the same day, else the day before it.
  func moment(_ at: Timestamp, now: Timestamp) -> String
  /// `vendredi 20 novembre 2026`
  func day(_ at: Timestamp) -> String
  func sync(_ status: SyncStatus, now: Timestamp) -> String
}

/// Why something is not done, and what to do instead. No patient data.
public protocol ReasonStrings {
  /// For the screen and for the commands alike: names no key.
  func refusal(_ refusal: Refusal, now: Timestamp) -> String
  /// The key that helps, for the screen; nil when none does.
  func remedy(_ refusal: Refusal, of command: Command?) -> String?
  func unavailable(_ command: Command, _ reason: Unavailability, now: Timestamp) -> String
  func failure(_ failure: Failure) -> String
  func problem(_ problem: FormProblem, now: Timestamp) -> String
  func warning(_ warning: FormWarning, now: Timestamp) -> String
  /// What must not be overread before the answer.
  func alert(_ question: Confirm.Question) -> String?
  func problem(_ problem: ComposeProblem) -> String
  func notice(_ content: Notice.Content, now: Timestamp) -> String
  /// Of a demande whose content went with the retention.
  func purgedSentence(_ at: Timestamp) -> String
}

/// What happened to a demande.
public protocol HistoryStrings {
  /// The whole sentence without the time: `préparée par Léa (comptoir 1)`. Notes and reasons are
  /// quoted in it: it carries what people wrote.
  func history(_ event: OrderEvent, now: Timestamp) -> String
  /// A gesture just done, as the notice says it: `Préparée`.
  func done(_ gesture: Gesture, now: Timestamp) -> String
  func defect(_ code: String) -> String
  func warning(_ code: String) -> String
}
