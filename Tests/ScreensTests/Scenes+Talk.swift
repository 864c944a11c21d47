import Desk
import Domain
import TestKit

extension Scene {
  /// What colleagues do beside one another.
  func arrangeTalk(_ state: inout State) {
    switch self {
    case .held:
      var opened = Officine.opened(Officine.jeanne)
      opened.heldAnswer = HeldAnswer(
        item: Self.stopped, order: Officine.jeanne, report: Self.difference)
      state.show(opened)
      state.counts.outboxHeld = 1
      _ = state.apply(.heldLoaded([Self.brief]))
      _ = state.apply(.commanded(.reply))
    case .heldRow:
      state.counts.outboxHeld = 1
      state.around.held = [Self.brief]
    case .mentions, .mentionRead:
      let mentions = [Officine.jeanne, Officine.elodie].enumerated().map { n, id in
        Mention(event: "n\(n)", order: id, at: Officine.now, by: Self.sami.author)
      }
      _ = state.apply(.mentionsLoaded(mentions))
      guard self == .mentionRead else { return }
      var opened = Officine.opened(Officine.jeanne)
      opened.events.append(
        Self.event("n0", .noted("@Léa elle a rappelé : peux-tu vérifier le dosage avant midi ?")))
      _ = state.apply(.commanded(.open))
      _ = state.apply(.orderLoaded(opened))
      _ = state.apply(.readerMeasured(lines: 30, mentions: ["n0"]))
    case .colleagues, .answeringToo:
      _ = state.apply(
        .presencesSeen([
          Self.presence("Sami", .reading, Officine.jeanne),
          Self.presence("Claire", .answering, Officine.durand),
        ]))
      guard self == .answeringToo else { return }
      state.show(Officine.opened(Officine.durand))
      let draft = Draft(
        id: "draft", replyingTo: "m", order: Officine.durand,
        to: [MailAddress(address: Officine.row(Officine.durand).message.sender.address)],
        subject: "Re: Prescription", body: "Bonjour,\n", authorID: "lea", updatedAt: state.now)
      let sender = Officine.row(Officine.durand).message.sender
      state.layers = [.compose(Compose(draft: draft, recipient: sender))]
    default: break
    }
  }

  private static let sami = Officine.actor(Officine.sami, poste: "comptoir 2")

  private static func presence(
    _ name: String, _ doing: Presence.Doing, _ order: Order.ID
  ) -> Presence {
    Presence(member: name, name: name, poste: "comptoir 2", order: order, doing: doing)
  }

  private static func event(_ id: String, _ gesture: Gesture) -> OrderEvent {
    OrderEvent(
      id: id, order: Officine.jeanne, number: 90, author: sami.author,
      at: Officine.now.adding(seconds: -60), basedOn: nil, gesture: gesture)
  }

  private static let brief = HeldBrief(
    item: "oabcdefghijkl", order: Officine.jeanne, author: Officine.actor(Officine.lea).author)

  private static let stopped = OutgoingItem(
    id: "oabcdefghijkl", messageID: "<o@officine.example>", state: .held,
    order: Officine.jeanne, from: MailAddress(address: Officine.bal.address),
    to: [MailAddress(address: Officine.row(Officine.jeanne).message.sender.address)],
    subject: "Re: Ordonnance",
    body: "Bonjour,\n\nVotre ordonnance sera prête vers 17 h.\n",
    author: Officine.actor(Officine.lea).author, queuedAt: Officine.now.adding(seconds: -90),
    notBefore: Officine.now)

  private static let difference = CollisionReport(
    events: [
      event("e1", .noted("elle a appelé, elle passe demain")),
      OrderEvent(
        id: "e2", order: Officine.jeanne, number: 91, author: .mailbox,
        at: Officine.now.adding(seconds: -30), basedOn: nil,
        gesture: .answered(messageID: "<web@operateur.example>")),
    ],
    excerpts: ["e2": "Bonjour, c'est bien reçu, à demain."], upTo: 91)
}
