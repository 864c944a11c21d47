public import Domain
public import Keys

/// Something that happened, in the past tense; the only thing that changes a `State`.
public enum Event: Equatable, Sendable {
  // The terminal
  case keyPressed(Key)
  case pasted(String)
  /// 0-based cell.
  case clicked(column: Int, row: Int)
  case wheelTurned(lines: Int)
  case resized(columns: Int, rows: Int)
  case ticked(Timestamp)
  /// A tab was clicked; Screens knows which one lies under a column.
  case viewChosen(QueueView)
  /// The tab of a custom view, by its place.
  case customViewChosen(Int)
  /// How tall the reader's text was when it was last drawn.
  /// `mentions`: events whose note to the reader was drawn whole (`Around.isMention`).
  case readerMeasured(
    lines: Int, mentions: Set<String> = [], top: Int? = nil, messages: Set<Message.ID> = [])
  /// By key, palette, click or test: one road for every command.
  case commanded(Command)

  // The store
  /// The bell: some process committed something.
  case storeChanged
  case pageLoaded(QueueView, QueuePage)
  case queryLoaded(String, QueuePage)
  case handoverLoaded(HandoverSheet)
  case countsLoaded(QueueCounts)
  case logNoted(LogNotices)
  case syncChanged(SyncStatus)
  case healthLoaded(HealthSheet)
  /// The part of the health pane that may raise an alarm while nobody has it open.
  case healthNoted(SyncHealth)
  case awaitedLoaded(AwaitedMail)
  case orderLoaded(OpenedOrder)
  case orderVanished(Order.ID)
  /// Best first, at most a page.
  case searchAnswered(query: String, rows: [QueueRow], hasMore: Bool = false)
  case namesakesLoaded(Namesakes)
  case membersLoaded([Member])
  /// When each demande that nobody took was opened, without anything else of it.
  case waitingLoaded([Timestamp])
  /// Those of the member who acts.
  case keptNotesLoaded([KeptNote])
  /// Newest first, and this person's answers that still wait in their time of grace.
  case lastGesturesLoaded([LastGesture], held: [HeldSend], queued: Set<String>)
  case holdingsLoaded([Holding])
  case teamLoaded([TeamMember])

  // What effects brought back
  case gestureDone(Gesture, Order)
  case gestureRefused(Gesture, Order.ID, Refusal)
  case undoDone(Order, OrderEvent)
  case undoRefused(Order.ID, Refusal)
  /// Those that did not change hands say why.
  case reassigned(to: Member, [HeldDemande])
  case draftOpened(Draft, recipient: Sender?)
  case draftSaved(id: String, at: Timestamp)
  case sendQueued(HeldSend)
  case sendCollided(CollisionReport)
  /// Found while the draft of that name is being reviewed: nobody has asked to send it yet.
  case movedMeanwhile(CollisionReport, draft: String)
  case sendCancelled(HeldSend)
  /// Every stopped answer, oldest first.
  case heldLoaded([HeldBrief])
  /// Notes that name the acting member and that they have not seen, oldest first.
  case mentionsLoaded([Mention])
  /// Everybody else on this host, whatever they look at.
  case presencesSeen([Presence])
  /// A stopped answer was taken back as was asked.
  case heldWithdrawn(item: String)
  /// Somebody else decided about it.
  case heldGone(item: String)
  case printDone(Order.ID, printer: String)
  case handoverPrinted(printer: String)
  case reconnectAnswered(Reconnection)
  /// `attempt`: which question it answers (`Credentials.attempt`).
  case identified(Actor, attempt: Int)
  /// The officine has no members yet: nobody can be asked who they are.
  case identifiedNobody(attempt: Int)
  case identificationRefused(IdentityProblem, attempt: Int)
  case teamChanged(TeamNews)
  case teamRefused(FormProblem)
  /// A pharmacist's control was not signed; nothing was done.
  case controlRefused(Order.ID, IdentityProblem)
  /// Nothing was done: the team has changed, and a pharmacist has to sign for it by now.
  case controlAsked(Gesture, on: Order.ID, expecting: Order.Revision?, among: [Member])
  /// The showing of a demande's numbers is in the journal.
  case revealed(Order.ID)
  case effectFailed(Effect, Failure)
}
