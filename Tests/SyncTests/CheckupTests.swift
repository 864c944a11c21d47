import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// What the doctor finds without asking a server.
@Suite struct `The doctor's questions` {
  @Test func `mail from the future says that the clock here is late`() throws {
    let box = try Letterbox()
    let bureau = try Bureau()
    try box.deliver(TestMail.patientQuestion(1).bytes, "1795167661.a")
    let backend = Account.Backend.maildir(MaildirAccount(path: box.path))
    try bureau.pass(backend)
    let arrived = try #require(try bureau.messages().first?.receivedAt)
    func clock(_ seconds: Int64) throws -> Checkup.Finding {
      let now = arrived.adding(seconds: seconds)
      let checkup = Checkup(account: bureau.account(backend), store: bureau.store, now: { now })
      return try #require(checkup.run(stop: Stop()).first { $0.check == "clock" })
    }
    let late = try clock(-3600)
    #expect(!late.isSound && late.isRequired && late.french.contains("retarde d’au moins 60 min"))
    #expect(late.english.contains("60 min behind"))
    #expect(try !clock(-60).french.contains("retarde"))
  }
}
