import Domain
import Keys
import TestKit
import Testing

@testable import Desk

/// A sentence about what was left behind does not stay over what was opened.
@Suite struct LeavingNoticeTests {
  @Test func `what could not be closed in the list is not said over the relève`() {
    var desk = DeskTrace(.fixture())
    desk.press(.escape)
    #expect(desk.state.notice?.content == .unavailable(.back, .nothingToClose))
    desk.press(.character("z"))
    #expect(desk.state.context == .handover && desk.state.notice == nil)
  }
}
