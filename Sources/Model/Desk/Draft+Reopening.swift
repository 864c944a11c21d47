import Domain

extension Draft {
  /// The command that brings it back.
  var reopening: Command {
    if purpose == .reminder { return .remind }
    return replyingTo == nil ? .writeNew : .reply
  }
}

extension Compose {
  /// Whether a person wrote anything in it, now or before.
  var hasOwnText: Bool {
    let own = [body.text.prefix(endOfOwnText)]
    let lines = draft.replyingTo == nil ? own + [to.text[...], subject.text[...]] : own
    return lines.contains { !$0.allSatisfy(\.isWhitespace) }
  }
}
