import Domain
import Foundation
import Store

/// Messages at which a connection ends: one that a server calls small and then sends above the
/// cap, one at which it breaks down itself.
///
/// Without a memory of them every pass would end at the same message and the mail behind it would
/// never come (I02). The first end tells only that there may be one. From then on bodies are
/// asked for in small steps, those of a step that ends again one by one, and the one that ends
/// alone is fetched by its header when it was too large, and else withheld: announced, and asked
/// for later. An ordinary cut costs a few round trips.
struct Obstacles: Codable {
  private var uidValidity: UInt32
  /// How many bodies are asked for at once; nil: as many as the connection takes.
  private var step: Int?
  /// Those of the step at which it ended, asked for one by one.
  private var suspects: [UInt32] = []
  /// How messages are listed, because a list ended the connection as well.
  private var modesty: Modesty?
  /// Larger than their server says.
  private var giants: [UInt32] = []

  /// The oldest is forgotten, and would be found again.
  private static let limit = 1_000
  private static let smallStep = 20

  /// Where bodies are asked for.
  struct Road {
    let store: OfficineStore
    let session: any MailSession
    let place: MessageReader.Place
    let lessons: Lessons
  }

  typealias Take = (Listed, Body) throws(SyncFailure) -> Void

  /// As `MailSession.bodies`, with what earlier ends have taught, and learning from the next.
  ///
  /// - Parameter isAgain: they were withheld before: each goes alone, and its first end counts.
  static func bodies(
    _ messages: [Listed], on road: Road, isAgain: Bool = false, _ take: Take
  ) throws(SyncFailure) {
    guard !messages.isEmpty else { return }
    var obstacles = try load(road)
    let giants = Set(obstacles.giants)
    let wanted = messages.map { message in
      var message = message
      if giants.contains(message.uid) { message.size = .max }
      return message
    }
    guard isAgain || obstacles.step != nil else {
      do throws(SyncFailure) { return try road.session.bodies(wanted, take) } catch {
        guard error.endsAtBody else { throw error }
        road.lessons.isAtBody = true
        obstacles.step = error == .oversized ? 1 : smallStep
        try obstacles.save(road)
        // An ordinary cut is told as one; a flood is nothing that waiting mends.
        if error == .oversized { road.lessons.learned() }
        throw error
      }
    }
    try obstacles.search(wanted, on: road, isAgain: isAgain, take)
  }

  private mutating func search(
    _ wanted: [Listed], on road: Road, isAgain: Bool, _ take: Take
  ) throws(SyncFailure) {
    var rest = wanted[...]
    while !rest.isEmpty {
      let part = isAgain ? rest.prefix(1) : next(rest)
      rest = rest.dropFirst(part.count)
      do throws(SyncFailure) { try road.session.bodies(Array(part), take) } catch {
        guard error.endsAtBody else { throw error }
        road.lessons.isAtBody = true
        try learn(from: error, at: part, take)
        try save(road)
        road.lessons.learned()
        throw error
      }
    }
    guard step != nil, !isAgain else { return }
    step = nil
    suspects = []
    try save(road)
  }

  private func next(_ rest: ArraySlice<Listed>) -> ArraySlice<Listed> {
    let innocent = rest.prefix(step ?? Self.smallStep).prefix { !suspects.contains($0.uid) }
    return innocent.isEmpty ? rest.prefix(1) : innocent
  }

  private mutating func learn(
    from error: SyncFailure, at part: ArraySlice<Listed>, _ take: Take
  ) throws(SyncFailure) {
    guard let message = part.first, part.count == 1 else {
      suspects = part.map(\.uid)
      return
    }
    if error == .oversized, !giants.contains(message.uid) {
      giants = (giants + [message.uid]).suffix(Self.limit)
    } else {
      suspects.removeAll { $0 == message.uid }
      try take(message, .withheld(.cut))
    }
  }

  // MARK: - Lists

  /// Lists messages and asks for bodies within `work`; a list that ends the connection is asked
  /// for with less the next time, until all is well again.
  static func listing(
    on road: Road, _ work: () throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    var obstacles = try load(road)
    road.session.modesty = obstacles.modesty ?? .none
    road.lessons.isAtBody = false
    do throws(SyncFailure) { try work() } catch {
      guard error.endsAtBody, !road.lessons.isAtBody else { throw error }
      obstacles = try load(road)
      if obstacles.modesty != nil { road.lessons.learned() }
      obstacles.modesty = (obstacles.modesty ?? .none).next
      obstacles.step = smallStep
      try obstacles.save(road)
      throw error
    }
    guard road.session.modesty > .none else { return }
    road.session.modesty = .none
    obstacles = try load(road)
    obstacles.modesty = nil
    try obstacles.save(road)
  }

  // MARK: - Memory

  private static func key(_ road: Road) -> String { "sync.obstacles.\(road.place.folder.name)" }

  private static func load(_ road: Road) throws(SyncFailure) -> Obstacles {
    let text = try stored { () throws(StoreError) in try road.store.setting(key(road)) }
    // What cannot be read is learned again.
    let known = text.flatMap { try? JSONDecoder().decode(Obstacles.self, from: Data($0.utf8)) }
    guard let known, known.uidValidity == road.place.uidValidity else {
      return Obstacles(uidValidity: road.place.uidValidity)
    }
    return known
  }

  private func save(_ road: Road) throws(SyncFailure) {
    let bytes: Data
    do { bytes = try JSONEncoder().encode(self) } catch { throw .store(.unusable) }
    try stored { () throws(StoreError) in
      try road.store.setSetting(Self.key(road), String(decoding: bytes, as: UTF8.self))
    }
  }
}

/// Whether the last attempt taught something, so that another one at once gets further.
final class Lessons {
  private var isNew = false

  /// The last end was met at a body, not in a list.
  var isAtBody = false

  func learned() { isNew = true }

  func isThereNews() -> Bool {
    defer { isNew = false }
    return isNew
  }
}

extension SyncFailure {
  /// The connection is over, and one message may be why.
  var endsAtBody: Bool {
    switch self {
    case .connectionLost, .timedOut, .violation, .oversized: true
    default: false
    }
  }
}
