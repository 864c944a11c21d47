import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Writing mail")
struct ComposeTests {
  private func draft(_ body: String = "", to: String? = nil) -> Draft {
    let row = Officine.row(Officine.jeanne)
    return Draft(
      id: "draft", replyingTo: to == nil ? row.message.id : nil,
      order: to == nil ? Officine.jeanne : nil,
      to: to == nil ? [MailAddress(address: row.message.sender.address)] : [],
      subject: "Re: Ordonnance", body: body, authorID: "lea", updatedAt: Officine.now)
  }

  /// A reply to MARTIN Jeanne, open in the editor.
  private func writing(_ body: String = "") -> DeskTrace {
    var desk = DeskTrace(.fixture())
    desk.press(.character("r"))
    desk.send(.draftOpened(draft(body), recipient: Officine.row(Officine.jeanne).message.sender))
    return desk
  }

  private func problem(of desk: DeskTrace) -> ComposeProblem? { desk.state.compose?.problem }

  @Test func `r answers the last mail that came in`() {
    var desk = DeskTrace(.fixture())
    let message = Officine.row(Officine.jeanne).message.id
    #expect(
      desk.press(.character("r")) == [.openDraft(replyingTo: message, order: Officine.jeanne)])
    var opened = Officine.opened(Officine.jeanne)
    opened.bodies[0].message.isOutgoing = true
    desk.send(.orderLoaded(opened))
    #expect(desk.press(.character("r")).isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.reply, .nothingToAnswer))
  }

  @Test func `a draft nobody waits for any more opens nothing`() {
    var desk = DeskTrace(.fixture())
    desk.send(.draftOpened(draft(), recipient: nil))
    #expect(desk.state.layers.isEmpty)
    desk.press(.character("r"), .down)
    desk.send(.draftOpened(draft(), recipient: nil))
    #expect(desk.state.layers.isEmpty, "the selection went elsewhere")
  }

  @Test func `the cursor stands before the quoted mail`() {
    let desk = writing("Bonjour,\n\n> ancien\n> message")
    #expect(desk.state.compose?.body.cursor == 8)
    #expect(writing("\n\n> ancien").state.compose?.body.cursor == 0)
  }

  @Test func `write, review, send: what leaves is what was reviewed`() {
    var desk = writing()
    desk.type("Bonjour,\nprête vers 17 h.")
    desk.press(.control("e"))
    #expect(desk.state.context == .review, "\(desk.report)")
    guard case .enqueue(let sent, true)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(sent.body == "Bonjour,\nprête vers 17 h.")
    #expect(desk.press(.enter).isEmpty, "Enter again while it is on its way sends nothing")
    #expect(desk.press(.escape).isEmpty)
    #expect(desk.state.compose?.phase == .sending)
    let held = HeldSend(
      item: "o1", order: Officine.jeanne, display: "MARTIN Jeanne",
      until: Officine.now.adding(seconds: 12))
    desk.send(.sendQueued(held))
    #expect(desk.state.layers.isEmpty && desk.state.held == [held])
    desk.wait(seconds: 12)
    #expect(desk.state.held.isEmpty)
  }

  @Test func `I12 O13: a thread that moved stops the sending until a person says so`() {
    var desk = writing("Bonjour")
    desk.press(.control("e"), .enter)
    let report = CollisionReport(events: [Officine.opened(Officine.mohamed).events[2]])
    desk.send(.sendCollided(report))
    #expect(desk.state.compose?.phase == .collided(report))
    var edited = desk
    guard case .enqueue(_, false)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    edited.press(.character("m"), .control("e"))
    guard case .enqueue(_, true)? = edited.press(.enter).first else {
      Issue.record("after writing on, it is checked again: \(edited.report)")
      return
    }
  }

  @Test func `Tab reaches each blank, typing replaces it, and sending waits for all`() {
    var desk = writing("Prête vers [heure], au [lieu].\n> et [ancien crochet]")
    desk.press(.home)
    desk.press(.tab)
    desk.type("17 h")
    desk.press(.control("e"))
    #expect(problem(of: desk) == .blanks(["[lieu]"]), "\(desk.report)")
    #expect(desk.state.context == .compose)
    desk.press(.tab)
    desk.type("comptoir")
    desk.press(.control("e"))
    #expect(problem(of: desk) == nil)
    #expect(desk.state.compose?.body.text == "Prête vers 17 h, au comptoir.\n> et [ancien crochet]")
  }

  @Test func `after the last blank Tab goes on to the fields`() {
    var desk = writing("à [heure]")
    desk.press(.home, .tab, .tab)
    #expect(desk.state.compose?.field == .subject)
    desk.press(.tab)
    #expect(desk.state.compose?.field == .body)
  }

  @Test func `a template goes to the cursor with its first blank selected`() {
    var desk = writing("\n\n> ancien")
    desk.press(.function(2), .enter)
    let compose = desk.state.compose
    #expect(compose?.body.text.hasPrefix("Bonjour,\n\nNous avons") == true)
    #expect(compose?.body.text.hasSuffix("> ancien") == true)
    #expect(compose?.body.selection?.count == "[heure]".count)
    #expect(compose?.isDirty == true)
  }

  @Test(arguments: [
    ("", ComposeProblem.noRecipient),
    ("camille", .notAnAddress("camille")),
    ("a@b@c.mssante.fr", .notAnAddress("a@b@c.mssante.fr")),
    ("camille.durand@gmail.example", .outsideTrustSpace("camille.durand@gmail.example")),
    (
      "camille@medecin.mssante.fr; x@evil.example",
      .outsideTrustSpace("x@evil.example")
    ),
    ("251037512345642@patient.mssante.fr, 188069204421012@patient.mssante.fr", .severalPatients),
    ("Dr DURAND <camille.durand@medecin.mssante.fr>", .emptyBody),
  ])
  func `O11: nothing leaves for nobody, outside MSSanté or to two patients`(
    to: String, expected: ComposeProblem
  ) {
    var desk = DeskTrace(.fixture())
    desk.press(.character("y"))
    desk.send(.draftOpened(draft(to: to), recipient: nil))
    #expect(desk.state.compose?.field == .to)
    desk.type(to)
    desk.press(.control("e"))
    #expect(problem(of: desk) == expected, "\(desk.report)")
    #expect(!desk.effects.contains { if case .enqueue = $0 { true } else { false } })
    desk.press(.left)
    #expect(problem(of: desk) == nil, "the next key clears it")
  }

  @Test func `an answer of nothing but the quoted mail is empty`() {
    var desk = writing("\n\n> Bonjour")
    desk.press(.control("e"))
    #expect(problem(of: desk) == .emptyBody)
  }

  @Test func `O14: two seconds of work at most are unsaved`() {
    var desk = writing()
    desk.type("Bonj")
    desk.wait(seconds: 1)
    desk.type("our")
    #expect(desk.state.wakeAt == Officine.now.adding(seconds: 2))
    guard case .saveDraft(let saved)? = desk.wait(seconds: 1).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(saved.body == "Bonjour")
    #expect(desk.wait(seconds: 5).isEmpty, "saved once")
    desk.type("!")
    guard case .saveDraft(let last)? = desk.state.savesBeforeExit().first else {
      Issue.record("a terminal that closes saves what is left")
      return
    }
    #expect(last.body == "Bonjour!" && last.updatedAt > saved.updatedAt)
  }

  @Test func `Esc keeps the draft and says so`() {
    var desk = writing()
    desk.type("Bonjour")
    let effects = desk.press(.escape)
    guard case .saveDraft(let kept)? = effects.first, effects.count == 1 else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(kept.body == "Bonjour")
    #expect(desk.state.layers.isEmpty && desk.state.notice?.content == .draftKept(by: .reply))
  }

  @Test func `O12 O14: a draft the disk refused is on screen again, unsaved`() {
    var desk = writing()
    desk.type("Bonjour")
    for effect in desk.press(.escape) { desk.send(.effectFailed(effect, .diskFull)) }
    #expect(desk.state.compose?.body.text == "Bonjour")
    #expect(desk.state.compose?.isDirty == true)
    #expect(desk.state.notice?.content == .failed(.diskFull))
    desk.press(.control("e"))
    for effect in desk.press(.enter) { desk.send(.effectFailed(effect, .diskFull)) }
    #expect(desk.state.compose?.phase == .reviewing)
    #expect(desk.state.held.isEmpty)
  }

  @Test func `discarding asks, and Enter alone keeps the text`() {
    var desk = writing("Bonjour")
    desk.send(.commanded(.discardDraft))
    desk.press(.enter)
    #expect(desk.state.compose != nil)
    desk.send(.commanded(.discardDraft))
    #expect(desk.press(.right, .enter) == [.deleteDraft("draft")])
    #expect(desk.state.layers.isEmpty)
  }

  @Test func `the end of the exchange is for this mail only`() {
    var desk = writing("Bonjour")
    desk.press(.function(5), .control("e"))
    guard case .enqueue(let sent, _)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(sent.endsExchange)
    #expect(writing().state.compose?.draft.endsExchange == false)
  }

  @Test func `an answer's recipient is not edited`() {
    var desk = writing("Bonjour")
    for _ in 0..<6 {
      desk.press(.tab)
      #expect(desk.state.compose?.field != .to)
    }
  }

  @Test func `U03: a paste larger than a mail is cut and said`() {
    var desk = writing()
    desk.send(.pasted(String(repeating: "é", count: 500_000)))
    #expect(desk.state.compose?.body.text.utf8.count == TextBuffer.bodyLimit)
    #expect(desk.state.notice?.content == .textFull(limit: TextBuffer.bodyLimit))
  }
}
