public import Domain

extension English {
  public var demo: String { "DEMONSTRATION" }
  public var demoShort: String { "DEMO" }
  public var nobody: String { "who acts? F2" }
  public var screenTooSmall: String { "Window too small" }
  public var sentBy: String { "sent by" }
  public var sentByShort: String { "by" }
  public var forPatient: String { "for" }
  public var answerTo: String { "answer to" }
  public var noSubject: String { "(no subject)" }
  public var unnamed: String { "no name" }
  public var urgent: String { "urgent" }
  public var originalAwaited: String { "original?" }
  public var news: String { "new message" }
  public var printed: String { "printed" }
  public var prescriberQuestion: String { "ask Dr" }
  public var patientQuestion: String { "ask patient" }
  public var toRedo: String { "sent back" }
  public var outside: String { "outside MSSanté" }
  public var badKey: String { "wrong key" }
  public var goodKey: String { "key right" }
  public var testNumber: String { "test number" }
  public func missing(_ count: Int) -> String { "missing \(count)" }
  public func promised(_ moment: String) -> String { "promised \(moment)" }
  public func shelf(_ place: String) -> String {
    place.contains { $0.isLetter && $0.isLowercase } ? place : "shelf \(place)"
  }
  public func answered(by name: String, at moment: String) -> String {
    name.isEmpty ? "answered \(moment)" : "answered \(moment) by \(name)"
  }
  public func quarantine(_ count: Int) -> String {
    count == 1 ? "1 unreadable message" : "\(count) unreadable messages"
  }
  public func withheld(_ count: Int) -> String {
    count == 1 ? "1 message stuck at the server" : "\(count) messages stuck at the server"
  }
  public func outboxTrouble(_ count: Int) -> String {
    count == 1 ? "1 send to look at" : "\(count) sends to look at"
  }
  public func awaited(_ count: Int) -> String { "On its way: \(count)" }
  public func outboxWaiting(_ count: Int) -> String {
    count == 1 ? "1 message waits" : "\(count) messages wait"
  }

  public func empty(_ view: QueueView, isSynchronised: Bool) -> [String] {
    guard isSynchronised else {
      return [
        "Nothing has been received here yet.",
        "Messages come with the first synchronisation. “mssterm doctor” says what blocks it.",
      ]
    }
    switch view {
    case .todo:
      return ["Nothing to take.", "What arrives appears here. Tab shows the other views."]
    case .mine: return ["You have nothing in hand.", "In To take, p takes the selected demande."]
    case .preparing:
      return ["Nobody is preparing anything.", "Taking a demande (p) puts it here."]
    case .check: return ["Nothing to check.", "What is marked Prepared (f) waits here."]
    case .ready: return ["Nothing is ready.", "What is checked (c) waits here for the patient."]
    case .promised:
      return ["No promise under way.", "Note a missing product or a time: key m."]
    case .questions:
      return ["No unanswered question.", "A question is asked with m, answered with r."]
    case .uncollected:
      return ["Everything ready was collected.", "What waits too long comes here."]
    case .alarm: return ["No alarm.", "The delays are set in the configuration, [alarms]."]
    case .archive: return ["The archive is empty.", "What is collected or closed comes here."]
    case .all: return ["No demande.", "Everything received is here, whatever its state."]
    }
  }

  public var loading: String { "Loading…" }
  public var searchLabel: String { "Search:" }
  public var searchHint: String { "name, subject, text of a document, number" }
  public var searching: String { "searching…" }
  public func firstResults(_ count: Int) -> String { "first \(count), narrow it down" }
  public func results(_ count: Int) -> String {
    count == 0 ? "no demande" : count == 1 ? "1 demande" : "\(count) demandes"
  }
  public var searchAdvice: [String] {
    [
      "Every demande, whatever its state.", "Esc goes back to the list before.",
      "Also: state:ready  owner:me  owner:none  kind:question  mark:urgent  from:durand  "
        + "patient:martin  before:2026-11-20  age:3d; a dash excludes (-state:collected), quotes "
        + "keep words together (\"dr petit\").",
    ]
  }
  public func noResult(_ query: String) -> [String] {
    [
      "Nothing for “\(query)”.",
      "Every state is searched, accents and case ignored. Try a shorter word.",
    ]
  }
  public func countdown(_ display: String, seconds: Int, key: String?) -> String {
    "Sending to \(display) in \(seconds) s" + (key.map { " · \($0) to undo" } ?? "")
  }
  public func countdownShort(seconds: Int, key: String?) -> String {
    "Sending in \(seconds) s" + (key.map { " · \($0) undoes" } ?? "")
  }
  public func countdownTiny(seconds: Int) -> String { "Sending \(seconds) s" }
  public var curtained: String { "screen hidden" }
  public var curtainHint: String { "Reopen the screen" }
  public func waiting(_ count: Int, late: Int) -> String {
    late > 0 ? "to take: \(count) (\(late) for more than 30 min)" : "to take: \(count)"
  }
  public func position(_ first: Int, _ last: Int, of total: Int, isCapped: Bool) -> String {
    isCapped ? "\(first)–\(last) of the first \(total)" : "\(first)–\(last) of \(total)"
  }
}
