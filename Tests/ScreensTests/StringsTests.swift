import Cells
import Desk
import Domain
import Keys
import Screens
import TestKit
import Testing

/// The two languages: whole, typed well, and silent about patients.
@Suite("Strings")
struct StringsTests {
  private static let author = Officine.actor(Officine.sami).author
  private static let owner = Order.Owner(
    memberID: "sami", name: "Sami", initials: "SH", poste: "comptoir 2",
    since: Officine.now.adding(seconds: -120))

  static let refusals: [Refusal] = [
    .stale(by: author, at: Officine.now, now: .preparing), .alreadyTaken(by: owner),
    .alreadyYours, .alreadyDone(.checked), .notHeld, .notFromHere(.closed),
    .notForThisKind(.question), .needsPharmacist, .needsPatient, .needsReason, .needsText,
    .merged(into: "dabc"), .nothingToUndo, .undoOvertaken(by: author, at: Officine.now),
    .cannotBeUndone, .notItsMessage, .lastMessage, .memberInactive, .lastResponsable,
    .initialsTaken, .accountTaken, .colleagueInactive(name: "Sami"),
    .purged(at: Timestamp(seconds: 1_795_000_000)), .withdrawn,
    .takenBack(.notHeld),
  ]

  /// Sentences of every table that need no data to be made.
  static func sentences(_ strings: any Strings) -> [String] {
    var all = Command.allCases.flatMap { [strings.title($0), strings.help($0)] }
    all += refusals.map { strings.refusal($0, now: Officine.now) }
    all += QueueView.allCases.flatMap { strings.empty($0, isSynchronised: true) }
    all += strings.empty(.todo, isSynchronised: false) + strings.nothingOpened
    let failures: [Failure] = [
      .storeBusy, .storeUnwritable, .diskFull, .notFound, .printerMissing, .printFailed,
      .sendingRefused, .workerMissing, .unexpected(code: "x.y"),
    ]
    all += failures.map(strings.failure)
    let problems: [FormProblem] = [
      .empty(.name), .notADate, .notATime, .notANumber, .identity(.wrongPIN), .originalNotAnswered,
      .identity(.tooSoon(until: Officine.now.adding(seconds: 300))),
    ]
    all += problems.map { strings.problem($0, now: Officine.now) }
    let forms: [Form.Kind] = [
      .patient, .redoReason, .closeReason, .collect(partial: true), .missing, .promised,
      .shelf, .questionPrescriber, .questionPatient, .identify, .choosePIN, .check,
    ]
    all += forms.flatMap { [strings.form($0), strings.explanation($0) ?? "-"] }
    all += ["ins.key", "patient.conflict", "other"].map(strings.warning)
    all += ["mime.truncated", "mime.charset.repaired", "mime.nul", "x"].map(strings.defect)
    return all
  }

  @Test("no sentence is empty, and the two languages differ")
  func complete() {
    let french = Self.sentences(French())
    let english = Self.sentences(English())
    #expect(french.count == english.count)
    #expect(french.allSatisfy { !$0.isEmpty } && english.allSatisfy { !$0.isEmpty })
    // One word may be the same in both (« Urgent »); no sentence is.
    let same = zip(french, english).filter { $0 == $1 }.map(\.0)
    #expect(same.allSatisfy { !$0.contains(" ") }, "\(same)")
  }

  @Test("titles are distinct: the palette must not show two commands alike")
  func distinctTitles() {
    for strings in Language.allCases.map(\.strings) {
      #expect(Set(Command.allCases.map(strings.title)).count == Command.allCases.count)
    }
  }

