import Glibc

/// What the worker may ask of the child; the first byte of a request.
enum DecoderRequest: UInt8 {
  case message = 1
  case attachment = 2
  case document = 3

  /// Kind and attachment number before the raw bytes.
  static let headBytes = 9
}

/// The first byte of an answer.
enum DecoderAnswer: UInt8 {
  case done = 0
  case noSuchAttachment = 1
  case resultTooLarge = 2
}

/// Frames: four bytes of length (little-endian), then that many bytes.
enum Frame {
  static let headBytes = 4
  /// The child's first frame, which says that it is confined and ready.
  static let greeting = Array("mssterm-decoder 1".utf8)

  static func head(_ length: Int) -> [UInt8] {
    let count = UInt32(truncatingIfNeeded: length)
    return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: count >> $0) }
  }

  static func length(_ head: some Sequence<UInt8>) -> Int {
    Int(head.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
  }

  /// Reads exactly `count` bytes; nil at the end of the stream or on an error.
  static func read(_ descriptor: Int32, _ count: Int) -> [UInt8]? {
    guard count > 0 else { return [] }
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else {
          isWhole = false
          return
        }
        filled += got
      }
    }
    return isWhole ? bytes : nil
  }

  /// Writes all of it; false when the other side is gone.
  static func write(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let sent = Glibc.write(
          descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if sent < 0 && errno == EINTR { continue }
        guard sent > 0 else { return false }
        done += sent
      }
      return true
    }
  }
}
