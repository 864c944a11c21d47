import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

/// What must be true of every screen, whatever the state and the size.
@Suite("Safety of screens")
struct SafetyTests {
  private static let sizes = [
    Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 40, rows: 12),
    Size(columns: 180, rows: 30), Size(columns: 31, rows: 7),
  ]

  @Test("R01 R03: no control or bidi scalar is in any cell", arguments: Scene.allCases)
  func noControl(scene: Scene) {
    for size in Self.sizes {
      let found = Inspector.forbidden(in: scene.frame(size.columns, size.rows))
      #expect(found.isEmpty, "\(scene) \(size.columns)x\(size.rows): \(found)")
    }
  }

  @Test("P: no matricule is readable on any screen", arguments: Scene.allCases)
  func noMatricule(scene: Scene) {
    for size in Self.sizes {
      for language in Language.allCases {
        let frame = scene.frame(size.columns, size.rows, language)
        if scene == .revealed { continue }
        #expect(Inspector.matricules(in: frame).isEmpty, "\(scene) \(size.columns)")
      }
    }
  }

  @Test("R05 R06: any size draws inside the paper, 0 × 0 and 1 × 1 included")
  func sizes() {
    for scene in Scene.allCases {
      for (columns, rows) in [(0, 0), (1, 1), (0, 9), (9, 0), (2, 2), (29, 5), (30, 6), (500, 3)] {
        let frame = scene.frame(columns, rows)
        #expect(frame.size == Size(columns: columns, rows: rows))
        #expect(Inspector.misplacedCursor(in: frame) == nil)
      }
    }
  }

  @Test("too small a window says so in its language")
  func tooSmall() {
    #expect(Scene.queue.frame(29, 24).rows[0] == "Fenêtre trop petite")
    #expect(Scene.queue.frame(29, 24, .english).rows[0] == "Window too small")
  }

  @Test("R02: an overwriting carriage return shows both doses")
  func overwriting() {
    let text = Scene.readerHostile.frame(80, 60).rows.joined(separator: "\n")
    #expect(text.contains("Amoxicilline 1 g"))
    #expect(text.contains("Amoxicilline 9 g"))
  }

  @Test("M14: a professional's address is written in full, also on a narrow screen")
  func professionalAddress() {
    for columns in [34, 40, 80, 120] {
      let text = Scene.readerDoctor.frame(columns, 40).rows.map {
        $0.split(separator: "│").last.map(String.init) ?? $0
      }.joined().filter { $0 != " " }
      #expect(text.contains("camille.durand@medecin.mssante.fr"), "\(columns) columns")
    }
  }

  @Test("M14: a name that is an address is shown as a claim beside the masked number")
  func claimedName() {
    let text = Scene.readerHostile.frame(80, 60).rows.joined(separator: "\n")
    #expect(text.contains("pharmacien.conseil@mssante.example"))
    #expect(text.contains("Adresse réelle :"))
    #expect(text.contains("INS 2 79 03 •• ••• ••• 91"))
  }

  @Test("a confirmed patient never carries the sender's number")
  func senderIsNotPatient() {
    var state = Scene.reader.state
    state.opened?.order.patient = Patient(name: "MARTIN Paulette", source: .person)
    state.page.rows[0].order.patient = Patient(name: "MARTIN Paulette", source: .person)
    let frame = render(
      state, French(), size: Size(columns: 80, rows: 40), now: state.now)
    let text = frame.rows.joined(separator: "\n")
    #expect(text.contains("pour MARTIN Paulette"))
    #expect(!text.contains("2 51 03"))
  }

  @Test("P01: the curtain and its cells hold no name of a patient")
  func curtain() {
    for size in Self.sizes {
      let text = Scene.curtain.frame(size.columns, size.rows).rows.joined(separator: "\n")
      for row in Officine.rows {
        for word in row.message.sender.display.split(separator: " ") where word.count > 3 {
          #expect(!text.contains(word), "\(word)")
        }
      }
    }
  }

  @Test("P: random states at random sizes draw safely", arguments: 1...6)
  func random(seed: UInt64) {
    var dice = Dice(seed: seed)
    for round in 0..<25 {
      let state = dice.state()
      let size = Size(columns: dice.below(201), rows: dice.below(61))
      let language = Language.allCases[dice.below(2)]
      let picture = picture(
        of: state, language.strings, size: size, now: state.now, ascii: dice.below(4) == 0)
      let name = "seed \(seed) round \(round) \(size.columns)x\(size.rows)"
      #expect(picture.frame.size == size, "\(name)")
      #expect(Inspector.forbidden(in: picture.frame).isEmpty, "\(name)")
      #expect(
        Inspector.matricules(in: picture.frame).isEmpty,
        "\(name)\n\(picture.frame.rows.joined(separator: "\n"))")
      #expect(Inspector.misplacedCursor(in: picture.frame) == nil, "\(name)")
    }
  }
}
