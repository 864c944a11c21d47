/// Decides which parts are the text of the message and which are listed as attachments.
///
/// Nothing is hidden: what is neither body nor the other form of a body is an attachment, whatever
/// its Content-Disposition says or leaves out.
struct BodySelection {
  private(set) var parts: [Part]
  private(set) var bodies: [(Int, BodyChoice.Kind)] = []
  private var children: [[Int]]

  init(parts: [Part]) {
    self.parts = parts
    children = Array(repeating: [], count: parts.count)
    for part in parts {
      if let parent = part.parent { children[parent - 1].append(part.n - 1) }
    }
  }

  mutating func run() {
    guard !parts.isEmpty else { return }
    bodies = select(0)
    for (index, _) in bodies { parts[index].role = .body }
    for index in parts.indices where parts[index].kind == .message {
      markInner(index)
    }
  }

  /// Bodies below a node, in order. Depth is bounded by `MIMELimits.depth`.
  private mutating func select(_ index: Int) -> [(Int, BodyChoice.Kind)] {
    let part = parts[index]
    switch part.kind {
    case .message, .unopened: return []
    case .leaf: return leaf(index).map { [(index, $0)] } ?? []
    case .multipart: break
    }
    switch part.contentType {
    case "multipart/alternative": return alternative(index)
    case "multipart/related": return related(index)
    case "multipart/encrypted": return []
    case "multipart/signed": return children[index].first.map { select($0) } ?? []
    default: return children[index].flatMap { select($0) }
    }
  }

  private func leaf(_ index: Int) -> BodyChoice.Kind? {
    let part = parts[index]
    // A multipart without its boundary is given whole as text: better ugly than hidden.
    if part.contentType.hasPrefix("multipart/") { return .plain }
    guard part.disposition != "attachment", part.filename == nil || index == 0 else { return nil }
    switch part.contentType {
    case "text/plain": return .plain
    case "text/html", "application/xhtml+xml": return .html
    default: return nil
    }
  }

  /// Plain text wins unless it is blank and there is HTML; the losing texts are alternatives.
  private mutating func alternative(_ index: Int) -> [(Int, BodyChoice.Kind)] {
    let choices = children[index].map { select($0) }.filter { !$0.isEmpty }
    let plain = choices.first { $0.contains { $0.1 == .plain && parts[$0.0].size > 4 } }
    let html = choices.last { $0.contains { $0.1 == .html } }
    let chosen = plain ?? html ?? choices.first ?? []
    for choice in choices {
      for (other, _) in choice where !chosen.contains(where: { $0.0 == other }) {
        parts[other].role = .alternative
      }
    }
    return chosen
  }

  private mutating func related(_ index: Int) -> [(Int, BodyChoice.Kind)] {
    let start = parts[index].parameters["start"].flatMap { EnvelopeReader.messageIDs($0).first }
    let root = children[index].first { start != nil && parts[$0].contentID == start }
    return (root ?? children[index].first).map { select($0) } ?? []
  }

  /// Texts of an attached message belong to it; its files are listed like our own.
  private mutating func markInner(_ index: Int) {
    guard let root = children[index].first else { return }
    for (inner, _) in select(root) { parts[inner].role = .innerBody }
  }
}
