public import Domain
import Keys

/// Who acts, who signs for one gesture, and the notes that wait for their author.
extension State {
  mutating func submitIdentity(_ form: Form) -> [Effect] {
    var form = form
    let credentials = form.enterIdentity(in: self, purpose: .acting)
    replaceTop(.form(form))
    return asked(credentials)
  }

  mutating func asked(_ credentials: Credentials?) -> [Effect] {
    guard let credentials else { return [] }
    identityAttempts = credentials.attempt
    return [.identify(credentials)]
  }

  /// The question that waits for its answer; nil when nobody was asked, or gave up.
  public var identityAttempt: Int? { identityForm.flatMap { $0.isSubmitted ? $0.attempt : nil } }

  private var identityForm: Form? {
    if let lock { return lock.form }
    return layers.lazy.compactMap { layer -> Form? in
      guard case .form(let form) = layer else { return nil }
      return form.kind == .identify || form.kind == .choosePIN ? form : nil
    }.last
  }

  /// Believed by the form that asked, alone: who left it, or locked the screen meanwhile, has not
  /// become somebody else.
  mutating func identify(_ actor: Actor, attempt: Int) -> [Effect] {
    guard identityForm?.awaits(attempt) == true else { return [] }
    let isSame = self.actor?.member.id == actor.member.id
    self.actor = actor
    leftBehind = nil
    justDone = nil
    lastGestures = nil
    revealed = nil
    layers.removeAll {
      guard case .form(let form) = $0 else { return false }
      return form.kind == .identify || form.kind == .choosePIN
    }
    if !isSame {
      keptNotes = [:]
      (around.mentions, around.freshMentions) = ([], [])
      // Taking back an answer is its author's.
      held = []
    }
    say(.nowActing(actor.member))
    return [.act(as: actor), .loadKeptNotes] + reloads
  }

  mutating func refuseIdentity(_ problem: IdentityProblem, attempt: Int) {
    for (index, layer) in layers.enumerated() {
      guard case .form(var form) = layer, form.kind == .identify || form.kind == .choosePIN,
        form.awaits(attempt)
      else { continue }
      form.refuse(problem, in: self)
      layers[index] = .form(form)
    }
  }

  /// Until when no code is looked at, where a screen says so.
  var identityWait: Timestamp? {
    var form = lock?.form
    if form == nil, case .form(let top)? = layers.last { form = top }
    guard case .identity(.tooSoon(let until))? = form?.problem else { return nil }
    return until
  }

  /// ↑ and ↓ go through the initials of those who could be meant.
  mutating func cyclesMembers(_ key: Key) -> Bool {
    guard key == .up || key == .down, case .form(var form)? = layers.last, !form.isSubmitted,
      form.fields[form.focus].name == .initials
    else { return false }
    let those = members.filter { $0.isActive(at: now) && (!form.isControl || $0.role.isPharmacist) }
    guard !those.isEmpty else { return false }
    let typed = folded(form.fields[form.focus].buffer.text)
    let place = those.firstIndex { folded($0.initials) == typed }
    let step = key == .down ? 1 : -1
    let next =
      place.map { ($0 + step + those.count) % those.count } ?? (step > 0 ? 0 : those.count - 1)
    form.fields[form.focus].buffer = TextBuffer(those[next].initials)
    replaceTop(.form(form))
    return true
  }

  mutating func jumpToCode(_ key: Key) {
    guard case .form(var form)? = layers.last, form.jumps(to: key, members: members) else { return }
    form.focus += 1
    replaceTop(.form(form))
  }

  // MARK: A pharmacist signs

  /// Whether « contrôlée » and « à reprendre » ask a pharmacist who they are: on a shared poste as
  /// the officine decided, and always where no pharmacist acts.
  public var needsControl: Bool {
    guard policy.doubleCheck, let actor else { return false }
    guard actor.member.role.isPharmacist else { return canAskPharmacist }
    return policy.asksPharmacist(anyPIN: asksPIN, isPosteShared: poste.isShared)
  }

  private var canAskPharmacist: Bool {
    members.contains { $0.role.isPharmacist && $0.isActive(at: now) }
  }

