import Domain
import Foundation
import Testing

@Suite struct NoteTextTests {
  private let lea = Member(id: "1", name: "Léa PETITJEAN", initials: "LP", role: .preparateur)
  private let other = Member(id: "2", name: "Léa MARTIN", initials: "LM", role: .preparateur)
  private let sami = Member(id: "3", name: "Sami HADDAD", initials: "SH", role: .adjoint)
  private let anne = Member(id: "4", name: "Anne-Lise ROY", initials: "AR", role: .adjoint)
  private var team: [Member] { [lea, other, sami, anne] }

  @Test(
    arguments: [
      ("@LP tu peux voir ?", ["1"]), ("voir (@lp)", ["1"]), ("@lea @Sami", ["1", "2", "3"]),
      ("@SAMI, @anne-lise.", ["3", "4"]), ("rappeler jeanne@lp.example", []), ("@", []),
      ("@Zoé et LP", []), ("ligne\n@sh", ["3"]), ("@@sh", ["3"]),
      ("« @Sami- vois »", ["3"]), ("@LP' et @Sami’", ["1", "3"]), ("@-Anne-Lise", ["4"]),
    ] as [(String, [String])])
  func `a mention names a colleague by first name or initials, and an address nobody`(
    text: String, ids: [String]
  ) {
    #expect(NoteText(text).mentioned(among: team).map(\.id) == ids)
  }

  @Test func `a name that nobody has is told apart from an hour and from those who are called`() {
    let note: NoteText = "@Samy, @sami et @LP : rappeler @12h, @Zoé- aussi"
    #expect(note.unknownNames(among: team) == ["Samy", "Zoé"])
  }

  @Test func `a mention is completed to what means one person`() {
    #expect(team.map { $0.mentionName(among: team) } == ["LP", "LM", "Sami", "Anne-Lise"])
    for member in team {
      let note = NoteText("@\(member.mentionName(among: team)) vois")
      #expect(note.mentioned(among: team) == [member])
    }
  }

  @Test func `a note says nothing of itself in a log, and is a bare string as JSON`() throws {
    let note = NoteText("elle est enceinte")
    var dumped = ""
    dump(note, to: &dumped)
    dump(Gesture.noted(note), to: &dumped)
    let all = dumped + "\(note) \(Gesture.noted(note)) \(String(reflecting: note))"
    #expect(!all.contains("enceinte"), "\(all)")
    let json = try JSONEncoder().encode(["x": note])
    #expect(String(decoding: json, as: UTF8.self) == #"{"x":"elle est enceinte"}"#)
    #expect(try JSONDecoder().decode([String: NoteText].self, from: json) == ["x": note])
  }

  @Test func `a note full of at signs is bounded`() {
    let note = NoteText(String(repeating: "@sh ", count: 10_000))
    #expect(note.mentionedNames.count == NoteText.mentionLimit)
  }
}
