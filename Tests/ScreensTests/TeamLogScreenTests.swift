import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

/// What other machines do to a person's gestures is seen where it happened.
@Suite("The team log on screen")
struct TeamLogScreenTests {
  private func text(_ state: State, _ columns: Int = 80, _ rows: Int = 24) -> [String] {
    // Another suite pins it the first time it draws, perhaps between two pictures of this one.
    precondition(parisIsPinned)
    return render(state, French(), size: Size(columns: columns, rows: rows), now: state.now).rows
  }

  private let owner = Order.Owner(
    memberID: "claire", name: "Claire", initials: "CV", poste: "arrière",
    since: Officine.now.adding(seconds: -180))

  private func refused(_ id: Order.ID) -> OrderEvent {
    OrderEvent(
      id: "take-1", order: id, number: 0, author: Officine.actor(Officine.lea).author,
      at: Officine.now.adding(seconds: -60), basedOn: 2, gesture: .taken(over: nil),
      standing: .refused(.alreadyTaken(by: owner)))
  }

  @Test func `a gesture that the other machines do not know yet is marked on its row`() throws {
    var state = State.fixture(view: .all)
    let name = try #require(state.page.rows.first).order.id
    state.page.rows[0].isPending = true
    let pending = text(state)
    state.page.rows[0].isPending = false
    let without = text(state)
    let changed = zip(pending, without).filter { $0 != $1 }.map(\.0)
    #expect(changed.count == 1 && changed[0].contains("…"), "\(name)")
  }

  @Test func `a refused gesture is said with who was first, and its row is marked`() {
    var state = State.fixture(view: .all)
    _ = state.apply(.logNoted(LogNotices(refused: [refused(Officine.mohamed)])))
    let rows = text(state, 120, 40)
    #expect(rows.contains { $0.contains("⚠ 1 geste refusé, une autre machine était avant") })
    #expect(
      rows.contains {
        $0.contains("Prise : refusé, une autre machine était avant. Prise par Claire il y a 3")
      })
    #expect(rows.contains { $0.contains("⚠") && $0.contains("HADJ") || $0.contains("Mohamed") })
  }

  @Test func `the history tells what was refused and what still waits`() throws {
    var state = Scene.readerHistory.state
    var opened = try #require(state.opened)
    var waiting = try #require(opened.events.last { $0.author.memberID != nil })
    waiting.standing = .pending
    opened.told = opened.events.dropLast() + [refused(opened.order.id), waiting]
    state.opened = opened
    let before = text(Scene.readerHistory.state, 180, 40).joined()
    let history = text(state, 180, 40).joined()
    #expect(history.contains("refusé,") && !before.contains("refusé,"))
    #expect(history.count { $0 == "…" } > before.count { $0 == "…" })
  }

  @Test func `rights that did not change are told to whoever changed them`() {
    var state = State.fixture(view: .all)
    let lost = LostRight(id: "r", name: "Léa PETIT", rights: [.role])
    _ = state.apply(.logNoted(LogNotices(lostRights: [lost])))
    #expect(text(state).contains { $0.contains("⚠ droits non changés (Léa PETIT), un autre") })
  }

  @Test func `both addresses are in what a person is told to do`() {
    var health = TeamLogHealth(
      status: SyncStatus(
        phase: .refused, since: Officine.now, failure: TeamLogHealth.Obstacle.address.rawValue))
    (health.address, health.otherAddress) = ("a@un.example", "b@deux.example")
    for strings in [French() as any Strings, English()] {
      let advice = strings.teamLogAdvice(health) ?? ""
      #expect(advice.contains("a@un.example") && advice.contains("b@deux.example"), "\(advice)")
    }
  }

  @Test func `a demande whose mail is not here says so instead of showing nothing`() {
    var state = State.fixture(view: .all)
    var order = Officine.row(Officine.mohamed).order
    order.patient = nil
    state.page.rows[0] = QueueRow(key: state.page.rows[0].key, messageAbsentFrom: order)
    #expect(text(state, 120, 40).contains { $0.contains("message absent : une autre machine") })
    state.selection = order.id
    state.opened = OpenedOrder(order: order, bodies: [], events: [])
    state.focus = .reader
    #expect(text(state).contains { $0.contains("message absent") })
  }
}
