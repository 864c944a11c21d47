import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Mentions")
struct MentionTests {
  private func words(_ desk: DeskTrace) -> String? {
    guard case .note(let editor)? = desk.state.layers.last else { return nil }
    return editor.words.note.forTheTeam
  }

  @Test func `Tab completes a colleague by name or initials, Enter notes, lines are lines`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("n"))
    #expect(desk.state.context == .note)
    desk.type("Pour @sa")
    #expect(desk.state.mentionCandidates == [Officine.sami])
    desk.press(.tab)
    desk.type("et @cv")
    desk.press(.tab, .control("n"))
    desk.type("rappeler ")
    desk.press(.tab)
    desk.type("zzz")
    #expect(words(desk) == "Pour @Sami et @Claire \nrappeler @zzz")
    desk.press(.tab)
    #expect(words(desk)?.hasSuffix("@zzz@") == true, "nobody to complete: an at sign, no name")
    desk.press(.backspace, .up, .home)
    desk.type("! ")
    let note: NoteText = "! Pour @Sami et @Claire \nrappeler @zzz"
    #expect(
      desk.press(.enter, .enter) == [.perform(.noted(note), on: Officine.jeanne, expecting: nil)],
      "\(desk.report)")
  }

  @Test func `one is not offered oneself, and an address is no mention`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("n"))
    desk.type("@")
    #expect(desk.state.mentionCandidates == [Officine.sami, Officine.claire])
    desk.type("lp")
    #expect(desk.state.mentionCandidates.isEmpty)
    desk.press(.control("u"))
    desk.type("a@sa")
    #expect(desk.state.mentionCandidates.isEmpty)
  }

  private func mention(_ event: String, _ order: Order.ID) -> Mention {
    Mention(event: event, order: order, at: Officine.now, by: Officine.actor(Officine.sami).author)
  }

  private func opened(_ id: Order.ID, note event: String) -> OpenedOrder {
    var opened = Officine.opened(id)
    opened.events.append(
      OrderEvent(
        id: event, order: id, number: 99, author: Officine.actor(Officine.sami).author,
        at: Officine.now, basedOn: nil, gesture: .noted("@Léa tu peux ?")))
    return opened
  }

  @Test func `a mention stays until its note was drawn in front of its member`() {
    var desk = DeskTrace(.fixture())
    desk.send(.mentionsLoaded([mention("n1", Officine.elodie)]))
    #expect(desk.state.around.isMentioned(on: Officine.elodie))
    #expect(desk.press(.function(8)).contains(.loadOrder(Officine.elodie)))
    #expect(desk.state.selection == Officine.elodie && desk.state.focus == .reader)
    desk.send(.orderLoaded(Officine.opened(Officine.elodie)))
    #expect(desk.send(.readerMeasured(lines: 30)).isEmpty, "its note has not come yet")
    desk.send(.orderLoaded(opened(Officine.elodie, note: "n1")))
    #expect(desk.state.around.mentions.count == 1, "nothing is seen before it is drawn")
    #expect(desk.send(seen) == [.readMentions(["n1"])])
    #expect(desk.state.around.mentions.isEmpty)
    #expect(desk.state.around.freshMentions == ["n1"])
    // The store may still tell of it once.
    #expect(desk.send(.mentionsLoaded([mention("n1", Officine.elodie)])).isEmpty)
    #expect(desk.state.around.mentions.isEmpty)
    desk.press(.function(8))
    #expect(desk.state.notice?.content == .unavailable(.nextMention, .noMention))
  }

  private let seen = Event.readerMeasured(lines: 30, mentions: ["n1"])

  /// Léa reads Jeanne's demande, and a note to her comes.
  private func called(columns: Int = 80, rows: Int = 24) -> DeskTrace {
    var desk = DeskTrace(.fixture(columns: columns, rows: rows))
    desk.press(.enter)
    desk.send(.orderLoaded(opened(Officine.jeanne, note: "n1")))
    desk.send(.mentionsLoaded([mention("n1", Officine.jeanne)]))
    return desk
  }

  @Test func `beside the queue nothing counts as read, and another member has other mentions`() {
    var desk = called(columns: 120, rows: 40)
    desk.press(.escape)
    #expect(desk.send(seen).isEmpty && desk.state.around.mentions.count == 1)
    desk.send(desk.proof(of: Officine.claire))
    #expect(desk.state.around.mentions.isEmpty)
    desk.send(.mentionsLoaded([mention("n1", Officine.jeanne)]))
    desk.press(.enter)
    #expect(desk.send(seen).contains(.readMentions(["n1"])))
  }

  @Test func `nothing is read under a layer, the curtain or the lock, nor by nobody`() {
    for key in [Key.character("n"), .character("e"), .function(12), .control("k"), .function(1)] {
      var desk = called()
      desk.press(key)
      #expect(desk.send(seen).isEmpty, "\(key)")
    }
    var desk = called()
    desk.wait(seconds: 60)
    #expect(desk.send(seen).isEmpty, "gone for lunch")
    #expect(desk.state.around.mentions.count == 1)
    desk.press(.down)
    #expect(desk.send(seen) == [.readMentions(["n1"])], "back")
  }

  @Test func `the key comes back to the lines of this demande's note first`() {
    var desk = called()
    desk.send(.readerMeasured(lines: 400))
    desk.press(.end)
    desk.send(
      .mentionsLoaded([mention("n0", Officine.luc), mention("n1", Officine.jeanne)]))
    desk.press(.function(8))
    #expect(desk.state.selection == Officine.jeanne && desk.state.readerScroll == 0)
  }

  @Test func `a name that calls nobody is said once, and a second Enter keeps it`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("n"))
    desk.type("@Samy et @Sami-, vers @12h")
    #expect(desk.press(.enter).isEmpty)
    guard case .note(let editor)? = desk.state.layers.last else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(editor.problem == .nobodyCalled("Samy"))
    let note: NoteText = "@Samy et @Sami-, vers @12h"
    #expect(desk.press(.enter) == [.perform(.noted(note), on: Officine.jeanne, expecting: nil)])
    desk.send(.gestureDone(.noted(note), Officine.row(Officine.jeanne).order))
    #expect(desk.state.notice?.content == .noted(calls: ["Sami"]))
  }

  @Test func `a colleague who may not act any more is called by nobody`() {
    var state = State.fixture()
    for place in state.members.indices where state.members[place].id == "sami" {
      state.members[place].isDisabled = true
    }
    var desk = DeskTrace(state)
    desk.press(.character("n"))
    desk.type("@Sami vu\n")
    guard case .note(let editor)? = desk.state.layers.last else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(editor.problem == .nobodyCalled("Sami"))
  }

  @Test func `the key goes from mention to mention, the oldest first`() {
    var desk = DeskTrace(.fixture())
    let places = [Officine.elodie, Officine.luc, Officine.durand]
    desk.send(.mentionsLoaded(places.enumerated().map { mention("n\($0)", $1) }))
    for place in places + [places[0]] {
      desk.press(.function(8))
      #expect(desk.state.selection == place)
    }
  }
}
