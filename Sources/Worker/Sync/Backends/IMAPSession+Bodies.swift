import IMAP
import NIOCore

extension IMAPSession {
  /// One command on its way, and what it asks for.
  private struct Flight {
    var messages: [Listed]
    var bytes: Int
    var answer: EventLoopFuture<Answer>
  }

  /// Asks ahead while earlier bodies are being decoded and stored; the claimed sizes bound what
  /// may come, and one message alone may exceed the window.
  func bodies(
    _ messages: [Listed], _ take: (Listed, Body) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    var flights: [Flight] = []
    var next = 0
    var inFlight = 0
    while next < messages.count || !flights.isEmpty {
      while next < messages.count, flights.isEmpty || inFlight < SyncLimits.inFlight {
        let group = Self.group(messages[next...])
        next += group.count
        let flight = begin(group)
        inFlight += flight.bytes
        flights.append(flight)
      }
      let flight = flights.removeFirst()
      try land(flight, take)
      inFlight -= flight.bytes
    }
  }

  /// As many neighbours as one ingest transaction takes; a giant goes alone, by its header.
  private static func group(_ messages: ArraySlice<Listed>) -> [Listed] {
    var group: [Listed] = []
    var bytes: UInt64 = 0
    for message in messages {
      let isGiant = message.size > SyncLimits.messageBytes
      let isFull =
        group.count >= SyncLimits.batchMessages
        || bytes.addingReportingOverflow(message.size).partialValue > UInt64(SyncLimits.batchBytes)
      if !group.isEmpty, isFull || isGiant { break }
      group.append(message)
      bytes = bytes.addingReportingOverflow(message.size).partialValue
      if isGiant { break }
    }
    return group
  }

  private func begin(_ group: [Listed]) -> Flight {
    let isGiant = group.contains { $0.size > SyncLimits.messageBytes }
    let set = UIDSet(group.compactMap { UID($0.uid) })
    let answer = connection.begin(.fetch(set, [.uid, isGiant ? .header : .body]))
    let bytes = isGiant ? SyncLimits.headerBytes : group.reduce(0) { $0 + Int(clamping: $1.size) }
    return Flight(messages: group, bytes: bytes, answer: answer)
  }

  private func land(
    _ flight: Flight, _ take: (Listed, Body) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    let answer = try connection.finish(flight.answer)
    var bodies = Self.bodies(answer.responses)
    for message in flight.messages {
      // Not among the answers of its own question: it may have come with another's (I08), or the
      // server says NO for one that is gone. Asked for alone, the answer is clear.
      if let body = bodies.removeValue(forKey: message.uid) {
        try take(message, body)
      } else {
        try take(message, try alone(message))
      }
    }
  }

  private func alone(_ message: Listed) throws(SyncFailure) -> Body {
    guard let uid = UID(message.uid) else { return .gone }
    let item: Command.FetchItem = message.size > SyncLimits.messageBytes ? .header : .body
    let answer = try connection.require(.fetch(UIDSet([uid]), [.uid, item]))
    return Self.bodies(answer.responses)[message.uid] ?? .gone
  }

  private static func bodies(_ responses: [Response]) -> [UInt32: Body] {
    var found: [UInt32: Body] = [:]
    for case .fetch(let message) in responses {
      guard let uid = message.uid?.rawValue, found[uid] == nil else { continue }
      if let body = message.body {
        found[uid] = .whole(body)
      } else if let header = message.header {
        found[uid] = .headerOnly(header)
      }
    }
    return found
  }
}
