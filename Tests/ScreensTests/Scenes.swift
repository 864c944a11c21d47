import Cells
import Desk
import Domain
import Foundation
import Keys
import Screens
import TestKit

/// The zone is pinned once, before any screen is drawn; the rule DomainTests pins too.
let parisIsPinned: Bool = {
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
  tzset()
  return true
}()

/// One situation of the counter, drawn at several sizes.
enum Scene: String, CaseIterable, Sendable {
  case queue, all, mine, demo, offline, trouble, search, searchEmpty, firstDay, gone
  case reader, readerHostile, readerDoctor, readerHistory
  case compose, writeNew, review, collision
  case arriving, health, sendingHeld, closed, bals, nearlyFull
  case note, patient, collect, states, palette, help, takeOver, discard, curtain
  case lock, lockRefused, lockChoosing, identify, check, revealed
  case held, heldRow, mentions, mentionRead, colleagues, answeringToo

  var state: State {
    precondition(parisIsPinned)
    var state = State.fixture()
    arrange(&state)
    return state
  }

  func frame(
    _ columns: Int, _ rows: Int, _ language: Language = .french, ascii: Bool = false
  ) -> Frame {
    let state = state
    return render(
      state, language.strings, size: Size(columns: columns, rows: rows), now: state.now,
      ascii: ascii)
  }

  private func arrange(_ state: inout State) {
    switch self {
    case .queue: break
    case .all, .mine: state = .fixture(view: self == .all ? .all : .mine)
    case .demo: state.isDemo = true
    case .firstDay:
      state.page = QueuePage()
      (state.underway, state.selection, state.opened) = ([], nil, nil)
      state.counts = QueueCounts()
      state.sync = SyncStatus(phase: .never, since: state.now)
    case .offline, .trouble, .search, .searchEmpty, .gone: arrangeQueue(&state)
    case .reader, .readerHostile, .readerDoctor, .readerHistory: arrangeReader(&state)
    case .compose, .writeNew, .review, .collision: arrangeCompose(&state)
    case .note, .patient, .collect, .states, .palette, .help, .takeOver, .discard:
      arrangeDialog(&state)
    case .arriving, .health, .sendingHeld, .closed, .bals, .nearlyFull: arrangeSync(&state)
    case .curtain: state.isCurtained = true
    case .held, .heldRow, .mentions, .mentionRead, .colleagues, .answeringToo:
      arrangeTalk(&state)
    case .lock, .lockRefused, .lockChoosing, .identify, .check, .revealed: arrangeIdentity(&state)
    }
  }

  private func arrangeIdentity(_ state: inout State) {
    func send(_ events: Event...) { for event in events { _ = state.apply(event) } }
    func type(_ text: String) { for letter in text { send(.keyPressed(.character(letter))) } }
    if [.lock, .lockRefused, .lockChoosing].contains(self) {
      send(.commanded(.lock), .waitingLoaded([-240, -2_280, -3_120].map(state.now.adding)))
      type("LP4817")
    }
    switch self {
    case .lockRefused:
      send(.keyPressed(.enter))
      send(.identificationRefused(.tooSoon(until: state.now.adding(seconds: 8)), attempt: 1))
      send(.keyPressed(.function(1)))
    case .lockChoosing: send(.keyPressed(.enter), .identificationRefused(.provisional, attempt: 1))
    case .identify: send(.commanded(.switchMember))
    case .check:
      (state.selection, state.opened) = (Officine.ines, Officine.opened(Officine.ines))
      (state.view, state.page) = (.check, Officine.page(of: .check))
      send(.commanded(.check))
    case .revealed: send(.keyPressed(.enter), .revealed(Officine.jeanne))
    default: break
    }
  }

