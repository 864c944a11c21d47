/// One mail of the invented officine, before it is bytes.
public struct SampleMail: Sendable {
  public struct File: Sendable {
    public var name: String
    public var contentType: String
    public var bytes: [UInt8]

    public init(name: String, contentType: String, bytes: [UInt8]) {
      self.name = name
      self.contentType = contentType
      self.bytes = bytes
    }
  }

  public var fromName: String
  public var fromAddress: String
  public var to: String
  public var subject: String
  public var body: String
  public var files: [File]
  /// Without angle brackets.
  public var messageID: String
  public var inReplyTo: String?
  /// Seconds since 1970.
  public var date: Int64

  public init(
    fromName: String, fromAddress: String, to: String, subject: String, body: String,
    files: [File] = [], messageID: String, inReplyTo: String? = nil, date: Int64
  ) {
    self.fromName = fromName
    self.fromAddress = fromAddress
    self.to = to
    self.subject = subject
    self.body = body
    self.files = files
    self.messageID = messageID
    self.inReplyTo = inReplyTo
    self.date = date
  }

  /// RFC 5322 bytes with CRLF line ends.
  public var bytes: [UInt8] {
    var lines = [
      "Date: \(Self.date(date))",
      "From: \(Self.word(fromName)) <\(fromAddress)>",
      "To: <\(to)>",
      "Subject: \(Self.word(subject))",
      "Message-ID: <\(messageID)>",
    ]
    if let inReplyTo {
      lines += ["In-Reply-To: <\(inReplyTo)>", "References: <\(inReplyTo)>"]
    }
    lines.append("MIME-Version: 1.0")
    let text = [
      "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: base64", "",
      Self.base64Lines(Array(body.replacingNewlines.utf8)),
    ]
    if files.isEmpty { return Self.join(lines + text) }
    let boundary = "=_mssterm_\(messageID.prefix { $0 != "@" })"
    lines += ["Content-Type: multipart/mixed; boundary=\"\(boundary)\"", "", "--\(boundary)"]
    lines += text
    for file in files {
      lines += [
        "--\(boundary)",
        "Content-Type: \(file.contentType); name=\"\(file.name)\"",
        "Content-Disposition: attachment; filename=\"\(file.name)\"",
        "Content-Transfer-Encoding: base64", "", Self.base64Lines(file.bytes),
      ]
    }
    return Self.join(lines + ["--\(boundary)--", ""])
  }

  private static func join(_ lines: [String]) -> [UInt8] {
    Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
  }

  /// RFC 2047 B-encoded words of at most 45 bytes, or the text itself when it is ASCII.
  static func word(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var words: [String] = []
    var current = ""
    for character in text {
      if current.utf8.count + String(character).utf8.count > 42 {
        words.append(current)
        current = ""
      }
      current.append(character)
    }
    words.append(current)
    return words.map { "=?UTF-8?B?\(base64(Array($0.utf8)))?=" }.joined(separator: "\r\n ")
  }

  private static func base64Lines(_ bytes: [UInt8]) -> String {
    let text = Array(base64(bytes).utf8)
    return stride(from: 0, to: text.count, by: 76).map {
      String(decoding: text[$0..<min($0 + 76, text.count)], as: UTF8.self)
    }.joined(separator: "\r\n")
  }

  static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var value = 0
      for byte in group { value = value << 8 | Int(byte) }
      value <<= 8 * (3 - group.count)
      for place in 0..<4 {
        let isFilled = place <= group.count
        result.append(isFilled ? alphabet[value >> (18 - 6 * place) & 63] : 0x3D)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// RFC 5322 3.3, in UTC.
  static func date(_ seconds: Int64) -> String {
    let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    let clock = Int(seconds - days * 86400)
    // Civil date from days since 1970 (proleptic Gregorian, 400-year eras).
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let day = shifted - era * 146_097
    let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    let date = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    let civilYear = Int(year + era * 400) + (month <= 2 ? 1 : 0)
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let weekday = weekdays[Int(((days % 7) + 7) % 7)]
    let time = "\(two(clock / 3600)):\(two(clock / 60 % 60)):\(two(clock % 60))"
    return "\(weekday), \(two(date)) \(months[month - 1]) \(civilYear) \(time) +0000"
  }
}

extension String {
  fileprivate var replacingNewlines: String {
    split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
  }
}
