import Domain
import Foundation
import Samples
import Store
import TestKit
import Testing

/// `list --view`, `--filter` and `handover` as scripts use them.
@Suite("Views, filters and the relève on the command line")
struct WorkCommandTests {
  @Test func `views, filters and the sheet`() throws {
    let counter = try Counter(
      extra: """

        [[view]]
        name = "En main"
        query = "état:préparation"

        """)
    try counter.addTeam()
    for index in 0..<6 {
      try counter.deliver(
        SampleOfficine(seed: 1, now: 1_795_167_720).mail(index).bytes, name: "\(index).un.test")
    }
    #expect(try counter.mssterm("sync", "--once").code == 0)
    func ids(_ words: String...) throws -> [String] {
      let outcome = try counter.start(["list", "--json"] + words).wait(within: .seconds(60))
      #expect(outcome.code == 0, "\(outcome.err)")
      return try Counter.objects(outcome).compactMap { $0["id"] as? String }
    }
    let all = try ids()
    try #require(all.count == 6)
    #expect(try counter.mssterm("take", all[1], "--as", "LP").code == 0)
    #expect(try ids("--view", "En main") == [all[1]])
    #expect(try ids("--view", "all", "--filter", "à:LP") == [all[1]])
    #expect(try ids("--view", "preparing", "--filter", "owner:me", "--as", "LP") == [all[1]])
    // Alone a filter looks in every state; in a view where one was named.
    #expect(try ids("--filter", "-à:personne") == [all[1]])
    #expect(try ids("--view", "todo", "--filter", "-à:personne") == [])
    #expect(try Set(ids("--filter", "-état:remise")) == Set(all))
    #expect(try ids("--view", "alarm") == [])
    let late = try counter.mssterm("mark", all[2], "promised", "2026-01-01T10:00", "--as", "LP")
    #expect(late.code == 0, "\(late.err)")
    #expect(try ids("--view", "alarm") == [all[2]])
    #expect(try ids("--view", "archive") == [])

    let wrong = try counter.mssterm("list", "--filter", "état:prette")
    #expect(wrong.code == 64 && wrong.err.contains("caractère 6"), "\(wrong.err)")
    let unknown = try counter.mssterm("list", "--view", "x")
    #expect(unknown.code == 64 && unknown.err.contains("En main"), "\(unknown.err)")

    #expect(try counter.mssterm("handover", "--print").code != 0, "paper has a name on it")
    let shown = try counter.mssterm("handover", "--print", "--as", "CM")
    let trace = try #require(
      try counter.store().journal(limit: 99).last { $0.action == "handover.print" })
    #expect(trace.author.initials == "CM" && trace.answer == "OK")
    #expect(shown.code == 0 && shown.out.contains("Prises, pas finies"), "\(shown.err)")
    #expect(shown.out.contains("Léa") && INS.masking(shown.out) == shown.out)
    let paper = try FileManager.default.subpathsOfDirectory(
      atPath: counter.files.path("impressions")
    ).filter { $0.hasSuffix("releve.txt") }
    #expect(paper.count == 1)
    let sheet = try #require(try Counter.objects(counter.mssterm("handover", "--json")).first)
    let taken = try #require(sheet["taken"] as? [[String: Any]])
    #expect(taken.first?["initials"] as? String == "LP")
    #expect((sheet["alarms"] as? [Any])?.count == 1 && sheet["backup_at"] is NSNull)
  }
}
