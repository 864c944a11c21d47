import ArgumentParser
import Domain
import Store

/// `mssterm status ID… STATE`
struct StatusCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Move a demande: \(known).")

  @OptionGroup var options: CommonOptions
  @Argument(help: "IDs, then the state.") var words: [String]
  @Option(help: "Why (to-redo and closed).") var reason: String?
  @Option(help: "To whom it was handed (collected and partial).") var givenTo: String?
  @Option(help: "Whether the original or its QR was seen: yes or no.") var originalSeen: String?
  @Option(help: "A product still owed; may be repeated (partial).") var owed: [String] = []
  @Flag(help: "All that was missing is handed over (collected).") var nothingOwed = false
  @Flag(help: "Take it from the colleague who works on it first (closed).") var over = false
  @Option(help: "Refuse when the demande is no longer at this revision or token.")
  var revision: RevisionWord?
  @OptionGroup var wait: TeamWaitOptions

  func act(_ environment: Environment) throws {
    guard words.count >= 2, let name = words.last else {
      throw CommandFailure(
        .usage, "Donner au moins un identifiant puis un état.", "Give IDs, then a state.")
    }
    let isSeen = try answer()
    let status = try status(name)
    let session = try Session(options, environment)
    try Gestures.performAll(
      Array(words.dropLast()), session, options, wait, revision: revision,
      for: status == .checked || name == "to-redo" ? .signature : .ordinary,
      after: { tellNews(from: $0, $1, to: $2, session) }
    ) { order, actor in
      let gesture = try gesture(name, status, isSeen, on: order)
      // What is still owed refuses the closing: nothing is taken from anybody for that.
      guard over, status == .closed, order.markers.missing.isEmpty,
        let owner = order.worker(besides: actor.author)
      else { return [gesture] }
      return [.taken(over: Author(owner)), gesture]
    }
  }

  /// Nobody looks at a screen here: what came and was not dealt with is told beside.
  private func tellNews(
    from order: Order, _ gesture: Gesture, to now: Order, _ session: Session
  ) {
    switch gesture {
    case .newsHandled, .notHandedOver: return
    default: guard order.hasNews else { return }
    }
    let stays = session.words(
      "reste à traiter (« status \(order.id) seen » s’il n’y a rien à faire)",
      "is still to be dealt with (\"status \(order.id) seen\" if there is nothing to do)")
    let goes = session.words("compte comme traité", "counts as dealt with")
    Output.error(
      "\(order.id) : "
        + session.words("nouveau message, ", "new message, ")
        + (now.hasNews ? stays : goes))
  }

  private static let known =
    "preparing, prepared, checked, to-redo, partial, collected, not-collected (that « remise » did "
    + "not happen), closed, seen (nothing to do)"

  /// nil for the words that are no state.
  private func status(_ name: String) throws -> Order.Status? {
    if ["to-redo", "seen", "not-collected"].contains(name) { return nil }
    guard let status = Order.Status(rawValue: name), status != .received else {
      throw CommandFailure(
        .usage,
        "État inconnu ; connus : \(Self.known).", "Unknown state; known: \(Self.known).")
    }
    let isHanding = givenTo != nil || originalSeen != nil || !owed.isEmpty || nothingOwed
    guard !isHanding || status == .partial || status == .collected else {
      throw CommandFailure(
        .usage, "--given-to, --original-seen, --owed et --nothing-owed : collected et partial.",
        "--given-to, --original-seen, --owed and --nothing-owed: collected and partial.")
    }
    guard status != .collected || owed.isEmpty, status != .partial || !nothingOwed else {
      throw CommandFailure(
        .usage, "partial avec --owed PRODUIT, collected sans.",
        "partial with --owed PRODUCT, collected without.")
    }
    return status
  }

  private func answer() throws -> Bool? {
    guard let originalSeen else { return nil }
    guard ["yes", "no", "oui", "non"].contains(originalSeen) else {
      throw CommandFailure(.usage, "--original-seen yes ou no.", "--original-seen yes or no.")
    }
    return originalSeen == "yes" || originalSeen == "oui"
  }

  private func gesture(
    _ name: String, _ status: Order.Status?, _ isSeen: Bool?, on order: Order
  ) throws -> Gesture {
    switch status {
    case .partial?, .collected?: return .handedOver(try handing(status, isSeen, order))
    case .checked?: try refuseTwoPatients(order)
    case nil where name == "not-collected": return try correction(of: order)
    case nil: return name == "seen" ? .newsHandled : .refused(reason: reason ?? "")
    default: break
    }
    return .moved(to: status ?? .checked, reason: reason)
  }

  /// Any of the team may say it; whose « remise » it was is told in the history and in the log.
  private func correction(of order: Order) throws -> Gesture {
    guard let handed = order.handed else {
      throw CommandFailure(StoreError.refused(.notFromHere(order.status)), what: order.id)
    }
    return handed.correction
  }

  /// The screen says it in the form of the check; nobody looks at one here.
  private func refuseTwoPatients(_ order: Order) throws {
    guard !order.otherPatients.isEmpty else { return }
    throw CommandFailure(
      .refused,
      "Un autre patient est nommé ici : rien n’est contrôlé. « mssterm show » le montre ; "
        + "« mssterm patient » dit pour qui, puis recommencer.",
      "Another patient is named here: nothing was checked. \"mssterm show\" shows it; "
        + "\"mssterm patient\" says for whom, then try again.")
  }

  /// The three lines of « remise » are answered here as on the screen: what was promised never
  /// goes out of sight because nobody was asked.
  private func handing(
    _ status: Order.Status?, _ isSeen: Bool?, _ order: Order
  ) throws -> HandOver {
    if order.markers.isOriginalAwaited && isSeen == nil {
      throw CommandFailure(
        .refused, "L’original est attendu : ajouter --original-seen yes ou no.",
        "The original is awaited: add --original-seen yes or no.")
    }
    let missing = order.markers.missing
    let owed = owed.filter { !MissingList.saysNothing($0) }
    if status == .partial && owed.isEmpty {
      throw CommandFailure(
        .refused, "partial : dire ce qui reste dû, --owed PRODUIT.",
        "partial: say what is still owed, --owed PRODUCT.")
    }
    if status == .collected && !missing.isEmpty && !nothingOwed {
      throw CommandFailure(
        .refused,
        "Des produits manquaient : --nothing-owed s’ils sont remis, ou partial --owed PRODUIT.",
        "Products were missing: --nothing-owed when they are handed over, or partial --owed.")
    }
    let products = owed.map { name in
      missing.first { folded($0.product) == folded(name) } ?? MissingProduct(product: name)
    }
    return HandOver(originalSeen: isSeen, owed: products, givenTo: givenTo)
  }
}
