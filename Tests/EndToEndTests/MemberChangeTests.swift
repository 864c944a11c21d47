import Domain
import Foundation
import Samples
import Store
import TestKit
import Testing

/// Somebody of the team changes, goes and comes back, from the command line.
@Suite(.serialized) struct MemberChangesEndToEnd {
  let counter: Counter

  init() throws { counter = try Counter() }

  private func members(_ words: String...) throws -> ChildProcess.Outcome {
    try counter.start(["members"] + words).wait(within: .seconds(60))
  }

  private func member(_ initials: String) throws -> [String: Any] {
    let all = try Counter.objects(counter.mssterm("members", "list", "--json"))
    return try #require(all.first { $0["initials"] as? String == initials })
  }

  @Test func `A5 role, right, last day, RPPS and initials of somebody who is there`() throws {
    let claire = try members("add", "Claire MOREAU", "--role", "titulaire", "--responsable")
    try #require(claire.code == 0, "\(claire.err)")
    let act = ["--as", "CM"]
    func change(_ words: String...) throws -> ChildProcess.Outcome {
      try counter.start(["members", "change"] + words + act).wait(within: .seconds(60))
    }
    _ = try counter.mssterm(
      "members", "add", "Léa PETITJEAN", "--role", "preparateur", "--as", "CM")
    let last = try change("CM", "--no-responsable")
    #expect(last.code == 3 && last.err.contains("dernier responsable"), "\(last.err)")
    let done = try change(
      "LP", "--role", "adjoint", "--responsable", "--until", "20/12/2099", "--rpps",
      "10001234567", "--initials", "lpj")
    #expect(done.code == 0 && done.out.contains("jusqu’au 20/12/2099"), "\(done.err)")
    var lea = try member("LPJ")
    #expect(lea["role"] as? String == "adjoint" && lea["responsable"] as? Bool == true)
    #expect(lea["rpps"] as? String == "10001234567")
    // Their last day is a whole one.
    #expect((lea["until"] as? String)?.hasPrefix("2099-12-20T23:59:59") == true, "\(lea)")
    #expect(try change("LPJ", "--until", "none", "--rpps", "none").code == 0)
    lea = try member("LPJ")
    #expect(!(lea["until"] is String) && !(lea["rpps"] is String), "\(lea)")
    // Now there is another one.
    #expect(try change("CM", "--no-responsable").code == 0)
    let demoted = try change("LPJ", "--role", "autre")
    #expect(demoted.code == 77 && demoted.err.contains("responsable"), "\(demoted.err)")
    for words in [["LPJ"], ["LPJ", "--until", "32/12/2099"], ["LPJ", "--role", "chef"]] {
      let odd = try counter.start(["members", "change"] + words).wait(within: .seconds(60))
      #expect(odd.code == 64, "\(words) \(odd.err)")
    }
    let over = try change("LPJ", "--until", "20/11/2020")
    #expect(over.code == 64 && over.err.contains("passé"), "\(over.err)")
    let late = try members("add", "Noé ROUX", "--role", "autre", "--until", "2020-11-20")
    #expect(late.code == 64 && late.err.contains("passé"), "\(late.err)")
  }

  @Test func `A5 whoever goes is told with their work, and it reaches who comes back`() throws {
    try counter.deliver(
      SampleOfficine(seed: 1, now: 1_795_167_720).mail(0).bytes, name: "0.un.test")
    #expect(try counter.mssterm("sync", "--once").code == 0)
    let row = try #require(
      try Counter.objects(counter.mssterm("list", "--json")).first?["id"] as? String)
    for name in ["Claire MOREAU", "Léa PETITJEAN"] {
      #expect(try members("add", name, "--role", "autre").code == 0)
    }
    #expect(try counter.mssterm("take", row, "--as", "LP").code == 0)
    let gone = try members("remove", "LP")
    #expect(gone.code == 0 && gone.err.contains("encore 1 demande "), "\(gone.err)")
    #expect(gone.err.contains("reassign --from \"Léa PETITJEAN\""), "\(gone.err)")
    let back = try members("add", "Léa PETITJEAN", "--role", "autre")
    #expect(back.code == 0 && back.err.contains("ne suit pas"), "\(back.err)")
    #expect(back.err.contains("reassign --from \"Léa PETITJEAN\" --to LP"), "\(back.err)")
    let given = try counter.mssterm("reassign", "--from", "LP", "--to", "LP", "--as", "CM")
    #expect(given.code == 0, "\(given.err)")
    let mine = try Counter.objects(
      counter.mssterm("list", "--view", "mine", "--json", "--as", "LP"))
    #expect(mine.count == 1)
    let store = try counter.store()
    defer { store.close() }
    let lea = try #require(try store.member(initialsOrName: "LP"))
    #expect(try store.held(by: lea.id).count == 1)
    let again = try counter.start(["reassign", "--from", "CM", "--to", "CM", "--as", "CM"])
      .wait(within: .seconds(60))
    #expect(again.code == 64, "\(again.err)")
    // Her last day is over: enabling alone does not bring her back, and says so.
    try store.setDisabled(lea.id, true, by: nil, now: Timestamp(seconds: 1_600_000_000))
    try store.editMember(
      lea.id, MemberEdit(until: Timestamp(seconds: 1_600_000_000)), by: nil,
      now: Timestamp(seconds: 1_600_000_001))
    let enabled = try members("enable", "LP")
    #expect(enabled.err.contains("13/09/2020"), "\(enabled.err)")
    #expect(enabled.err.contains("members change LP --until"), "\(enabled.err)")
  }
}