  @Test("French puts a space before « : ; ? ! » and inside guillemets, and ties it")
  func typography() {
    for sentence in Self.sentences(French()) {
      let tied = Array(French().typeset(sentence))
      for (place, character) in tied.enumerated() where place > 0 {
        if ";?!»".contains(character) || (character == ":" && !isClock(tied, place)) {
          #expect(tied[place - 1] == "\u{A0}", "\(sentence)")
        }
        if tied[place - 1] == "«" { #expect(character == "\u{A0}", "\(sentence)") }
      }
    }
  }

  private func isClock(_ text: [Character], _ place: Int) -> Bool { text[place - 1].isNumber }

  @Test("one-line titles fit the palette, questions and titles end as they should")
  func lengths() {
    for strings in Language.allCases.map(\.strings) {
      for command in Command.allCases {
        #expect(CellWidth.of(strings.title(command)) <= 24, "\(strings.title(command))")
        #expect(CellWidth.of(strings.help(command)) <= 66, "\(strings.help(command))")
        #expect(strings.help(command).hasSuffix(".") || strings.help(command).hasSuffix("…"))
      }
      // The status line at 80 columns shows a reason whole.
      for refusal in Self.refusals {
        let notice = strings.notice(.refused(refusal), now: Officine.now)
        #expect(CellWidth.of(notice) <= 78, "\(notice)")
      }
    }
  }

  @Test("the keys that sentences name are those of the standard keymap")
  func namedKeys() {
    let named: [(Command, String)] = [
      (.switchMember, "F2"), (.chooseState, "e"), (.undo, "u"), (.markPrepared, "f"),
      (.check, "c"), (.take, "p"), (.chooseMarker, "m"), (.reply, "r"), (.changeKind, "t"),
      (.namePatient, "w"), (.search, "F3"),
    ]
    for (command, key) in named {
      let first = Keymap.standard.keys(for: command, in: .queue).first
      #expect(first?.label(french: true) == key, "\(command)")
    }
  }

  @Test("a refusal names no key: the commands say the same sentence")
  func refusalsForCommands() {
    for strings in Language.allCases.map(\.strings) {
      for refusal in Self.refusals {
        let words = strings.refusal(refusal, now: Officine.now).split {
          !$0.isLetter && !$0.isNumber
        }
        #expect(Set(words).isDisjoint(with: ["F2", "F3", "w", "e", "u", "t"]), "\(words)")
      }
    }
    let taken = French().unavailable(.take, .refused(Self.refusals[1]), now: Officine.now)
    #expect(taken == "Prise par Sami il y a 2 min (comptoir 2). p pour reprendre.")
  }

  @Test("problems of addresses never repeat the address: it may be a matricule")
  func problemsHideAddresses() {
    let address = "\(Hostile.ins.matricule)@patient.mssante.fr"
    for strings in Language.allCases.map(\.strings) {
      for problem in [ComposeProblem.notAnAddress(address), .outsideTrustSpace(address)] {
        #expect(!strings.problem(problem).contains("mssante.fr"))
      }
    }
  }

  @Test("an age fits its six columns, for any number of seconds")
  func ages() {
    for strings in Language.allCases.map(\.strings) {
      for seconds: Int64 in [
        0, 59, 60, 3599, 3600, 35_999, 36_000, 86_399, 86_400, 8_640_000,
        86_400_000, .max,
      ] {
        #expect(CellWidth.of(strings.age(seconds: seconds)) <= 6, "\(seconds)")
      }
    }
    #expect(French().age(seconds: 4200) == "1 h 10")
    #expect(French().age(seconds: 38 * 60 + 59) == "38 min")
    #expect(French().age(seconds: 172_800) == "2 j")
  }

  @Test("moments say the day when it is not today")
  func moments() {
    _ = Scene.queue.state
    let now = Officine.now
    #expect(French().moment(now, now: now) == "10:42")
    #expect(French().moment(now.adding(seconds: -86_400), now: now) == "hier 10:42")
    #expect(French().moment(now.adding(seconds: 86_400), now: now) == "demain 10:42")
    #expect(French().moment(now.adding(seconds: -3 * 86_400), now: now) == "17/11 10:42")
    #expect(French().moment(now.adding(seconds: -400 * 86_400), now: now) == "16/10/2025 11:42")
    #expect(French().day(now) == "vendredi 20 novembre 2026")
    #expect(English().day(now) == "Friday 20 November 2026")
  }

  @Test("synchronisation is never called up to date when nobody has heard from it")
  func syncTruth() {
    let now = Officine.now
    func status(_ phase: SyncStatus.Phase, _ ago: Int64, _ failure: String? = nil) -> SyncStatus {
      let then = now.adding(seconds: -ago)
      return SyncStatus(phase: phase, since: then, lastSuccess: then, failure: failure)
    }
    let french = French()
    #expect(french.sync(status(.upToDate, 12), now: now) == "à jour 12 s")
    #expect(french.sync(status(.upToDate, 240), now: now) == "à jour 4 min")
    #expect(french.sync(status(.upToDate, 301), now: now) == "sans nouvelles depuis 5 min")
    // S19: said before the clock was set back by ten days; no age is negative.
    #expect(french.sync(status(.upToDate, -864_000), now: now) == "sans nouvelles à l'instant")
    #expect(french.sync(status(.offline, -864_000), now: now) == "hors ligne à l'instant")
    #expect(french.sync(status(.offline, 480), now: now) == "hors ligne depuis 8 min")
    #expect(french.sync(status(.refused, 9, "login"), now: now) == "mot de passe refusé")
    #expect(french.sync(status(.refused, 9, "tls.certificate"), now: now) == "certificat refusé")
    #expect(french.sync(SyncStatus(phase: .never, since: now), now: now) == "jamais synchronisé")
    var working = status(.working, 1)
    (working.done, working.total) = (120, 1000)
    #expect(french.sync(working, now: now) == "synchronise 120/1000")
  }

  @Test(
    "the environment chooses the language as POSIX orders it",
    arguments: [
      ([:], Language.french), (["LANG": "C.UTF-8"], .french), (["LANG": "fr_FR.UTF-8"], .french),
      (["LANG": "en_GB.UTF-8"], .english), (["LANG": "de_DE"], .english),
      (["LANG": "fr_FR", "LC_MESSAGES": "en_US.UTF-8"], .english),
      (["LANG": "en_US", "LC_MESSAGES": "en_US", "LC_ALL": "fr_BE"], .french),
      (["LANG": "en_US", "LC_ALL": ""], .english), (["LC_ALL": "POSIX"], .french),
    ] as [([String: String], Language)])
  func environment(values: [String: String], language: Language) {
    #expect(Language(environment: values) == language)
  }
}