  private func arrangeSync(_ state: inout State) {
    switch self {
    case .arriving:
      state.page = QueuePage()
      (state.underway, state.selection, state.opened) = ([], nil, nil)
      state.counts = QueueCounts()
      state.sync = SyncStatus(phase: .working, since: state.now, done: 3, total: 412)
      state.awaited = AwaitedMail(
        rows: [
          awaited("MARTIN Jeanne", "Ordonnance du 20/11", 40, state),
          awaited("Dr DURAND Paul", "", 3_600, state),
        ], total: 412)
    case .health:
      state.sync = SyncStatus(
        phase: .offline, since: state.now.adding(seconds: -480),
        lastSuccess: state.now.adding(seconds: -480), failure: "server.limit",
        nextAttempt: state.now.adding(seconds: 45))
      state.health = sheet(state)
      state.layers = [.health(scroll: 0)]
    case .sendingHeld:
      state.sync.sending = SendingTrouble(
        phase: .refused, failure: "login", since: state.now.adding(seconds: -1_800))
      state.layers = [.health(scroll: 0)]
    case .closed:
      state.sync = SyncStatus(
        phase: .closed, since: state.now.adding(seconds: -1_800), failure: "login.session")
      state.layers = [.health(scroll: 0)]
    case .nearlyFull: state.health.health = sheet(state).health
    case .bals:
      state.bals = [
        BALChoice(name: "officine", kind: .organisationnelle, isOpen: true),
        BALChoice(
          name: "belkacem", kind: .nominative, isOpen: false,
          obstacle: .otherMember("Nora BELKACEM")),
      ]
      _ = state.apply(.commanded(.switchBAL))
    default: break
    }
  }

  private func awaited(
    _ name: String, _ subject: String, _ seconds: Int64, _ state: State
  ) -> Awaited {
    Awaited(
      receivedAt: state.now.adding(seconds: -seconds),
      sender: Sender(
        name: name, address: "x@cabinet.mssante.example", kind: .professional, display: name),
      subject: subject)
  }

  private func sheet(_ state: State) -> HealthSheet {
    var health = SyncHealth()
    health.mailboxes = [
      .init(name: "INBOX", server: 412, local: 410, checkedAt: state.now),
      .init(name: "Sent", server: 57, local: 57, checkedAt: state.now),
    ]
    health.quota = .init(usedKiB: 960, limitKiB: 1_000)
    health.certificates = [
      .init(host: "imap.operateur.example", notAfter: state.now.adding(seconds: 9 * 86_400)),
      .init(host: "smtp.operateur.example", notAfter: state.now.adding(seconds: 200 * 86_400)),
    ]
    health.capabilities = ["IMAP4REV1", "IDLE", "UIDPLUS", "QUOTA"]
    return HealthSheet(
      health: health,
      setAside: [
        SetAside(
          id: "m3f9k2", receivedAt: state.now.adding(seconds: -7_200), sender: "labo.est.example")
      ], isServed: true)
  }

  private func arrangeQueue(_ state: inout State) {
    switch self {
    case .offline:
      state.page = QueuePage()
      (state.underway, state.selection, state.opened) = ([], nil, nil)
      state.sync.phase = .offline
      state.sync.since = state.now.adding(seconds: -8 * 60)
    case .trouble:
      state.counts.quarantine = 2
      state.counts.outboxTrouble = 1
      state.sync.phase = .refused
      state.sync.failure = "login"
      state.held = [
        HeldSend(
          item: "o1", order: nil, display: "MARTIN Jeanne", until: state.now.adding(seconds: 9))
      ]
      let owner = Order.Owner(
        memberID: "sami", name: "Sami", initials: "SH", poste: "comptoir 2",
        since: state.now.adding(seconds: -120))
      state.notice = Notice(
        .refused(.alreadyTaken(by: owner)), until: state.now.adding(seconds: 3))
      state.pending = [Officine.jeanne: .take]
    case .search:
      var search = Search(query: TextBuffer("martin"))
      search.rows = [Officine.row(Officine.jeanne), Officine.row(Officine.durand)]
      search.answered = "martin"
      state.search = search
    case .searchEmpty:
      var search = Search(query: TextBuffer("zopiclone"))
      search.rows = []
      search.answered = "zopiclone"
      state.search = search
    default:
      state.page.rows.removeFirst()
      state.focus = .reader
    }
  }

