extension Command {
  /// What a command is about; the help and the palette group by it.
  public enum Area: Sendable, CaseIterable { case moving, counter, mail, program }

  public var area: Area {
    switch self {
    case .selectNext, .selectPrevious, .selectFirst, .selectLast, .pageDown, .pageUp, .open, .back,
      .switchPane, .nextView, .previousView, .unfoldDocument, .openSamePatient:
      .moving
    case .take, .takeOver, .assign, .reassign, .release, .markPrepared, .check,
      .refusePreparation, .collect, .collectPartly, .handleNews, .close, .chooseState,
      .namePatient,
      .chooseMarker, .toggleUrgent, .changeKind, .attach, .split, .renew, .note, .nextMention,
      .completeMention, .newLine, .undo, .showHistory, .print, .remind, .reveal:
      .counter
    case .reply, .writeNew, .endExchange, .review, .send, .chooseTemplate, .keepDraft,
      .discardDraft, .nextField, .previousField, .editAnswer, .openHeld:
      .mail
    case .search, .showHealth, .handover, .chooseView, .reconnect, .switchBAL, .help, .palette,
      .switchMember, .members, .curtain,
      .lock, .redraw, .suspend, .quit:
      .program
    }
  }

  /// Where the command can act; elsewhere it is `notHere`.
  public var contexts: Set<Context> {
    let panes: Set<Context> = [.queue, .reader]
    let lists: Set<Context> = [
      .queue, .reader, .search, .menu, .palette, .confirm, .help,
      .health, .handover, .history,
    ]
    switch self {
    case .selectNext, .selectPrevious, .selectFirst, .selectLast, .pageDown, .pageUp:
      return lists
    case .open:
      return [.queue, .search, .form, .note, .menu, .palette, .confirm, .handover, .lock]
    case .back:
      return [
        .queue, .reader, .search, .review, .form, .note, .menu, .palette, .confirm, .help, .health,
        .handover, .history, .lock,
      ]
    case .nextView, .previousView: return [.queue]
    case .nextField, .previousField: return [.compose, .form, .lock]
    case .completeMention, .newLine: return [.note]
    case .nextMention: return panes
    case .chooseTemplate, .review: return [.compose]
    case .endExchange, .keepDraft, .discardDraft: return [.compose, .review]
    case .send, .editAnswer: return [.review]
    case .search: return [.queue, .reader, .search]
    case .showHealth, .reconnect: return [.queue, .reader, .health]
    case .handover: return [.queue, .reader, .handover]
    case .print: return [.queue, .reader, .handover]
    case .switchBAL, .chooseView: return panes
    case .palette: return [.queue, .reader, .compose, .review]
    case .help, .redraw: return Set(Context.allCases).subtracting([.curtain])
    case .suspend: return Set(Context.allCases).subtracting([.curtain, .lock])
    case .curtain, .lock: return Set(Context.allCases).subtracting([.lock])
    case .switchPane, .unfoldDocument, .openSamePatient, .reveal, .members, .quit: return panes
    case .switchMember: return panes.union([.handover])
    case .undo: return panes.union([.history])
    case .reassign, .note: return panes.union([.handover])
    case .take, .takeOver, .assign, .release, .markPrepared, .check,
      .refusePreparation, .collect, .collectPartly, .handleNews, .close, .chooseState,
      .namePatient,
      .chooseMarker, .toggleUrgent, .changeKind, .attach, .split, .renew, .showHistory,
      .remind, .reply, .writeNew, .openHeld:
      return panes
    }
  }

  /// Whether it changes the demande: such a key never repeats by itself.
  public var isWork: Bool {
    switch self {
    case .take, .takeOver, .release, .markPrepared, .check, .refusePreparation, .collect,
      .collectPartly, .handleNews, .close, .toggleUrgent, .attach, .split, .renew, .undo, .print:
      true
    default: false
    }
  }
}
