import Cells
import Screens
import TestKit
import Testing

/// What the counter sees, for eyes: each picture is reviewed like code.
@Suite("Snapshots")
struct SnapshotTests {
  @Test("every situation at 80 × 24", arguments: Scene.allCases)
  func standard(scene: Scene) {
    assertScreen(scene.frame(80, 24), named: "\(scene.rawValue)-80x24")
  }

  @Test(
    "queue beside reader at 120 × 40",
    arguments: [
      Scene.queue, .all, .readerDoctor, .readerHostile, .review, .note, .firstDay, .held,
      .mentionRead,
      .colleagues, .answeringToo,
    ])
  func wide(scene: Scene) {
    assertScreen(scene.frame(120, 40), named: "\(scene.rawValue)-120x40")
  }

  @Test(
    "the small window at 40 × 12",
    arguments: [Scene.queue, .reader, .compose, .collision, .note, .states, .help, .search])
  func small(scene: Scene) {
    assertScreen(scene.frame(40, 12), named: "\(scene.rawValue)-40x12")
  }

  @Test("three panes at 180 × 30")
  func threePanes() {
    assertScreen(Scene.readerHistory.frame(180, 30), named: "readerHistory-180x30")
  }

  @Test("English", arguments: [Scene.queue, .reader, .collision, .note, .nearlyFull])
  func english(scene: Scene) {
    assertScreen(scene.frame(80, 24, .english), named: "\(scene.rawValue)-80x24-en")
  }

  @Test("ASCII signs and lines", arguments: [Scene.queue, .reader])
  func ascii(scene: Scene) {
    assertScreen(scene.frame(80, 24, ascii: true), named: "\(scene.rawValue)-80x24-ascii")
  }
}
