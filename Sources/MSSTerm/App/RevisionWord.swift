import ArgumentParser
import Domain
import Store

/// What the author of a gesture says to have seen: a revision of this machine, or a token
/// (`show --json`), which names the same state on every machine.
enum RevisionWord: ExpressibleByArgument {
  case number(Order.Revision)
  case token(String)

  init?(argument: String) {
    if argument.utf8.count == Self.tokenLength, argument.allSatisfy(\.isHexDigit) {
      self = .token(argument.lowercased())
    } else if let number = Order.Revision(argument) {
      self = .number(number)
    } else {
      return nil
    }
  }

  private static let tokenLength = 16

  /// As the store compares it. What happens between here and the gesture changes the revision too.
  func revision(of id: Order.ID, _ session: Session) throws -> Order.Revision {
    switch self {
    case .number(let number): return number
    case .token(let token):
      return try session.ask(id) { store throws(StoreError) in
        // No demande has it: the store tells who was there before.
        try store.revision(of: id, token: token) ?? -1
      }
    }
  }
}
