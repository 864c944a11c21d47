import Domain
import Foundation
import Testing

@testable import TeamLog

/// A parcel of invented records, the same for the same seed.
struct SampleParcels {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func number(below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(limit))
  }

  private mutating func text() -> String {
    let letters = Array("abc é œ « » \"\\/\n\u{0}\u{7}€😀ßZ0129=+")
    return String((0..<number(below: 40)).map { _ in letters[number(below: letters.count)] })
  }

  private mutating func gesture() -> Gesture {
    switch number(below: 7) {
    case 0: .taken(over: nil)
    case 1: .taken(over: author())
    case 2: .noted(NoteText(text()))
    case 3: .moved(to: .prepared, reason: text())
    case 4: .marked(.shelf(text()))
    case 5: .undone(event: text())
    default: .released
    }
  }

  private mutating func author() -> Author {
    Author(memberID: "m\(number(below: 9))", name: text(), initials: "LP", poste: text())
  }

  mutating func parcel() -> LogParcel {
    let records = (0..<number(below: 6)).map { index in
      LogRecord(
        id: "e\(index)-\(number(below: 1_000_000))",
        content: number(below: 9) == 0
          ? .seal
          : .event(
            LoggedEvent(
              order: "d\(number(below: 99))", author: author(),
              at: Timestamp(milliseconds: 1_795_200_000_123), gesture: gesture(),
              parent: number(below: 2) == 0 ? nil : text())))
    }
    return LogParcel(id: "p-\(number(below: 1 << 30))", machine: "m", records: records)
  }
}

@Suite struct `Messages of the team log` {
  private let key: LogKey
  private let other: LogKey
  private let moment = Timestamp(milliseconds: 1_795_200_000_000)
  private let address = "officine@operateur.mssante.example"

  init() throws {
    key = try #require(LogKey(String(repeating: "5a", count: 32)))
    other = try #require(LogKey(String(repeating: "a5", count: 32)))
  }

  private func bytes(_ parcel: LogParcel, epoch: Int = 3) throws -> [UInt8] {
    try LogMessage.bytes(
      of: parcel, epoch: epoch, address: address, key: key, at: moment)
  }

  private func proven(_ json: String) -> [UInt8] {
    let bytes = Array(json.utf8)
    let head =
      "Content-Type: application/vnd.mssterm.event+json; version=1\r\n"
      + "Content-Transfer-Encoding: base64\r\nX-MSSTerm-MAC: \(key.code(of: bytes))\r\n\r\n"
    return Array(head.utf8) + Base64Lines.encode(bytes)
  }

  private func read(_ bytes: [UInt8]) -> LogMessage.Reading {
    LogMessage.read(bytes, epoch: 3, address: address, key: key)
  }

  @Test func `what is written is read, whatever the texts hold`() throws {
    var samples = SampleParcels(seed: 7)
    for _ in 0..<300 {
      let parcel = samples.parcel()
      let message = try bytes(parcel)
      #expect(read(message) == .parcel(parcel))
      // A server may give line ends back otherwise, and add fields of its own.
      let lines = message.filter { $0 != 0x0D }
      #expect(read(Array("X-Filter: yes\n".utf8) + lines) == .parcel(parcel))
      #expect(message.allSatisfy { $0 == 0x0D || $0 == 0x0A || (0x20...0x7E).contains($0) })
      #expect(message.split(separator: 0x0A).allSatisfy { $0.count <= 200 })
    }
  }

  @Test func `no header tells who or what`() throws {
    let secret = "Marie DURAND 2 69 05 49 588 157 80"
    let event = LoggedEvent(
      order: "d7k2", author: Author(memberID: "m", name: "Léa PETIT", initials: "LP", poste: "c1"),
      at: moment, gesture: .noted(NoteText(secret)))
    let parcel = LogParcel(
      id: "p\r\nBcc: x", machine: secret,
      records: [LogRecord(id: "e", content: .event(event))])
    let text = String(decoding: try bytes(parcel), as: UTF8.self)
    let head = try #require(text.split(separator: "\r\n\r\n").first)
    for word in ["DURAND", "Léa", "PETIT", "588", "d7k2", "\nBcc", "noted"] {
      // The proof is 64 digits of any kind.
      let lines = head.split(separator: "\r\n").filter { !$0.hasPrefix("X-MSSTerm-MAC") }
      #expect(!lines.joined(separator: "\n").contains(word), "\(word)")
    }
    #expect(text.contains("\r\nContent-Type: application/vnd.mssterm.event+json; version=1\r\n"))
  }