  private func arrangeReader(_ state: inout State) {
    state.focus = .reader
    switch self {
    case .readerDoctor: state.show(Officine.opened(Officine.durand))
    case .readerHistory: state.show(Officine.opened(Officine.luc))
    case .readerHostile: state.show(Hostile.opened())
    default: state.show(Officine.opened(Officine.jeanne))
    }
  }

  private func arrangeCompose(_ state: inout State) {
    state.show(Officine.opened(Officine.jeanne))
    guard let message = state.opened?.bodies.first?.message else { return }
    let quote = "> Bonjour, voici l'ordonnance du Dr Petit. Je passerai vers 17 h. Merci.\n"
    let isNew = self == .writeNew
    let body = Officine.templates[0].body
    let draft = Draft(
      id: "draft", replyingTo: isNew ? nil : message.id, order: isNew ? nil : Officine.jeanne,
      to: isNew ? [] : [MailAddress(address: message.sender.address)],
      subject: isNew ? "" : "Re: Ordonnance",
      body: isNew ? "" : (self == .compose ? body : filled(body)) + quote, authorID: "lea",
      updatedAt: state.now)
    var compose = Compose(draft: draft, recipient: isNew ? nil : message.sender)
    compose.savedAt = state.now
    if self == .review { compose.phase = .reviewing }
    if self == .collision { compose.phase = .collided(CollisionReport(events: [Self.noteOfSami])) }
    if isNew { compose.problem = .noRecipient }
    state.layers = [.compose(compose)]
  }

  private func filled(_ body: String) -> String {
    body.replacingOccurrences(of: "[heure]", with: "17 h")
  }

  private static let noteOfSami = OrderEvent(
    id: "e9", order: Officine.jeanne, number: 9,
    author: Officine.actor(Officine.claire, poste: "comptoir 2").author,
    at: Officine.now.adding(seconds: -60), basedOn: nil,
    gesture: .noted("elle a appelé, elle passe demain"))

  private func arrangeDialog(_ state: inout State) {
    let id = state.selection
    func form(_ kind: Form.Kind, _ fields: [Form.Field]) -> [Layer] {
      [.form(Form(kind: kind, order: id, expecting: 2, fields: fields))]
    }
    switch self {
    case .note:
      let words = NoteBuffer("Elle a appelé, elle passe demain.\n@Sam")
      state.layers = [.note(NoteEditor(order: id ?? "", words: words))]
    case .patient:
      state.layers = form(.patient, [.init(.name, "MARTIN Jeanne"), .init(.birthDate)])
    case .collect:
      state.show(Officine.opened(Officine.luc))
      state.layers = form(
        .collect(partial: false), [.init(.originalSeen), .init(.missing), .init(.givenTo)])
    case .states, .takeOver:
      state.show(Officine.opened(Officine.elodie))
      guard let owner = state.selectedOrder?.owner else { return }
      let choices: [Menu.Choice] = [.takeOver(owner), .status(.prepared), .status(.closed)]
      state.layers =
        self == .takeOver
        ? [.confirm(Confirm(.takeOver(Officine.elodie, from: owner)))]
        : [.menu(Menu(kind: .states, choices: choices, order: Officine.elodie))]
    case .discard: state.layers = [.confirm(Confirm(.discardDraft))]
    case .palette:
      var palette = Palette()
      palette.query = TextBuffer("pr")
      state.titles = Dictionary(
        uniqueKeysWithValues: Command.allCases.map { ($0, French().title($0)) })
      state.layers = [.palette(palette)]
    default: state.layers = [.help(scroll: 0)]
    }
  }
}

extension State {
  /// Selects and opens, with its first document unfolded, as Desk does.
  mutating func show(_ opened: OpenedOrder) {
    selection = opened.order.id
    self.opened = opened
    unfolded = Set(documents.prefix(1))
    guard let message = opened.bodies.last?.message else { return }
    let row = QueueRow(key: RowKey(message.receptionKey), order: opened.order, message: message)
    if let index = page.rows.firstIndex(where: { $0.id == row.id }) {
      page.rows[index] = row
    } else if listIndex(of: row.id) == nil {
      page.rows.append(row)
    }
  }
}