  /// The role a gesture is judged with: a pharmacist's, where one will be asked to sign.
  func role(for gesture: Gesture, of actor: Actor) -> Role {
    switch gesture {
    case .moved(to: .checked, _), .refused: needsControl ? .pharmacien : actor.member.role
    default: actor.member.role
    }
  }

  /// A pharmacist who acts finds their initials there and types the code.
  var controlFields: [Form.Field] {
    guard needsControl else { return [] }
    let isPharmacist = actor?.member.role.isPharmacist == true
    return Form.identityFields(
      asksPIN: asksPIN, initials: isPharmacist ? actor?.member.initials ?? "" : "")
  }

  mutating func submitControl(_ form: Form, _ gestures: [Gesture], on order: Order) -> [Effect] {
    var form = form
    let credentials = form.enterIdentity(in: self, purpose: .acting)
    replaceTop(.form(form))
    guard let credentials, let gesture = gestures.first else { return [] }
    identityAttempts = credentials.attempt
    markPending(order.id, form.command)
    return [
      .control(credentials, gesture, on: order.id, expecting: form.expecting ?? order.revision)
    ]
  }

  mutating func refuseControl(of id: Order.ID, _ problem: IdentityProblem) {
    settle(id)
    for (index, layer) in layers.enumerated() {
      guard case .form(var form) = layer, form.isControl, form.order == id else { continue }
      form.refuse(problem, in: self)
      layers[index] = .form(form)
    }
  }

  // MARK: Numbers shown whole

  /// Shows what the opened demande hides, for a short while; again hides it at once.
  mutating func toggleReveal() -> [Effect] {
    guard let id = selection else { return [] }
    if revealed != nil {
      revealed = nil
      return []
    }
    return [.reveal(id)]
  }

  mutating func reveal(_ id: Order.ID) {
    guard id == selection, !isCurtained else { return }
    revealed = Reveal(order: id, until: now.adding(seconds: Reveal.seconds))
    // It would cover the one line that has the number.
    if !showsReader { notice = nil }
  }

  // MARK: Notes half written

  private func noteKey(_ editor: NoteEditor) -> NoteKey? {
    actor.map { NoteKey(order: editor.order, author: $0.member.id) }
  }

  /// Every note on screen, as the store must keep it.
  func noteSaves() -> [Effect] {
    layers.compactMap { layer in
      guard case .note(let editor) = layer, let key = noteKey(editor) else { return nil }
      return .keepNote(
        KeptNote(order: key.order, author: key.author, text: editor.words.note))
    }
  }

  /// When the note being written is kept next; nil while it is kept as it stands.
  var noteDueAt: Timestamp? {
    let isDirty = layers.contains { layer in
      guard case .note(let editor) = layer, !editor.isSubmitted, let key = noteKey(editor) else {
        return false
      }
      return editor.words.note != keptNotes[key] ?? ""
    }
    return isDirty ? (noteKeptAt ?? lastInputAt).adding(seconds: 2) : nil
  }

  /// Two seconds after the last time, as drafts are (O14).
  mutating func keepNotes() -> [Effect] {
    guard let due = noteDueAt, due <= now || due > now.adding(seconds: 60) else { return [] }
    noteKeptAt = now
    let saves = noteSaves()
    for case .keepNote(let note) in saves {
      keptNotes[NoteKey(order: note.order, author: note.author)] = note.text
    }
    return saves
  }

  func forgetNote(on id: Order.ID) -> [Effect] {
    guard let author = actor?.member.id else { return [] }
    return [.keepNote(KeptNote(order: id, author: author, text: ""))]
  }

  mutating func receive(_ notes: [KeptNote]) {
    for note in notes where note.author == actor?.member.id {
      keptNotes[NoteKey(order: note.order, author: note.author)] = note.text
    }
  }
}

extension Form {
  /// A pharmacist signs for the gesture.
  var isControl: Bool {
    kind == .check || (kind == .redoReason && fields.contains { $0.name == .initials })
  }
}

/// A demande whose matricules are shown whole, and until when.
public struct Reveal: Equatable, Sendable {
  public var order: Order.ID
  public var until: Timestamp
  /// Long enough to read a number out, short enough for a counter.
  public static let seconds: Int64 = 20
}
