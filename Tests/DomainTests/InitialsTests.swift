import Domain
import Testing

@Suite("Initials of a new member")
struct InitialsTests {
  @Test(
    "the first free ones, case and accents apart",
    arguments: [
      ([], "CM"), (["LP"], "CM"), (["CM"], "CM2"), (["cm", "CM2"], "CM3"), (["CM2"], "CM"),
      (["ÇM", "CM3"], "CM2"),
    ])
  func free(taken: [String], expected: String) {
    #expect(Member.freeInitials(of: "Camille MARCHAND", taken: taken) == expected)
  }

  @Test("a one-letter name has initials too")
  func short() {
    #expect(Member.freeInitials(of: "Q", taken: []) == "Q")
    #expect(Member.freeInitials(of: "Q", taken: ["Q"]) == "Q2")
  }
}
