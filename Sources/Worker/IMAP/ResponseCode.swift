/// The bracketed code of a status response (RFC 3501, 7.1; 4315; 5530; 7162).
public enum ResponseCode: Hashable, Sendable {
  case uidValidity(UIDValidity)
  case uidNext(UID)
  case highestModificationSequence(ModificationSequence)
  case noModificationSequence
  /// `canCreate` is `\*`: new keywords are kept.
  case permanentFlags([Flag], canCreate: Bool)
  case appendUID(UIDValidity, UIDSet)
  case copyUID(UIDValidity, from: UIDSet, to: UIDSet)
  case tryCreate
  case authenticationFailed
  /// Too many connections or commands for now: back off, do not give up.
  case limit
  case overQuota
  case capability(Capabilities)
  case readOnly
  case readWrite
  /// Sequence number of the first unseen message.
  case unseen(UInt32)
  /// The text must be shown to a person, as the server's words.
  case alert
  /// These were changed by somebody else since: nothing was stored on them (RFC 7162).
  case modified(UIDSet)
  /// What follows is about the newly selected mailbox (RFC 7162, 3.2.11).
  case closed
  /// RFC 5530.
  case unavailable, inUse, expired, nonExistent, alreadyExists, cannot, noPermission
  /// Unknown, or known with an argument that cannot be read.
  case other(name: String, text: ServerText)

  private static let bare: [String: ResponseCode] = [
    "NOMODSEQ": .noModificationSequence, "TRYCREATE": .tryCreate,
    "AUTHENTICATIONFAILED": .authenticationFailed, "LIMIT": .limit, "OVERQUOTA": .overQuota,
    "CLOSED": .closed, "UNAVAILABLE": .unavailable, "INUSE": .inUse, "EXPIRED": .expired,
    "NONEXISTENT": .nonExistent, "ALREADYEXISTS": .alreadyExists, "CANNOT": .cannot,
    "NOPERM": .noPermission,
    "READ-ONLY": .readOnly, "READ-WRITE": .readWrite, "ALERT": .alert,
  ]

  /// Reads what stands between the brackets.
  init(_ bytes: ArraySlice<UInt8>) {
    let parts = bytes.split(separator: ASCII.space, maxSplits: 1)
    let name = keyword(parts.first ?? [])
    let argument = parts.count > 1 ? parts[1] : []
    let known = ResponseCode.bare[name] ?? ResponseCode.read(name, argument)
    self = known ?? .other(name: name, text: ServerText(argument))
  }

  private static func read(_ name: String, _ argument: ArraySlice<UInt8>) -> ResponseCode? {
    let words = argument.split(separator: ASCII.space)
    switch name {
    case "UIDVALIDITY":
      return validity(argument).map { .uidValidity($0) }
    case "UIDNEXT":
      return UID(digits: argument).map { .uidNext($0) }
    case "HIGHESTMODSEQ":
      return ModificationSequence(digits: argument).map { .highestModificationSequence($0) }
    case "MODIFIED":
      return closed(argument).map { .modified($0) }
    case "UNSEEN":
      return UInt32(digits: argument).map { .unseen($0) }
    case "CAPABILITY":
      return .capability(Capabilities(words.map { keyword($0) }))
    case "PERMANENTFLAGS":
      guard argument.first == ASCII.openParenthesis, argument.last == ASCII.closeParenthesis,
        argument.count >= 2
      else { return nil }
      let flags = argument.dropFirst().dropLast().split(separator: ASCII.space).map {
        Flag(String(decoding: $0, as: UTF8.self))
      }
      let any = Flag("\\*")
      return .permanentFlags(flags.filter { $0 != any }, canCreate: flags.contains(any))
    case "APPENDUID":
      guard words.count == 2, let validity = validity(words[0]), let uids = closed(words[1])
      else { return nil }
      return .appendUID(validity, uids)
    case "COPYUID":
      guard words.count == 3, let validity = validity(words[0]), let from = closed(words[1]),
        let to = closed(words[2])
      else { return nil }
      return .copyUID(validity, from: from, to: to)
    default:
      return nil
    }
  }

  private static func validity(_ digits: ArraySlice<UInt8>) -> UIDValidity? {
    UInt32(digits: digits).flatMap { UIDValidity($0) }
  }

  /// A set with an open end says nothing when it comes from a server.
  private static func closed(_ text: ArraySlice<UInt8>) -> UIDSet? {
    guard let set = UIDSet(parsing: text), set.tail == nil else { return nil }
    return set
  }
}
