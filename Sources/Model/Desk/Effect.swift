public import Domain

/// Work asked of the world, as a value; only the effect runner performs it.
public enum Effect: Equatable, Sendable {
  // Reads: answered by `pageLoaded`, `countsLoaded`, …
  case loadPage(QueueView, limit: Int)
  /// A custom view's page, by its query.
  case loadQuery(String, limit: Int)
  case loadHandover
  case loadCounts
  case loadSync
  case loadHealth
  case loadAwaited
  case loadHeld
  case loadMentions
  case loadOrder(Order.ID)
  case loadMembers
  case loadWaiting
  case loadKeptNotes
  case loadLastGestures
  case loadHoldings
  /// Everybody of the team, also who is disabled.
  case loadTeam
  case search(String)
  /// Who else bears that name.
  case loadNamesakes(String)

  // Changes: answered by `gestureDone` or `gestureRefused`
  /// `expecting` nil: judged on the state found (taking, notes).
  case perform(Gesture, on: Order.ID, expecting: Order.Revision?)
  /// `event`: the gesture that was shown; nil leaves it to the store which one is the last.
  case undo(on: Order.ID, event: String? = nil)
  /// Each is its own event; answered by `reassigned`.
  case reassign([HeldDemande], from: String, to: Member)
  case attach(Attaching)
  /// `over`: the colleague who works on it, and whom the question named.
  case split(Message.ID, from: Order.ID, expecting: Order.Revision?, over: Author?)
  case renew(Order.ID, expecting: Order.Revision?)
  case markSeen([Message.ID])
  /// The person has read that the team log refused these events.
  case acknowledgeRefusals([String])

  // Writing
  /// Finds the kept draft of this author for this message, or makes a new one.
  case openDraft(replyingTo: Message.ID?, order: Order.ID?)
  /// As `openDraft`, with the template filled in and marked as a reminder.
  case openReminder(replyingTo: Message.ID, order: Order.ID, template: Template)
  case saveDraft(Draft)
  case deleteDraft(String)
  /// `checked` false: the author saw what moved and sends anyway.
  case enqueue(Draft, checked: Bool)
  /// Whether anything happened since its author looked: answered by `movedMeanwhile`, or not.
  case lookForCollision(Draft)
  case cancelSend(HeldSend)
  /// Sends a stopped answer, knowing what happened up to that event: answered by `sendQueued`, or
  /// by `sendCollided` when more happened.
  case releaseHeld(item: String, seen: Int?)
  /// Takes a stopped answer back, into a draft or for good.
  case withdrawHeld(item: String, into: Draft?)
  /// The acting member has seen the notes of those events.
  case readMentions([String])

  case print(Order.ID, printer: String)
  case printHandover(printer: String)
  case identify(Credentials)
  /// Everything asked for after it is done in that name; nil: nobody's.
  case act(as: Actor?)
  /// One gesture by a pharmacist who says who they are; whoever acts stays the same.
  case control(Credentials, Gesture, on: Order.ID, expecting: Order.Revision?)
  /// `ownPIN`: of whoever changes it, where a code is set.
  case changeTeam(TeamChange, ownPIN: String?)
  /// Shows the numbers of a demande whole, once that is in the journal.
  case reveal(Order.ID)
  /// An empty text: nothing is kept any more.
  case keepNote(KeptNote)
  /// Nothing of what was shown stays on the terminal, nor in what the store remembers.
  case wipe
  /// Asks whoever synchronises to try at once, with a fresh token when a person gives one.
  case reconnect
  /// Leaves this store for that of another BAL.
  case openBAL(String)
  case beep
  /// The next frame is painted whole: the terminal showed something else.
  case redraw
  case suspend
  case quit
}
