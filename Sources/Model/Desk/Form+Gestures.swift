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
    case .team: .members
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
    case .patient: return [.patientNamed(try patient(of: order, now: now))]
    case .redoReason: return [.refused(reason: try required(0))]
    case .closeReason:
      let closing = Gesture.moved(to: .closed, reason: try required(0))
      guard let over, order.owner?.memberID == over.memberID else { return [closing] }
      return [.taken(over: Author(over)), closing]
    case .shelf: return [.marked(.shelf(try required(0)))]
    case .questionPrescriber: return [.marked(.questionPrescriber(try required(0)))]
    case .questionPatient: return [.marked(.questionPatient(try required(0)))]
    case .promised:
      let text = try required(0)
      guard let time = Timestamp(promised: text, now: now) else {
        throw FormError(problem: timeProblem(0, .notATime, now), field: 0)
      }
      return [.marked(.promised(time))]
    case .missing: return try missing(now: now)
    case .collect(let partial): return try collecting(order, partial: partial)
    case .identify, .choosePIN, .team: return []
    case .check: return [.moved(to: .checked, reason: nil)]
    }
  }

  private func patient(of order: Order, now: Timestamp) throws(FormError) -> Patient {
    let name = try required(0)
    var birthDate: BirthDate?
    if !text(1).isEmpty {
      birthDate = BirthDate(text(1))
      if birthDate == nil {
        throw FormError(problem: Timestamp.isNoDay(text(1)) ? .noSuchDay : .notADate, field: 1)
      }
      if birthDate?.isPossible(on: CivilDay(now)) == false {
        throw FormError(problem: .notABirth, field: 1)
      }
    }
    return Patient.named(name, birthDate: birthDate, knowing: order.patient)
  }

  /// A product under another name keeps its line of the list.
  private func missing(now: Timestamp) throws(FormError) -> [Gesture] {
    let product = try missingProduct(now: now)
    if product == replaces { return [] }
    guard let old = replaces, folded(old.product) != folded(product.product) else {
      return [.marked(.missing(product))]
    }
    return [.productCorrected(old.product, to: product)]
  }

  private func missingProduct(now: Timestamp) throws(FormError) -> MissingProduct {
    let product = try required(0)
    // « non » answers no question here.
    if MissingList.saysNothing(product) { throw FormError(problem: .empty(.product), field: 0) }
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
      guard let due else { throw FormError(problem: timeProblem(2, .notADay, now), field: 2) }
      // One that was noted before may be over by now.
      if CivilDay(due) < CivilDay(now), replaces?.due.map({ CivilDay($0) }) != CivilDay(due) {
        throw FormError(problem: .over, field: 2)
      }
    }
    return MissingProduct(product: product, quantity: quantity, due: due)
  }

  /// « Remise », its three lines; whatever is still owed makes it partial.
  private func collecting(_ order: Order, partial: Bool) throws(FormError) -> [Gesture] {
    let isSeen = Self.yesOrNo(text(0))
    let isAnswered = text(0).isEmpty ? !order.markers.isOriginalAwaited : isSeen != nil
    guard isAnswered else { throw FormError(problem: .originalNotAnswered, field: 0) }
    let owed = MissingList.read(text(1), knowing: order.markers.missing)
    if partial && owed.isEmpty { throw FormError(problem: .empty(.missing), field: 1) }
    if order.status == .partial && owed == order.markers.missing {
      throw FormError(problem: .nothingHandedOver, field: 1)
    }
    let givenTo = text(2)
    return [
      .handedOver(
        HandOver(originalSeen: isSeen, owed: owed, givenTo: givenTo.isEmpty ? nil : givenTo))
    ]
  }

  /// A day that exists and is not near is refused for what it is, and so is one that does not.
  private func timeProblem(
    _ place: Int, _ problem: FormProblem, _ now: Timestamp
  ) -> FormProblem {
    if Timestamp.isNoDay(text(place)) { return .noSuchDay }
    if Timestamp.isOver(promised: text(place), now: now) { return .over }
    return Timestamp.needsYear(text(place), now: now) ? .yearNeeded : problem
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
