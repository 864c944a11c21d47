import Domain

/// Why a form does not say a gesture yet, and in which line.
struct FormError: Error {
  var problem: FormProblem
  var field: Int
}

extension Form {
  /// The command its gesture is shown as while it is on its way.
  var command: Command {
    switch kind {
    case .patient: .namePatient
    case .redoReason: .refusePreparation
    case .closeReason: .close
    case .collect(let partial): partial ? .collectPartly : .collect
    case .missing, .promised, .shelf, .questionPrescriber, .questionPatient: .chooseMarker
    case .identify, .choosePIN: .switchMember
    case .check: .check
    }
  }

  private func text(_ place: Int) -> String {
    let text = fields[place].buffer.text
    return String(
      text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private func required(_ place: Int) throws(FormError) -> String {
    let text = text(place)
    if text.isEmpty { throw FormError(problem: .empty(fields[place].name), field: place) }
    return text
  }

  /// What the filled form says, in the order it must happen.
  func gestures(on order: Order, now: Timestamp) throws(FormError) -> [Gesture] {
    switch kind {
    case .patient: return [.patientNamed(try patient(of: order))]
    case .redoReason: return [.refused(reason: try required(0))]
    case .closeReason: return [.moved(to: .closed, reason: try required(0))]
    case .shelf: return [.marked(.shelf(try required(0)))]
    case .questionPrescriber: return [.marked(.questionPrescriber(try required(0)))]
    case .questionPatient: return [.marked(.questionPatient(try required(0)))]
    case .promised:
      let text = try required(0)
      guard let time = Timestamp(promised: text, now: now) else {
        throw FormError(problem: .notATime, field: 0)
      }
      return [.marked(.promised(time))]
    case .missing: return try missing(now: now)
    case .collect(let partial): return try collecting(order, partial: partial)
    case .identify, .choosePIN: return []
    case .check: return [.moved(to: .checked, reason: nil)]
    }
  }

  /// The number stays only with the name it came with: another person has another one.
  private func patient(of order: Order) throws(FormError) -> Patient {
    let name = try required(0)
    var birthDate: BirthDate?
    if !text(1).isEmpty {
      birthDate = BirthDate(text(1))
      if birthDate == nil { throw FormError(problem: .notADate, field: 1) }
    }
    let isSame = order.patient.map { folded($0.name) == folded(name) } ?? false
    return Patient(
      name: name, birthDate: birthDate, ins: isSame ? order.patient?.ins : nil, source: .person)
  }

  /// A product under another name is another line of the list.
  private func missing(now: Timestamp) throws(FormError) -> [Gesture] {
    let product = try missingProduct(now: now)
    if product == replaces { return [] }
    let marking = Gesture.marked(.missing(product))
    guard let old = replaces, folded(old.product) != folded(product.product) else {
      return [marking]
    }
    return [.unmarked(.missing, value: old.product), marking]
  }

  private func missingProduct(now: Timestamp) throws(FormError) -> MissingProduct {
    let product = try required(0)
    var quantity = 1
    if !text(1).isEmpty {
      guard let number = Int(text(1)), (1...999).contains(number) else {
        throw FormError(problem: .notANumber, field: 1)
      }
      quantity = number
    }
    var due: Timestamp?
    if !text(2).isEmpty {
      due = Timestamp(day: text(2), now: now)
      if due == nil { throw FormError(problem: .notADate, field: 2) }
    }
    return MissingProduct(product: product, quantity: quantity, due: due)
  }

  /// « Remise », its three lines; whatever is still owed makes it partial.
  private func collecting(_ order: Order, partial: Bool) throws(FormError) -> [Gesture] {
    let isSeen = Self.yesOrNo(text(0))
    let isAnswered = text(0).isEmpty ? !order.markers.isOriginalAwaited : isSeen != nil
    guard isAnswered else { throw FormError(problem: .originalNotAnswered, field: 0) }
    var owed: [MissingProduct] = []
    for typed in text(1).split(separator: ",") {
      let name = typed.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      guard !name.isEmpty, !owed.contains(where: { folded($0.product) == folded(name) }) else {
        continue
      }
      // What was known of it stays: how many, and for when.
      let known = order.markers.missing.first { folded($0.product) == folded(name) }
      owed.append(known ?? MissingProduct(product: name))
    }
    if partial && owed.isEmpty { throw FormError(problem: .empty(.missing), field: 1) }
    if order.status == .partial && owed == order.markers.missing { return [] }
    let givenTo = text(2)
    return [
      .handedOver(
        HandOver(originalSeen: isSeen, owed: owed, givenTo: givenTo.isEmpty ? nil : givenTo))
    ]
  }

  /// « oui » and « non » as people type them; nil for anything else.
  static func yesOrNo(_ text: String) -> Bool? {
    switch folded(text) {
    case "o", "oui", "y", "yes", "qr", "vu", "vue": true
    case "n", "non", "no": false
    default: nil
    }
  }
}

extension Timestamp {
  /// « 17:00 », « 17 h », « 17h30 », « 21/11 9h »: the next such moment; nil for anything else.
  init?(promised text: String, now: Timestamp) {
    var words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard text.count <= 40, !words.isEmpty else { return nil }
    var day: String?
    if words[0].contains("/") { day = words.removeFirst() }
    let clock = words.joined().replacingHour().split(
      separator: ":", omittingEmptySubsequences: false)
    guard let first = clock.first, (1...2).contains(clock.count), first.count <= 2,
      let hour = Int(first), (0...23).contains(hour)
    else { return nil }
    var minute = 0
    if clock.count == 2, !clock[1].isEmpty {
      guard clock[1].count == 2, let value = Int(clock[1]), (0...59).contains(value) else {
        return nil
      }
      minute = value
    }
    guard let date = day.map({ Self.date($0, now: now) }) ?? Self.today(now) else { return nil }
    let time = (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
    guard var moment = Timestamp(iso8601: date.iso8601 + "T" + time) else { return nil }
    // An hour that is over today means tomorrow.
    if day == nil && moment < now { moment = moment.adding(seconds: 86_400) }
    self = moment
  }

  /// Noon of « 23/11 », « 23/11/2026 » or « 2026-11-23 ».
  init?(day text: String, now: Timestamp) {
    guard text.count <= 20, let date = Self.date(text, now: now),
      let moment = Timestamp(iso8601: date.iso8601 + "T12:00")
    else { return nil }
    self = moment
  }

  private static func today(_ now: Timestamp) -> BirthDate? {
    let clock = CivilTime(now)
    return BirthDate(year: clock.year, month: clock.month, day: clock.day)
  }

  /// A day that exists; without its year, the next such day.
  private static func date(_ text: String, now: Timestamp) -> BirthDate? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let clock = CivilTime(now)
    if parts.count == 2 {
      guard let day = Int(parts[0]), let month = Int(parts[1]) else { return nil }
      let isPast = (month, day) < (clock.month, clock.day)
      return BirthDate("\(day)/\(month)/\(clock.year + (isPast ? 1 : 0))")
    }
    let date = BirthDate(text)
    return date?.day == nil ? nil : date
  }
}

extension String {
  fileprivate func replacingHour() -> String {
    String(map { $0 == "h" ? ":" : $0 })
  }
}
