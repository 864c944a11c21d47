public import Domain

extension Compose {
  subscript(field: Field) -> TextBuffer {
    get {
      switch field {
      case .to: to
      case .subject: subject
      case .body: body
      }
    }
    set {
      switch field {
      case .to: to = newValue
      case .subject: subject = newValue
      case .body: body = newValue
      }
    }
  }

  /// The fields Tab goes through: an answer goes to whom it answers, and nowhere else.
  public var fields: [Field] {
    draft.replyingTo == nil ? [.to, .subject, .body] : [.subject, .body]
  }

  /// The draft as it is on screen now.
  public func current(at now: Timestamp) -> Draft {
    var current = draft
    if draft.replyingTo == nil { current.to = MailAddress.list(to.text) }
    current.subject = subject.text
    current.body = body.text
    current.updatedAt = now
    return current
  }

  /// The blanks of templates still to fill, in order.
  public var blanks: [String] {
    var current = draft
    current.body = body.text
    return current.blanks
  }

  /// Why this cannot leave; nil when it can be reviewed.
  func firstProblem(_ trust: TrustSpace) -> ComposeProblem? {
    current(at: draft.updatedAt).problem(in: trust)
  }

  // MARK: Places in the body, in characters

  /// Before the quoted message: where writing goes on.
  var endOfOwnText: Int {
    var count = 0
    for line in body.text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(">") {
        let own = body.text.prefix(count)
        return count - own.reversed().prefix(while: \.isWhitespace).count
      }
      count += line.count + 1
    }
    return body.text.count
  }

  var firstBlank: Range<Int>? { blankPlaces.first }

  /// The next one behind the cursor, or the first again when one stands before it.
  var nextBlank: Range<Int>? {
    let places = blankPlaces
    if let next = places.first(where: { $0.lowerBound >= body.cursor }) { return next }
    // From the last blank Tab goes on to the next field.
    guard let selected = body.selection else { return places.first }
    return places.contains(selected) ? nil : places.first
  }

  /// Where `Draft.blanks` stand.
  private var blankPlaces: [Range<Int>] {
    var wanted = blanks[...]
    var places: [Range<Int>] = []
    var count = 0
    for line in body.text.split(separator: "\n", omittingEmptySubsequences: false) {
      if !line.hasPrefix(">") {
        var rest = line
        while let blank = wanted.first, let place = rest.firstRange(of: blank) {
          let start = count + line.distance(from: line.startIndex, to: place.lowerBound)
          places.append(start..<(start + blank.count))
          rest = rest[place.upperBound...]
          wanted.removeFirst()
        }
      }
      count += line.count + 1
    }
    return places
  }
}

extension Draft {
  /// Whom it goes to, when it goes to one.
  func recipient(_ trust: TrustSpace) -> Sender? {
    to.count == 1 ? to.first.map { trust.sender($0) } : nil
  }
}

extension MailAddress {
  /// Reads « a@b, Nom <c@d> »: separated by commas or semicolons, empty ones left out.
  static func list(_ text: String) -> [MailAddress] {
    text.split { $0 == "," || $0 == ";" }.compactMap { piece in
      let words = piece.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if words.isEmpty { return nil }
      guard let open = words.lastIndex(of: "<"), words.hasSuffix(">") else {
        return MailAddress(address: words)
      }
      let name = words[..<open].split(separator: " ").joined(separator: " ")
      return MailAddress(
        name: name, address: String(words[words.index(after: open)...].dropLast()))
    }
  }
}
