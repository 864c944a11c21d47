import Domain
import Foundation
import Store
import TestKit
import Testing

/// `mssterm export`: what the LGO is handed, and who did it.
@Suite(.serialized) struct `Exports from the counter` {
  private let counter: Counter
  private let order: String
  private let lgo: String

  init() throws {
    counter = try Counter()
    lgo = try counter.files.directory("lgo")
    var mail = TestMail.patientPrescription()
    mail.attachments.append(
      .init(name: "../../evasion.pdf", type: "application/pdf", bytes: Array("%PDF-1.4".utf8)))
    try counter.deliver(mail.bytes, name: "1795167661.a")
    let pass = try counter.mssterm("sync", "--once")
    try #require(pass.code == 0, "\(pass.err)")
    try counter.addTeam()
    let row = try #require(try Counter.objects(counter.mssterm("list", "--json")).first)
    order = try #require((row["order"] as? [String: Any])?["id"] as? String)
  }

  @Test func `a folder appears whole, says what it holds, and is traced with a name`() throws {
    let outcome = try counter.mssterm("export", order, "--to", lgo, "--as", "LP", "--json")
    #expect(outcome.code == 0, "\(outcome.err)")
    let path = try #require(try Counter.objects(outcome).first?["path"] as? String)
    // Opened and arrived: its second revision.
    #expect(path == "\(lgo)/\(order)-2")
    #expect(try FileManager.default.contentsOfDirectory(atPath: lgo) == ["\(order)-2"])
    let data = try #require(FileManager.default.contents(atPath: path + "/order.json"))
    let sheet = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect((sheet["order"] as? [String: Any])?["id"] as? String == order)
    let gestures = (sheet["events"] as? [[String: Any]])?.compactMap { $0["gesture"] as? String }
    #expect(gestures?.first == "opened")
    let files = try #require(sheet["files"] as? [[String: Any]])
    let names = files.compactMap { $0["name"] as? String }
    #expect(names.contains("03-evasion.pdf"), "\(names)")
    let there = try FileManager.default.contentsOfDirectory(atPath: path)
    #expect(Set(there) == Set(names + ["order.json"]))
    for file in files {
      let name = try #require(file["name"] as? String)
      let bytes = try #require(FileManager.default.contents(atPath: path + "/" + name))
      #expect(file["size"] as? Int == bytes.count)
      let digest = String(OfficineStore.digest(of: Array(bytes)).dropFirst("sha256:".count))
      #expect(file["sha256"] as? String == digest)
    }
    let store = try counter.store()
    defer { store.close() }
    let trace = try #require(try store.journal(limit: 1000).last { $0.action == "export" })
    #expect(trace.author.initials == "LP" && trace.order == order)
    #expect(try store.verify().isSound)

    // The same twice is refused; a later state stands beside it.
    let again = try counter.mssterm("export", order, "--to", lgo, "--as", "LP")
    #expect(again.code == 3 && again.err.contains("Déjà exporté"), "\(again.err)")
    #expect(try counter.mssterm("take", order, "--as", "LP").code == 0)
    #expect(try counter.mssterm("export", order, "--to", lgo, "--as", "LP").code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: lgo).count == 2)
  }

  @Test func `nobody exports without a name, nor into a directory that is not there`() throws {
    #expect(try counter.mssterm("export", order, "--to", lgo).code == 77)
    let nowhere = try counter.mssterm(
      "export", order, "--to", counter.files.path("absent"), "--as", "LP")
    #expect(nowhere.code == 1 && nowhere.err.contains("n’existe pas"), "\(nowhere.err)")
    #expect(try counter.mssterm("export", "dinconnue", "--to", lgo, "--as", "LP").code == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: lgo).isEmpty)
    let store = try counter.store()
    defer { store.close() }
    #expect(try !store.journal(limit: 1000).contains { $0.action == "export" })
  }

  @Test func `an applicative BAL is served without a screen, and the doctor says what waits`()
    throws
  {
    for part in ["cur", "new", "tmp"] { try counter.files.directory("machine/\(part)") }
    let machine = try Counter(
      extra: """

        [[bal]]
        name = "machine"
        address = "lgo.dumarche@demonstration.mssante.fr"
        kind = "applicative"
        store = "store-machine"
        backend = "maildir"
        maildir = "\(counter.files.path("machine"))"
        export_to = "sorties"
        """)
    try counter.files.write("machine/new/1795167661.b", bytes: TestMail.doctorLetter().bytes)
    let service = try machine.start(["sync", "--bal", "machine"])
    func opened() throws -> OfficineStore {
      try OfficineStore.open(at: machine.files.path("store-machine"), create: false)
    }
    try waitUntil("the trouble", seen: { service.errSoFar }) {
      (try? opened().health().heldExports?.code) == "missing"
    }
    let sick = try machine.mssterm("doctor", "--bal", "machine")
    #expect(sick.out.contains("✘ export : "), "\(sick.out)")
    #expect(sick.code == 1)
    try machine.files.directory("sorties")
    // A person says that it is worth trying now; without one it comes by itself.
    #expect(try machine.mssterm("reconnect", "--bal", "machine").code == 0)
    try waitUntil("the folder", seen: { service.errSoFar }) {
      try !FileManager.default.contentsOfDirectory(atPath: machine.files.path("sorties"))
        .filter { !$0.hasPrefix(".") }.isEmpty
    }
    try waitUntil("calm") { (try? opened().health().heldExports) == .some(nil) }
    let well = try machine.mssterm("doctor", "--bal", "machine")
    #expect(well.out.contains("✔ export : "), "\(well.out)")
    #expect(try service.stop().code == 0)
  }
}
