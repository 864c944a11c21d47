import Domain
import Foundation
import Store

/// Messages that a server calls small and then sends above the cap, which ends the connection.
///
/// Without a memory of them every pass would end at the same message and the mail behind it
/// would never come (I02). The first flood tells only that there is one: the next attempt asks
/// for one body at a time, and the message that floods again is from then on fetched by its
/// header, as a message that is honestly too large.
struct Giants: Codable {
  private var uidValidity: UInt32
  private var isSearching = false
  private var uids: [UInt32] = []

  /// The oldest is forgotten, and would be found again.
  private static let limit = 1_000

  private static func key(_ place: MessageReader.Place) -> String {
    "sync.giants.\(place.folder.name)"
  }

  private static func load(
    _ store: OfficineStore, _ place: MessageReader.Place
  ) throws(SyncFailure) -> Giants {
    let text = try stored { () throws(StoreError) in try store.setting(key(place)) }
    // What cannot be read is learned again.
    let known = text.flatMap { try? JSONDecoder().decode(Giants.self, from: Data($0.utf8)) }
    guard let known, known.uidValidity == place.uidValidity else {
      return Giants(uidValidity: place.uidValidity)
    }
    return known
  }

  private func save(
    _ store: OfficineStore, _ place: MessageReader.Place
  ) throws(SyncFailure) {
    let bytes: Data
    do { bytes = try JSONEncoder().encode(self) } catch { throw .store(.unusable) }
    try stored { () throws(StoreError) in
      try store.setSetting(Self.key(place), String(decoding: bytes, as: UTF8.self))
    }
  }

  /// As `MailSession.bodies`, with what earlier floods have taught, and learning from the next.
  static func bodies(
    _ messages: [Listed], from session: any MailSession, _ store: OfficineStore,
    _ place: MessageReader.Place, _ take: (Listed, Body) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    guard !messages.isEmpty else { return }
    var giants = try load(store, place)
    let known = Set(giants.uids)
    let wanted = messages.map { message in
      var message = message
      if known.contains(message.uid) { message.size = .max }
      return message
    }
    guard giants.isSearching else {
      do throws(SyncFailure) { return try session.bodies(wanted, take) } catch {
        guard error == .oversized else { throw error }
        giants.isSearching = true
        try giants.save(store, place)
        throw error
      }
    }
    for message in wanted {
      do throws(SyncFailure) { try session.bodies([message], take) } catch {
        guard error == .oversized, !known.contains(message.uid) else { throw error }
        giants.uids = (giants.uids + [message.uid]).suffix(limit)
        try giants.save(store, place)
        throw error
      }
    }
    giants.isSearching = false
    try giants.save(store, place)
  }
}
