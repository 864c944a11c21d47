import Domain
import Store

/// A mail or a document that leaves the store as bytes: who took it is traced, never what it says.
struct TakingOut {
  let session: Session
  let options: CommonOptions
  /// Stable: `show.raw`, `attachment`.
  let action: String

  /// Runs `body`, traces it before anybody gets the bytes, and gives them away; what failed is
  /// traced as well.
  func bytes(
    of message: Message, part n: Int? = nil, _ body: () throws -> [UInt8],
    deliver: ([UInt8]) throws -> Void
  ) throws {
    let (author, account) = try who()
    var request = ["message=\(message.id)"]
    if let n { request.append("n=\(n)") }
    if let account { request.append("account=\(account)") }
    let order = try session.ask(message.id) { store throws(StoreError) in
      try store.order(ofMessage: message.id)?.id
    }
    func trace(_ answer: String) throws {
      try session.ask(message.id) { store throws(StoreError) in
        try store.trace(
          TraceEntry(
            author: author, action: action, order: order,
            request: request.joined(separator: " "), answer: answer),
          now: session.environment.now())
      }
    }
    let bytes: [UInt8]
    do {
      bytes = try body()
    } catch {
      try trace("failed")
      throw error
    }
    try trace("bytes=\(bytes.count)")
    do {
      try deliver(bytes)
    } catch {
      try trace("failed")
      throw error
    }
  }

  /// Reading asks nobody for a code: `--as` is proved as everywhere, else the account's member,
  /// declared where the place asks for more, else the account itself.
  private func who() throws -> (Author, account: String?) {
    if let reader = session.reader { return (reader.author, nil) }
    if options.member != nil { return (try session.actor(options).author, nil) }
    let user = session.environment.osUser
    let mapped = try session.askTeam { store throws(StoreError) in
      try store.member(osUser: user)
    }
    guard let mapped else {
      var author = Author.mailbox
      author.poste = session.poste.name
      return (author, user)
    }
    let isDeclared = mapped.hasPIN && session.poste.isShared
    return (
      Actor(member: mapped, poste: session.poste.name, isDeclared: isDeclared).author, nil
    )
  }
}
