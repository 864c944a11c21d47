import Cells
import Desk
import Domain
import Screens
import TestKit

/// Looks at finished frames for what must never be in one.
enum Inspector {
  /// Controls, format characters and lone halves of wide glyphs, as text for the failure.
  static func forbidden(in frame: Frame) -> [String] {
    var found: [String] = []
    for row in 0..<frame.size.rows {
      var halves = 0
      for column in 0..<frame.size.columns {
        let cell = frame.grid[Point(column: column, row: row)]
        for scalar in [cell.glyph.base] + cell.glyph.combining {
          switch scalar.properties.generalCategory {
          case .control, .format, .privateUse, .surrogate, .lineSeparator, .paragraphSeparator:
            found.append("U+\(String(scalar.value, radix: 16)) at \(column),\(row)")
          default: break
          }
        }
        if cell.width == 0, halves == 0 { found.append("half at \(column),\(row)") }
        halves = cell.width == 2 ? 1 : 0
      }
    }
    return found
  }

  /// Thirteen digits of any matricule of the fixtures, in any spacing, on one row.
  static func matricules(in frame: Frame) -> [String] {
    let known =
      Officine.rows.compactMap { $0.message.sender.ins } + [Hostile.ins, Hostile.corsican]
    let numbers = known.map { String($0.matricule.prefix(13)) }
    return frame.rows.flatMap { row in
      let digits = row.filter { !" .-\u{A0}/".contains($0) }
      return numbers.filter { digits.contains($0) }
    }
  }

  /// The cursor when it stands outside of the paper.
  static func misplacedCursor(in frame: Frame) -> Point? {
    guard case .at(let point) = frame.cursor, !frame.grid.bounds.contains(point) else { return nil }
    return point
  }
}

/// A small deterministic generator: a failing seed can be run again.
struct Dice {
  private var seed: UInt64
  init(seed: UInt64) { self.seed = seed }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    seed &+= 0x9E37_79B9_7F4A_7C15
    var value = seed
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// Words of every dangerous sort, now and then a matricule.
  mutating func text() -> String {
    let pieces = [
      "Ordonnance", "\u{1B}[2J", "佐藤花子", "é\u{301}\u{302}", "\u{202E}", "\u{200B}", "\r\n", "\t",
      "👩‍⚕️", "\u{0}", Hostile.ins.matricule, Hostile.ins.grouped, "LEFÈVRE Œdipe", "🇫🇷", "\u{9B}5m",
      String(repeating: "long", count: 60), "", "עברית", "\u{FFFF}", "\n\n\n",
    ]
    return (0..<below(4)).map { _ in pieces[below(pieces.count)] }.joined(separator: " ")
  }

  mutating func state() -> State {
    let scenes = Scene.allCases
    var state = scenes[below(scenes.count)].state
    state.officine = below(3) == 0 ? text() : state.officine
    state.poste.name = below(3) == 0 ? text() : state.poste.name
    state.actor = below(4) == 0 ? nil : state.actor
    // Shown for some seconds by a person's own key, which a clock that jumps ends (`tick`).
    state.revealed = nil
    state.isDemo = below(2) == 0
    state.view = QueueView.allCases[below(QueueView.allCases.count)]
    state.top = below(12) - 1
    state.readerScroll = below(40) - 2
    state.focus = below(2) == 0 ? .queue : .reader
    state.now = state.now.adding(seconds: Int64(below(2_000_000)) - 500_000)
    state.counts.quarantine = below(3)
    for index in state.page.rows.indices where below(2) == 0 { disturb(&state.page.rows[index]) }
    if below(2) == 0, let opened = state.opened { state.opened = disturbed(opened) }
    if below(3) == 0 { state.selection = nil }
    return state
  }

  private mutating func disturb(_ row: inout QueueRow) {
    row.message.subject = text()
    row.message.preview = text()
    row.message.sender.display = text()
    row.message.sender.name = text()
    row.message.isOutgoing = below(5) == 0
    row.order.status = Order.Status.allCases[below(Order.Status.allCases.count)]
    row.order.hasNews = below(3) == 0
    row.order.markers.shelf = below(3) == 0 ? text() : nil
    row.order.markers.missing = (0..<below(3)).map { _ in MissingProduct(product: text()) }
    if below(2) == 0 { row.order.patient = Patient(name: text(), source: .person) }
  }

  private mutating func disturbed(_ opened: OpenedOrder) -> OpenedOrder {
    var result = opened
    for index in result.bodies.indices {
      result.bodies[index].text = text() + "\n" + text()
      result.bodies[index].message.subject = text()
      result.bodies[index].documents = result.bodies[index].documents.map {
        var document = $0
        let states: [ReadableDocument.State] = [.pending, .done, .failed, .toolMissing, .tooLarge]
        document.state = states[below(states.count)]
        document.text = text()
        return document
      }
    }
    result.order.redoReason = below(2) == 0 ? text() : nil
    result.order.markers.questionPatient = text()
    return result
  }
}
