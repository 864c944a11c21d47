import Cells
import Desk
import Domain

/// For whom a demande is, as far as anybody knows, in words that never give a matricule away.
struct Identity {
  /// « envoyé par », « pour », or nothing for a professional who writes about nobody named.
  var preface: String
  var name: String
  /// `F, née 03/51`; empty when nothing is known.
  var traits: String
  /// Of the person who is named: the sender's number is never shown under a patient's name that
  /// somebody else confirmed.
  var ins: INS?
  var isConfirmed: Bool

  var full: String { preface.isEmpty ? name : "\(preface) \(name)" }

  init(
    _ order: Order, _ message: Message?, _ strings: any Strings, isShort: Bool = false
  ) {
    let sentBy = isShort ? strings.sentByShort : strings.sentBy
    let sender = message.flatMap { $0.isOutgoing ? nil : $0.sender }
    isConfirmed = order.patient?.isConfirmed == true
    let birth = order.patient?.birthDate
    if let patient = order.patient, patient.isConfirmed {
      preface = strings.forPatient
      name = patient.name
      ins = patient.ins
    } else if let sender {
      ins = sender.ins ?? order.patient?.ins
      preface = sender.kind == .patient ? sentBy : ""
      name = sender.display
    } else {
      ins = order.patient?.ins
      preface = message?.isOutgoing == true ? strings.answerTo : sentBy
      name = order.patient?.name ?? message?.to.first?.name ?? ""
    }
    if name.allSatisfy(\.isWhitespace) {
      name = ins == nil ? strings.unnamed : "\(strings.patient(ins?.sex)) \(strings.unnamed)"
    }
    var known: [String] = []
    if let sex = ins?.sex { known.append(sex == .female ? "F" : "M") }
    if let birth {
      let isExact = birth.day != nil
      known.append(strings.born(strings.birthDate(birth), sex: ins?.sex, isExact: isExact))
    } else if let ins {
      known.append(strings.born(ins.birthHint, sex: ins.sex, isExact: false))
    }
    traits = known.joined(separator: ", ")
  }
}

extension Canvas {
  /// `MARTIN Jeanne · F, née 03/51 · INS 2 51 03 •• ••• ••• 42`, with what is wrong about it.
  ///
  /// Half a number could be read as another one, and its year and month are said before it: it
  /// stands there whole or not at all, after that an answer left.
  func identityLine(_ order: Order, _ message: Message?, width: Int) -> [Span] {
    if let at = order.purgedAt {
      return [Span(text: words(strings.purgedSentence(at)), role: .textDim)]
    }
    var spans: [Span] = []
    for (isBrief, hasNumber) in [(false, true), (true, true), (true, false)] {
      spans = identitySpans(order, message, isBrief: isBrief, hasNumber: hasNumber)
      if spans.reduce(0, { $0 + $1.text.width }) <= width { break }
    }
    return spans
  }

  private func identitySpans(
    _ order: Order, _ message: Message?, isBrief: Bool, hasNumber: Bool
  ) -> [Span] {
    let identity = Identity(order, message, strings, isShort: isNarrow)
    var spans = [
      Span(
        text: data(identity.full),
        role: identity.isConfirmed ? .queuePatient : .queueSender)
    ]
    func add(_ text: Presentable, _ role: Cells.Role) {
      spans.append(Span(text: words(" \(signs.dot) "), role: .textDim))
      spans.append(Span(text: text, role: role))
    }
    if let writers = writersSpan(order) { add(writers.text, writers.role) }
    if !identity.traits.isEmpty { add(words(identity.traits), .text) }
    if let ins = identity.ins {
      if hasNumber { add(words(masked(ins)), .privacyMasked) }
      if !ins.hasValidKey, !ins.isTest { add(words(strings.badKey), .safetyAlert) }
    }
    if let answered = order.answered {
      let moment = strings.moment(answered.at, now: now)
      let name = isBrief ? "" : answered.author.name
      add(words(strings.answered(by: name, at: moment)), .textDim)
    }
    return spans
  }
}

extension Canvas {
  /// `+ PRÉVOST Benoît`: another patient's mail is in it, whoever it is for.
  func writersSpan(_ order: Order) -> Span? {
    guard let writers = order.writers, !writers.isEmpty else { return nil }
    let names = writers.map { $0.name.isEmpty ? strings.unnamed : $0.name }
    return Span(text: data("+ " + names.joined(separator: ", ")), role: .queueMarkerUrgent)
  }
}

extension OpenedOrder {
  /// Brought from another demande.
  func isAttached(_ message: Message) -> Bool {
    events.contains {
      guard case .attached(_, let messages) = $0.gesture else { return false }
      return messages.contains(message.id)
    }
  }
}
