import Domain
import Foundation
import Testing

@Suite("The query language")
struct ViewQueryTests {
  /// Friday 20 November 2026, about noon.
  private let now = Timestamp(seconds: 1_795_172_000)

  private func tests(_ text: String) throws -> [ViewQuery.Test] {
    try ViewQuery.parse(text, now: now).terms.map(\.test)
  }

  private func problem(_ text: String) -> QueryProblem? {
    do throws(QueryProblem) {
      _ = try ViewQuery.parse(text, now: now)
      return nil
    } catch {
      return error
    }
  }

  private func start(_ text: String) -> Timestamp {
    guard let day = CivilDay(text) else { preconditionFailure(text) }
    return day.instant(minute: 0)
  }

  @Test("French and English say the same, accents or not")
  func languages() throws {
    let pairs = [
      ("état:prête", "state:ready"), ("ETAT:prete", "status:checked"), ("à:moi", "owner:me"),
      ("a:personne", "owner:none"), ("genre:ordonnance", "kind:prescription"),
      ("marque:urgent", "mark:urgent"),
      ("marque:question-prescripteur", "mark:question-prescriber"),
      ("de:durand", "from:durand"), ("pour:martin", "patient:martin"),
      ("avant:2026-11-20", "before:20/11/2026"), ("après:hier", "after:yesterday"),
      ("depuis:3j", "age:>3d"), ("depuis:<2h", "age:<2h"), ("état:ouverte", "state:open"),
      ("marque:alarme", "mark:alarm"), ("état:à-prendre", "state:todo"),
    ]
    for (french, english) in pairs {
      #expect(try tests(french) == tests(english), "\(french)")
      #expect(try !tests(french).isEmpty)
    }
  }

  @Test("words, phrases, minus, and what is no key")
  func words() throws {
    #expect(try tests("martin  jeanne") == [.word("martin"), .word("jeanne")])
    #expect(try tests("\"dr petit\" bio") == [.phrase("dr petit"), .word("bio")])
    #expect(try tests("\"dr pet") == [.phrase("dr pet")])
    #expect(try tests("de:\"dr durand\"") == [.from("dr durand")])
    #expect(
      try tests("12:30 Re: http://x Re:lundi \"rdv:lundi\" rdv:") == [
        .word("12:30"), .word("Re:"), .word("http://x"), .word("Re:lundi"),
        .phrase("rdv:lundi"), .word("rdv:"),
      ])
    let query = try ViewQuery.parse("-urgent -état:remise - x", now: now)
    #expect(query.terms.map(\.isNegated) == [true, true, false, false])
    #expect(query.terms[1].test == .status([.collected]) && query.terms[2].test == .word("-"))
    #expect(try tests("état:prête,partielle") == [.status([.checked, .partial])])
    #expect(try tests("   ").isEmpty && tests("\"\"").isEmpty)
  }

  @Test("a state as the tabs write it, with a blank or in the plural")
  func tabWords() throws {
    let pairs: [(String, Order.Status)] = [
      ("état:\"à prendre\"", .received), ("état:\"en préparation\"", .preparing),
      ("état:\"à contrôler\"", .prepared), ("état:prêtes", .checked), ("état:Prêtes", .checked),
      ("état:\"remise partielle\"", .partial),
      ("état:remises", .collected), ("state:\"to take\"", .received),
    ]
    for (text, status) in pairs { #expect(try tests(text) == [.status([status])], "\(text)") }
    // As lists write it: an ordonnance that was closed; « traitée » is all that is closed.
    #expect(try tests("état:\"sans suite\"") == [.dropped(or: [])])
    #expect(try tests("état:remise,sans-suite") == [.dropped(or: [.collected])])
    #expect(try tests("état:traitée") == [.status([.closed])])
    #expect(try tests("marque:urgents") == [.mark(.marker(.urgent))])
    #expect(problem("état:prettes") != nil && problem("état:s") != nil)
  }

  @Test("initials in capitals are a person, whatever word they make")
  func initials() throws {
    #expect(try tests("à:me") == [.owner(.me)] && tests("à:Moi") == [.owner(.me)])
    #expect(try tests("à:ME") == [.owner(.named("ME"))])
    #expect(try tests("à:PERSONNE") == [.owner(.nobody)])
  }

  @Test("dates and ages")
  func dates() throws {
    #expect(try tests("avant:20/11") == [.before(start("2026-11-20"))])
    #expect(try tests("après:25/12") == [.after(start("2025-12-25"))])
    #expect(try tests("avant:29/02") == [.before(start("2024-02-29"))])
    #expect(try tests("avant:aujourd'hui") == [.before(start("2026-11-20"))])
    #expect(try tests("age:>=2h") == [.age(.seconds(7200), isLess: false)])
    #expect(try tests("depuis:45min") == [.age(.seconds(2700), isLess: false)])
    #expect(try tests("depuis:<3j") == [.age(.days(3), isLess: true)])
  }

  @Test("what cannot be read says which word, and where")
  func problems() {
    #expect(
      problem("martin état:prette")
        == QueryProblem(.unknownValue(key: .state, value: "prette"), place: 12))
    #expect(problem("état:") == QueryProblem(.missingValue(key: .state), place: 5))
    #expect(problem("-à: x") == QueryProblem(.missingValue(key: .owner), place: 3))
    #expect(problem("martin -foo:bar") == QueryProblem(.unknownKey("foo"), place: 8))
    #expect(problem("manque:oui")?.french.contains("marque:") == true)
    for wrong in ["avant:32/13", "depuis:3", "age:j", "genre:x", "avant:demain", "age:99999d"] {
      #expect(problem(wrong) != nil, "\(wrong)")
    }
    let many = String(repeating: "a ", count: ViewQuery.termLimit + 1)
    #expect(problem(many)?.kind == .tooManyTerms(limit: ViewQuery.termLimit))
  }

  @Test("every value that the hints offer can be read")
  func hints() throws {
    for french in [true, false] {
      for key in QueryKey.allCases {
        for value in key.values(french: french) {
          let text = "\(key.name(french: french)):\(value)"
          #expect(try tests(text).count == 1, "\(text)")
        }
      }
    }
    #expect(QueryKey.open(in: "martin état:pr") == .state && QueryKey.open(in: "-de:") == .from)
    #expect(QueryKey.open(in: "état:prête ") == nil && QueryKey.open(in: "12:30") == nil)
  }
}
