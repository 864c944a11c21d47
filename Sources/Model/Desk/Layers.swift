public import Domain

/// What lies over the panes, drawn bottom up.
public enum Layer: Equatable, Sendable {
  case help(scroll: Int)
  case health(scroll: Int)
  case handover(Handover)
  /// The whole history of the selected demande.
  case history(scroll: Int)
  case palette(Palette)
  case menu(Menu)
  case form(Form)
  case note(NoteEditor)
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
    case states, markers, kinds, members, templates, messages, bals, views
    /// Everybody, what can be done with one of them, and what a new one is.
    case team, person(TeamMember), roles, newRole(Member)
    /// To whom it is given.
    case colleagues
    /// Whose demandes are given away, then to whom.
    case absent
    case heirs(Holding)
    /// What did not change hands.
    case refusals
    case missing
    /// To which other demande it is attached.
    case demandes
  }
  public enum Choice: Equatable, Sendable {
    case status(Order.Status)
    /// « Vu, rien à faire »
    case newsHandled
    /// « À reprendre »
    case refuse
    /// « Pas remise »
    case notHandedOver(Order.Handing)
    /// « Reprendre à Léa »
    case takeOver(Order.Owner)
    /// « Je laisse »
    case release
    /// « Nouvelle délivrance »
    case renew
    case marker(MarkerName, isSet: Bool)
    case kind(Order.Kind)
    case member(Member)
    case template(Template)
    case bal(BALChoice)
    case view(QueueView, count: Int)
    /// By its place.
    case customView(Int, name: String, count: Int)
    /// A message of the opened demande (split).
    case message(Message.ID)
    case colleague(Member)
    case absent(Holding)
    case heir(Member, of: Holding)
    /// It did not change hands; choosing it shows it.
    case refused(HeldDemande)
    /// To correct its quantity or its date.
    case product(MissingProduct)
    /// It has come.
    case productArrived(MissingProduct)
    case addProduct
    case demande(QueueRow)
    case team(TeamChoice)
  }
  public var kind: Kind
  public var choices: [Choice]
  public var selected: Int
  /// The demande it was opened for: a choice never lands on another one.
  public var order: Order.ID?
  /// What the author saw when the menu opened.
  public var expecting: Order.Revision?
  public init(
    kind: Kind, choices: [Choice], order: Order.ID?, expecting: Order.Revision? = nil
  ) {
    self.kind = kind
    self.choices = choices
    self.order = order
    self.expecting = expecting
    selected = 0
  }
}

/// A few lines to fill in, then one gesture.
public struct Form: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
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
    /// Who acts: initials and code
    case identify
    /// The member's own code, twice, after a provisional one
    case choosePIN
    /// « Contrôlée », signed by a pharmacist for this one gesture
    case check
    case team(TeamForm)
  }
  public struct Field: Equatable, Sendable {
    public enum Name: Equatable, Sendable {
      case text, name, birthDate, reason, originalSeen, missing, givenTo, product, quantity, due,
        time, place, initials, pin, newPIN, newPINAgain
      case team(TeamField)
    }
    public var name: Name
    public var buffer: TextBuffer
    /// What stood there when the form opened.
    let offered: String
    public init(_ name: Name, _ text: String = "") {
      self.name = name
      buffer = TextBuffer(text)
      offered = text
    }
  }
  public var kind: Kind
  public var order: Order.ID?
  /// What the author saw when the form opened.
  public var expecting: Order.Revision?
  public var fields: [Field]
  /// The line of the list that is being corrected.
  public var replaces: MissingProduct?
  /// The colleague from whom it is taken first, as a question said.
  public var over: Order.Owner?
  public var focus: Int
  /// Why Enter did not work, until the next key.
  public var problem: FormProblem?
  /// Handed to the store: the form closes when the answer comes, and stays when it is no.
  public var isSubmitted: Bool
  /// What was typed before the own code is asked for.
  var provisional: Provisional?
  /// The question of who somebody is that was asked last (`Credentials.attempt`).
  var attempt: Int?
  public init(kind: Kind, order: Order.ID?, expecting: Order.Revision?, fields: [Field]) {
    self.kind = kind
    self.order = order
    self.expecting = expecting
    self.fields = fields
    focus = 0
    isSubmitted = false
    selectOffered()
  }
}

public enum FormProblem: Equatable, Sendable {
  case empty(Form.Field.Name)
  case notADate
  /// Of a day to come.
  case notADay
  /// 31/02
  case noSuchDay
  /// A birth in the future, or too long ago.
  case notABirth
  /// A promise for a moment that is over.
  case over
  case notATime
  case notANumber
  case identity(IdentityProblem)
  case originalNotAnswered
  /// What is owed is what was owed before.
  case nothingHandedOver
  /// A day that is over, or far ahead, without its year.
  case yearNeeded
  /// `@Samy` where nobody is called so: the note would reach nobody.
  case nobodyCalled(String)
  case team(TeamProblem)
}

/// A question with a safe default.
public struct Confirm: Equatable, Sendable {
  public enum Question: Equatable, Sendable {
    case takeOver(Order.ID, from: Order.Owner)
    case quit(waitingToSend: Int)
    /// The last answer can still be taken back.
    case quitBeforeSend(HeldSend)
    case discardDraft
    case print(Order.ID, printer: String)
    case attach(Attaching)
    case split(Message.ID, from: QueueRow, over: Author?)
    /// A colleague works on it; with how many messages that nobody dealt with.
    case closeOver(Order.ID, from: Order.Owner, news: Int)
    case assign(Order.ID, to: Member, from: Order.Owner)
    case reassign(Holding, to: Member)
    /// Not under the eyes, or not just now: it is named first.
    case undo(LastGesture)
    /// The last one stays: this is what was done before it.
    case undoOlder(LastGesture, after: LastGesture)
    /// An answer to another demande than the selected one, in its time of grace.
    case cancelSend(HeldSend)
    case remindAgain(Order.ID, Order.Reminder)
    case setDisabled(Member, Bool)
    case renew(Order.ID)
    /// Nobody has dealt with what came to the demande about to be moved so.
    case unread(Gesture, on: Order.ID, count: Int)
    case printHandover(printer: String)
    case notHandedOver(Order.ID, Order.Handing)
  }
  public var question: Question
  /// Enter says no unless the person moved to yes, or asked for it with the key itself.
  public var isYesSelected: Bool
  /// What the author saw when the question was asked.
  public var expecting: Order.Revision?
  public init(
    _ question: Question, expecting: Order.Revision? = nil, isYesSelected: Bool = false
  ) {
    self.question = question
    self.expecting = expecting
    self.isYesSelected = isYesSelected
  }
}
