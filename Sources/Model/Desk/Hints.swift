import Domain

extension State {
  /// The commands for the hint bar: those that act now, the likeliest next one first.
  ///
  /// Without keys or words: `keymap.keys(for:in:)` and the strings table give them.
  public var hints: [Command] { availableCommands }

  /// Every command worth showing that acts now, in order of relevance.
  public var availableCommands: [Command] {
    let order: [Command] =
      switch context {
      case .queue: (selectedOrder.map(steps) ?? []) + queueTail
      case .reader: (selectedOrder.map(steps) ?? []) + readerTail
      case .search:
        (selectedIndex == nil ? [] : [.open])
          + (selectableCount > 1 ? [.selectNext] : []) + [.back, .help]
      case .compose:
        [.review, .nextField, .chooseTemplate, .endExchange, .keepDraft, .help]
      case .review:
        [.send, .editAnswer] + (compose?.held == nil ? [] : [.back]) + [
          .keepDraft, .endExchange, .discardDraft, .help,
        ]
      case .form: [.open, .nextField, .back]
      case .note: [.open, .newLine, .completeMention, .back]
      case .menu, .palette, .confirm: [.open, .selectNext, .back]
      case .help: [.pageDown, .back]
      case .history: [.undo, .pageDown, .back]
      case .health: [.reconnect, .selectNext, .back, .help]
      case .handover: [.open, .reassign, .note, .print, .selectNext, .back, .help]
      case .curtain: [.curtain]
      case .lock: [.open, .help]
      }
    var seen: Set<Command> = []
    return order.filter {
      seen.insert($0).inserted && $0.unavailability(in: self) == nil
    }
  }

  /// What gives way to nothing but the next step and the ways out.
  public var urgentHints: [Command] {
    reopenNow + mentionNow + undoNow + (selectedOrder?.hasNews == true ? [.handleNews] : [])
  }

  /// While an answer can be taken back, that is among the first things to know.
  private var undoNow: [Command] {
    switch undoTarget {
    case .send: return [.undo]
    case .gesture(let last): return lastGestures != nil && isUnderTheEyes(last) ? [.undo] : []
    case .last: return leftBehind == nil ? [] : [.undo]
    case .older, nil: return []
    }
  }

  /// What a person must do comes first: a closed session does not open by itself.
  private var reopenNow: [Command] {
    [sync.phase, sync.sending?.phase].contains { $0 == .closed || $0 == .refused }
      ? [.showHealth] : []
  }

  /// A colleague asked for one's eyes.
  private var mentionNow: [Command] { around.mentions.isEmpty ? [] : [.nextMention] }

  private var queueTail: [Command] {
    reopenNow + mentionNow + [.open] + undoNow + [
      .print, .reply, .note, .markPrepared, .namePatient, .chooseMarker, .search, .back,
      .palette, .help, .undo, .chooseState, .changeKind, .assign, .showHistory, .release,
      .openSamePatient, .unfoldDocument, .writeNew, .switchMember, .switchBAL, .openHeld,
      .showHealth, .attach, .split, .renew, .close, .curtain, .quit, .lock, .reveal, .handover,
      .chooseView,
    ]
  }

  private var readerTail: [Command] {
    undoNow + mentionNow + [
      .print, .reply, .note, .markPrepared, .namePatient, .unfoldDocument,
      .openSamePatient, .chooseMarker, .back, .search, .palette, .help, .undo, .chooseState,
      .changeKind, .assign, .showHistory, .release, .attach, .split, .renew, .close,
      .switchMember, .curtain, .reveal, .quit, .lock,
    ]
  }

  /// The next steps of the work on that demande.
  private func steps(_ order: Order) -> [Command] {
    // Taking finished work starts it again; elsewhere what came is read before the next step.
    let isNews = order.hasNews && !order.status.isFinished
    return (isNews ? [.handleNews] : []) + ownSteps(order)
  }

  private func ownSteps(_ order: Order) -> [Command] {
    switch order.status {
    case .received: [.take]
    case .preparing:
      order.owner?.memberID == actor?.member.id ? [.markPrepared, .close] : [.take]
    case .prepared: [.check, .namePatient, .refusePreparation]
    case .checked, .partial:
      [.collect] + ((order.daysReady(at: now) ?? 0) > 0 ? [.remind] : [])
    // « Merci » is the most frequent mail of all: taking starts the work again.
    case .collected, .closed: order.hasNews ? [.handleNews, .take] : []
    }
  }
}
