import Cells
import Testing

@Suite("Widths")
struct CellWidthTests {
  @Test(
    "a scalar takes the columns a terminal gives it",
    arguments: [
      ("a", 1), ("é", 1), ("œ", 1), ("\u{301}", 0), ("\u{20DD}", 0), ("王", 2), ("ア", 2), ("ｱ", 1),
      ("Ａ", 2), ("한", 2), ("\u{1161}", 0), ("💊", 2), ("○", 1), ("─", 1), ("▌", 1), ("·", 1),
      ("✔", 1), ("⚠", 1), ("ب", 1), ("\u{05B7}", 0), ("\u{0E31}", 0), ("\u{3000}", 2),
    ] as [(Unicode.Scalar, Int)])
  func scalars(scalar: Unicode.Scalar, width: Int) {
    #expect(CellWidth.of(scalar) == width)
  }

  @Test("a text takes the columns of what is drawn, not of its characters")
  func texts() {
    #expect(CellWidth.of("LEFÈVRE Œdipe") == 13)
    #expect(CellWidth.of("Nguye\u{302}\u{303}n") == 6)
    #expect(CellWidth.of("👩‍⚕️") == 2)
    #expect(CellWidth.of("") == 0)
  }
}
