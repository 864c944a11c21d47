public import Domain

/// Demandes of a list that bear one name and are not known to be one person's.
///
/// A row shows a name; two of them must not be taken for one another at the shelf.
public struct Homonyms: Equatable, Sendable {
  private var orders: Set<Order.ID> = []

  private struct Bearer {
    var order: Order.ID
    var birthDate: BirthDate?
    var ins: INS?

    func isKnownToBe(_ other: Bearer) -> Bool {
      if let ins, let number = other.ins { return ins.matricule == number.matricule }
      if let birthDate, birthDate.day != nil { return birthDate == other.birthDate }
      return false
    }
  }

  public init() {}

  /// Of the demandes that are not finished; each may stand there several times.
  public init(_ rows: some Sequence<QueueRow>) {
    var bearers: [String: [Bearer]] = [:]
    var seen: Set<Order.ID> = []
    for row in rows where !row.order.status.isFinished || row.order.hasNews {
      guard row.order.purgedAt == nil, seen.insert(row.id).inserted else { continue }
      guard let name = Self.name(row) else { continue }
      let patient = row.order.patient
      let isConfirmed = patient?.isConfirmed == true
      bearers[name, default: []].append(
        Bearer(
          order: row.id, birthDate: patient?.birthDate,
          ins: isConfirmed ? patient?.ins : row.message.sender.ins ?? patient?.ins))
    }
    for group in bearers.values where group.count > 1 {
      let isOne = group.dropFirst().allSatisfy { $0.isKnownToBe(group[0]) }
      if !isOne { orders.formUnion(group.map(\.order)) }
    }
  }

  public func contains(_ order: Order.ID) -> Bool { orders.contains(order) }

  /// Accents, capitals and spaces apart; nil where the row names no patient.
  private static func name(_ row: QueueRow) -> String? {
    let shown: String
    if let patient = row.order.patient, patient.isConfirmed {
      shown = patient.name
    } else if row.message.sender.kind == .patient, !row.message.isOutgoing {
      shown = row.message.sender.display
    } else {
      return nil
    }
    let name = folded(shown.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    return name.isEmpty ? nil : name
  }
}

extension State {
  /// After the rows changed: what is on screen together is told apart.
  mutating func tellHomonymsApart() {
    homonyms = Homonyms(page.rows + underway + (search?.rows ?? []))
  }
}
