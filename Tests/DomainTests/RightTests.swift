import Domain
import Testing

@Suite struct RightTests {
  private let now = Timestamp(seconds: 1_795_167_720)

  private func member(_ id: String, responsable: Bool = false) -> Member {
    Member(id: id, name: id, initials: id, role: .adjoint, isResponsable: responsable)
  }

  @Test(arguments: Right.allCases)
  func `every right is the responsables', once there is one`(right: Right) {
    let (claire, nour) = (member("CM", responsable: true), member("NA"))
    #expect(claire.may(right, among: [claire, nour], at: now))
    #expect(!nour.may(right, among: [claire, nour], at: now))
    #expect(nour.may(right, among: [nour], at: now), "somebody must begin")
    var gone = claire
    gone.isDisabled = true
    #expect(!gone.may(right, among: [gone, nour], at: now))
    #expect(!nour.may(right, among: [gone, nour], at: now), "a disabled one is still named")
    gone = claire
    gone.until = now.adding(seconds: -1)
    #expect(!gone.may(right, among: [gone], at: now))
  }

  @Test func `an RPPS has eleven digits`() {
    #expect(Member.looksLikeRPPS("10001234567"))
    for text in ["", "1000123456", "100012345678", "1000123456A", "１０００１２３４５６７"] {
      #expect(!Member.looksLikeRPPS(text), "\(text)")
    }
  }
}
