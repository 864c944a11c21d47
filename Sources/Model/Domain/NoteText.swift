/// Words for the team, never for anybody outside.
///
/// A type of its own: nothing that leaves the house takes one (`Draft`, `OutgoingItem`,
/// `Template` are made of strings), and there is no way to the string but the one whose name says
/// what it is for. Text becomes a note by writing it as one; a note never becomes a mail.
public struct NoteText: Hashable, Sendable {
  private let words: String

  public init(_ words: String) { self.words = words }

  /// To be shown to, searched by or exported for the team; never put into a mail.
  public var forTheTeam: String { words }

  public var isBlank: Bool { words.allSatisfy(\.isWhitespace) }
}

extension NoteText: ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) { self.init(value) }
}

/// In a log or a message of an error nothing of it is said.
extension NoteText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "note" }
  public var debugDescription: String { "note" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// As JSON it is the bare string that it always was.
extension NoteText: Codable {
  public init(from decoder: any Decoder) throws {
    words = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(words)
  }
}

/// A colleague was asked to look at a note (`@Sami`, `@SH`).
public struct Mention: Hashable, Sendable {
  /// The event that is the note.
  public var event: String
  public var order: Order.ID
  public var at: Timestamp
  public var by: Author

  public init(event: String, order: Order.ID, at: Timestamp, by: Author) {
    self.event = event
    self.order = order
    self.at = at
    self.by = by
  }
}

extension NoteText {
  /// More in one note are a joke or an attack.
  public static let mentionLimit = 50

  /// What stands behind each `@` that begins a word: letters, digits, hyphens, apostrophes.
  public var mentionedNames: [String] {
    var names: [String] = []
    var before: Character = " "
    var place = words.startIndex
    while place < words.endIndex, names.count < Self.mentionLimit {
      let next = words.index(after: place)
      if words[place] == "@", !before.isLetter, !before.isNumber {
        // « @Sami- » and « @Léa' » end with a sign of the sentence.
        let name = words[next...].prefix(while: Self.isOfName).trimming { "-'’".contains($0) }
        if !name.isEmpty { names.append(String(name)) }
      }
      before = words[place]
      place = next
    }
    return names
  }

  static func isOfName(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "-'’".contains(character)
  }

  /// Those of the names that none of `members` has; an hour (`@12h`) is no name.
  public func unknownNames(among members: [Member]) -> [String] {
    let known = Set(members.flatMap { [folded($0.initials), folded($0.shortName)] })
    return mentionedNames.filter { $0.first?.isNumber != true && !known.contains(folded($0)) }
  }

  /// The members that the note names, in the order of `members`; two Léas are both meant by `@Léa`.
  public func mentioned(among members: [Member]) -> [Member] {
    let names = Set(mentionedNames.map(folded))
    guard !names.isEmpty else { return [] }
    return members.filter { member in
      names.contains(folded(member.initials)) || names.contains(folded(member.shortName))
    }
  }
}

extension Member {
  /// What `@` is completed to: the first name while it is the only one, else the initials.
  public func mentionName(among members: [Member]) -> String {
    let namesakes = members.count { folded($0.shortName) == folded(shortName) }
    let isWord = shortName.allSatisfy(NoteText.isOfName)
    return namesakes > 1 || !isWord ? initials : shortName
  }
}

extension Substring {
  fileprivate func trimming(_ isOutside: (Character) -> Bool) -> Substring {
    var rest = drop(while: isOutside)
    while let last = rest.last, isOutside(last) { rest.removeLast() }
    return rest
  }
}
