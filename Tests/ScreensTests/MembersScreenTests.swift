import Cells
import Desk
import Domain
import Keys
import Screens
import TestKit
import Testing

/// The team of a responsable, for eyes.
@Suite("Members on screen")
struct MembersScreenTests {
  private static let team: [TeamMember] = {
    var (claire, lea, sami) = (Officine.claire, Officine.lea, Officine.sami)
    claire.rpps = "10001234567"
    lea.until = Officine.now.adding(seconds: 41 * 86_400)
    sami.isDisabled = true
    sami.name = "Sami-Abderrahmane HADDAD-BENALI"
    return [
      TeamMember(member: claire, isPINProvisional: false),
      TeamMember(member: lea, isPINProvisional: true),
      TeamMember(member: sami, isPINProvisional: false),
    ]
  }()

  private func frame(
    _ columns: Int, _ rows: Int, _ language: Language = .french, keys: [String] = []
  ) -> Frame {
    var state = Scene.queue.state
    (state.columns, state.rows) = (columns, rows)
    state.actor = Officine.actor(Officine.claire)
    _ = state.apply(.commanded(.members))
    _ = state.apply(.teamLoaded(Self.team))
    for key in keys {
      switch key {
      case "Down": _ = state.apply(.keyPressed(.down))
      case "End": _ = state.apply(.keyPressed(.end))
      case "Enter": _ = state.apply(.keyPressed(.enter))
      default: for letter in key { _ = state.apply(.keyPressed(.character(letter))) }
      }
    }
    return render(
      state, language.strings, size: Size(columns: columns, rows: rows), now: state.now)
  }

  @Test("the team is one line a person", arguments: [(80, 24), (120, 40)])
  func list(columns: Int, rows: Int) {
    let frame = frame(columns, rows)
    assertScreen(frame, named: "members-\(columns)x\(rows)")
    let text = frame.rows.joined(separator: "\n")
    for word in ["10001234567", "désactivé", "provisoire", "31/12/2026", "responsable"] {
      #expect(text.contains(word), "\(word)")
    }
    #expect(self.frame(columns, rows, .english).rows.joined().contains("provisional"))
  }

  @Test("each step names the person", arguments: [(80, 24), (120, 40)])
  func steps(columns: Int, rows: Int) {
    assertScreen(
      frame(columns, rows, keys: ["Down", "Enter"]), named: "member-\(columns)x\(rows)")
    let code = frame(columns, rows, keys: ["Down", "Enter", "Enter", "2468"])
    assertScreen(code, named: "memberCode-\(columns)x\(rows)")
    let text = code.rows.joined(separator: "\n")
    #expect(text.contains("Léa PETITJEAN") && !text.contains("2468"))
    assertScreen(
      frame(columns, rows, keys: ["End", "Enter", "Enter", "Inès DUVAL"]),
      named: "memberNew-\(columns)x\(rows)")
    assertScreen(
      frame(columns, rows, keys: ["Down", "Enter", "Down", "Enter"]),
      named: "memberDisable-\(columns)x\(rows)")
  }
}
