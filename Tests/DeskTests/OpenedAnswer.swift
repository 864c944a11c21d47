import Desk
import Domain
import Keys
import TestKit

extension DeskTrace {
  /// An answer to Jeanne's question, open, with a body; its author saw the history so far.
  static func answering(lastEvent: Int) -> DeskTrace {
    var desk = DeskTrace(.fixture())
    desk.press(.character("r"))
    let row = Officine.row(Officine.jeanne)
    var draft = Draft(
      id: "draft", replyingTo: row.message.id, order: Officine.jeanne,
      to: [MailAddress(address: row.message.sender.address)], subject: "Re: Ordonnance",
      body: "Bonjour", authorID: "lea", updatedAt: Officine.now)
    draft.lastEvent = lastEvent
    desk.send(.draftOpened(draft, recipient: row.message.sender))
    return desk
  }
}
