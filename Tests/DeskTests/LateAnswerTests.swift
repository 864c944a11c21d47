import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Answers that come after the lock")
struct LateAnswerTests {
  private func isSave(_ effect: Effect) -> Bool {
    if case .saveDraft = effect { true } else { false }
  }

  @Test func `P01: who was asked for before the lock opens nothing, and acts nowhere`() {
    var desk = DeskTrace(.fixture())
    desk.press(.function(2))
    desk.type("cv4711\n")
    let late = desk.proof(of: Officine.claire)
    desk.press(.control("k"))
    #expect(desk.send(late).isEmpty)
    #expect(desk.state.isLocked && desk.state.actor == nil)
    // Nor while somebody else waits for the answer to their own code.
    desk.type("lp4817\n")
    #expect(desk.send(late).isEmpty && desk.state.isLocked)
    #expect(
      desk.send(.identificationRefused(.wrongPIN, attempt: 1)).isEmpty
        && desk.state.lock?.form.isSubmitted == true)
    #expect(desk.send(desk.proof(of: Officine.lea)).first == .act(as: Officine.actor(Officine.lea)))
    #expect(!desk.state.isLocked)
  }

  @Test func `whoever gave up, or whose question is over, does not become somebody else`() {
    var desk = DeskTrace(.fixture())
    desk.press(.function(2))
    desk.type("cv4711\n")
    let late = desk.proof(of: Officine.claire)
    desk.press(.escape)
    #expect(desk.send(late).isEmpty && desk.state.actor?.member == Officine.lea)
    desk.press(.function(2))
    #expect(desk.send(late).isEmpty, "a form that has asked nothing yet")
    let own = desk.proof(of: Officine.sami)
    #expect(desk.send(late).isEmpty, "nor one that asked something else")
    let effects = desk.send(own)
    #expect(effects.first == .act(as: Officine.actor(Officine.sami)), "before anything in the name")
    #expect(desk.state.actor?.member == Officine.sami)
  }

  /// An answer handed to the store, and the screen locked at once.
  private func leaving() -> (DeskTrace, Draft)? {
    var desk = DeskTrace(.fixture())
    var store = PaperStore()
    desk.press(.enter, &store)
    desk.press(.character("r"), &store)
    desk.type("Bonjour Jeanne")
    desk.press(.control("e"))
    guard case .enqueue(let draft, _)? = desk.press(.enter).first else { return nil }
    desk.press(.control("k"))
    return (desk, draft)
  }

  @Test func `an answer on its way at the lock comes back after the unlock too`() throws {
    var (desk, draft) = try #require(leaving())
    desk.send(desk.proof(of: Officine.lea))
    var sent = desk
    sent.send(
      .sendQueued(
        HeldSend(item: "o", order: nil, display: "x", until: desk.state.now.adding(seconds: 9))))
    #expect(sent.state.held.map(\.item) == ["o"] && !sent.effects.suffix(9).contains(where: isSave))
    #expect(!sent.state.savesBeforeExit().contains(where: isSave))
    for event in [
      Event.sendCollided(CollisionReport(events: [])),
      .effectFailed(.enqueue(draft, checked: true), .storeBusy),
    ] {
      var back = desk
      guard case .saveDraft(let kept)? = back.send(event).first else {
        Issue.record("\(back.report)")
        return
      }
      #expect(kept.body == draft.body && back.state.notice?.content == .answerReturned)
      #expect(back.send(event).isEmpty || back.state.compose != nil, "once")
    }
  }

  @Test func `an answer that left is not a colleague's to take back, nor to read of`() throws {
    var (desk, draft) = try #require(leaving())
    desk.send(desk.proof(of: Officine.sami))
    var sent = desk
    sent.send(.sendQueued(HeldSend(item: "o", order: nil, display: "x", until: desk.state.now)))
    #expect(sent.state.held.isEmpty && sent.state.undoTarget == nil)
    guard case .saveDraft(let kept)? = desk.send(.sendCollided(CollisionReport(events: []))).first
    else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(kept.body == draft.body && kept.authorID == "lea" && desk.state.layers.isEmpty)
    #expect(desk.state.notice?.content != .answerReturned)
  }

  @Test func `whoever leaves before the store answered has it written`() throws {
    let (desk, draft) = try #require(leaving())
    #expect(desk.state.savesBeforeExit().contains(.saveDraft(draft)))
  }

  @Test func `it survives a second lock and unlock`() throws {
    var (desk, draft) = try #require(leaving())
    desk.send(desk.proof(of: Officine.lea))
    desk.press(.control("k"))
    desk.send(desk.proof(of: Officine.lea))
    guard case .saveDraft(let kept)? = desk.send(.sendCollided(CollisionReport(events: []))).first
    else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(kept.body == draft.body)
  }

  @Test func `O14: what could not be saved before the lock is tried again after it`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("n"))
    desk.type("rappeler")
    let note = KeptNote(order: Officine.jeanne, author: "lea", text: "rappeler")
    desk.press(.escape)
    desk.send(.effectFailed(.keepNote(note), .diskFull))
    desk.press(.control("k"))
    #expect(desk.state.isKeepingText)
    #expect(desk.wait(seconds: 2).contains(.keepNote(note)))
    desk.send(.effectFailed(.keepNote(note), .diskFull))
    #expect(desk.state.savesBeforeExit() == [.keepNote(note)], "a signal at the locked screen")
    desk.send(desk.proof(of: Officine.sami))
    #expect(desk.state.isKeepingText)
  }

  @Test func `O14: a terminal that goes away keeps notes, drafts and what waited`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("n"))
    desk.type("rappeler")
    let note = KeptNote(order: Officine.jeanne, author: "lea", text: "rappeler")
    #expect(desk.state.savesBeforeExit() == [.keepNote(note)])
    let other = KeptNote(order: Officine.anh, author: "sami", text: "vu")
    desk.send(.effectFailed(.keepNote(other), .storeBusy))
    #expect(desk.state.savesBeforeExit() == [.keepNote(other), .keepNote(note)])
    desk.press(.escape)
    #expect(desk.press(.character("q")) == [.keepNote(other), .quit])
  }
}