  @Test func `every changed byte is ignored, or changed nothing that is said`() throws {
    var samples = SampleParcels(seed: 11)
    let parcel = samples.parcel()
    let message = try bytes(parcel)
    let body = try #require(message.firstRange(of: Array("\r\n\r\n".utf8))).upperBound
    var ignored = 0
    for index in message.indices {
      for value in [message[index] ^ 1, message[index] ^ 0x20, 0x41, 0x00, 0xFF] {
        guard value != message[index] else { continue }
        var changed = message
        changed[index] = value
        let reading = read(changed)
        if case .ignored = reading { ignored += 1 } else { #expect(reading == .parcel(parcel)) }
        // In the body only a line end may become another blank.
        if index >= body, message[index] > 0x20 { #expect(reading != .parcel(parcel)) }
      }
    }
    #expect(ignored > message.count)
  }

  @Test func `a piece of a message says nothing`() throws {
    var samples = SampleParcels(seed: 13)
    var parcel = samples.parcel()
    while parcel.records.isEmpty { parcel = samples.parcel() }
    let message = try bytes(parcel)
    for count in 0..<(message.count - 2) {
      guard case .ignored = read(Array(message.prefix(count))) else {
        Issue.record("\(count) of \(message.count) bytes were read")
        return
      }
    }
  }

  @Test func `what was written before messages named their BAL is read`() throws {
    var samples = SampleParcels(seed: 19)
    let parcel = samples.parcel()
    let json = String(decoding: try JSONEncoder().encode(parcel), as: UTF8.self)
    #expect(read(proven("{\"epoch\":3,\"parcel\":\(json)}")) == .parcel(parcel))
  }

  @Test func `another key, another epoch, another version`() throws {
    var samples = SampleParcels(seed: 17)
    var parcel = samples.parcel()
    let message = try bytes(parcel)
    #expect(LogMessage.read(message, epoch: 3, address: address, key: other) == .ignored(.proof))
    #expect(LogMessage.read(message, epoch: 4, address: address, key: key) == .ignored(.shape))
    #expect(
      LogMessage.read(message, epoch: 3, address: "autre@officine.example", key: key)
        == .otherAddress(address))
    #expect(
      LogMessage.read(
        message, epoch: 3, address: "autre@officine.example", former: [address], key: key)
        == .parcel(parcel))
    #expect(
      LogMessage.read(message, epoch: 3, address: address.uppercased(), key: key)
        == .parcel(parcel))
    let text = String(decoding: message, as: UTF8.self)
    let later = Array(text.replacing("version=1", with: "version=2").utf8)
    #expect(read(later) == .ignored(.version))
    parcel.version = 2
    #expect(read(try bytes(parcel)) == .ignored(.version))
  }

  @Test func `a mail that somebody else put there is foreign`() throws {
    let mail = "From: a@b.example\r\nSubject: Bonjour\r\n\r\nUn texte.\r\n"
    #expect(read(Array(mail.utf8)) == .ignored(.foreign))
    #expect(read([]) == .ignored(.foreign))
    #expect(read([UInt8](repeating: 0x0A, count: 9)) == .ignored(.foreign))
    #expect(read([UInt8](repeating: 0x41, count: LogMessage.limit + 1)) == .ignored(.size))
  }

  @Test func `a copy of the proof does not prove two`() throws {
    var samples = SampleParcels(seed: 19)
    let text = String(decoding: try bytes(samples.parcel()), as: UTF8.self)
    let proof = try #require(text.split(separator: "\r\n").first { $0.hasPrefix("X-MSSTerm-MAC") })
    let twice = Array(text.replacing("MIME-Version", with: "\(proof)\r\nMIME-Version").utf8)
    #expect(read(twice) == .ignored(.proof))
    let without = Array(text.replacing("\(proof)\r\n", with: "").utf8)
    #expect(read(without) == .ignored(.proof))
  }

  /// Proven and hostile at once: a machine of ours with a fault, or one that was taken over.
  @Test func `what is proven and badly made crashes nobody`() throws {
    let deep = String(repeating: "[", count: 200_000)
    let texts = ["", "{}", "[]", "null", "{\"epoch\":3}", deep, "{\"epoch\":1e999}", "\u{0}", "\""]
    for text in texts { #expect(read(proven(text)) == .ignored(.shape), "\(text.prefix(20))") }
  }

  @Test func `more than a reader takes is not written`() throws {
    let note = String(repeating: "a", count: LogMessage.limit)
    let event = LoggedEvent(
      order: "d", author: Author(memberID: "m", name: "n", initials: "n", poste: "p"),
      at: moment, gesture: .noted(NoteText(note)))
    let parcel = LogParcel(
      id: "p", machine: "m", records: [LogRecord(id: "e", content: .event(event))])
    #expect(throws: TeamLogError.tooLarge) { try bytes(parcel) }
  }

  @Test func `base64 has one spelling`() throws {
    var samples = SampleParcels(seed: 23)
    for length in 0..<200 {
      let bytes = (0..<length).map { _ in UInt8(samples.number(below: 256)) }
      let text = Base64Lines.encode(bytes)
      #expect(Base64Lines.decode(text[...]) == bytes)
      #expect(Data(base64Encoded: Data(text.filter { $0 > 0x20 })) == Data(bytes))
    }
    // The last two end with bits that no encoder leaves behind.
    for wrong in ["A", "AB", "ABC", "AB=", "AQ==A", "AQ=A", "=", "A===", "A*AA", "AB==", "ABD="] {
      #expect(Base64Lines.decode(Array(wrong.utf8)[...]) == nil, "\(wrong)")
    }
  }

  @Test(arguments: [
    (Int64(0), "Thu, 01 Jan 1970 00:00:00 +0000"),
    (1_795_200_000_000, "Fri, 20 Nov 2026 18:40:00 +0000"),
    (1_709_164_800_999, "Thu, 29 Feb 2024 00:00:00 +0000"),
    (4_107_542_399_000, "Sun, 28 Feb 2100 23:59:59 +0000"),
  ])
  func `the date is a date`(milliseconds: Int64, text: String) {
    #expect(HeaderDate.text(Timestamp(milliseconds: milliseconds)) == text)
  }
}
