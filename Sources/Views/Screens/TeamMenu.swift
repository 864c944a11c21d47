import Cells
import Desk
import Domain

/// The people of the team, one to a line.
extension Canvas {
  func teamText(_ choice: TeamChoice) -> Presentable {
    guard case .person(let person) = choice else { return words(strings.team(choice)) }
    let member = person.member
    let isWide = grid.size.columns >= 100
    func cell(_ text: String, _ columns: Int) -> Presentable {
      let text = data(text)
      return text.clipped(to: columns - 1).padded(to: columns)
    }
    return cell(member.initials, 5) + cell(member.name, isWide ? 26 : 16)
      + cell(strings.role(member.role), 12) + cell(member.rpps ?? "", 12)
      + words(strings.standing(person, isShort: !isWide))
  }

  /// As much as the window has, for the list alone.
  func menuWidth(_ kind: Menu.Kind) -> Int {
    kind == .team ? min(108, max(20, grid.size.columns - 4)) : dialogWidth
  }
}
