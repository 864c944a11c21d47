public import Domain

/// « Relève » on the screen: the sheet and the line that Enter opens.
public struct Handover: Equatable, Sendable {
  /// nil until it was read.
  public var sheet: HandoverSheet?
  /// Place in `HandoverSheet.items`.
  public var selected: Int

  public init(sheet: HandoverSheet? = nil, selected: Int = 0) {
    self.sheet = sheet
    self.selected = selected
  }

  public var selectedItem: HandoverSheet.Item? {
    guard let items = sheet?.items, items.indices.contains(selected) else { return nil }
    return items[selected]
  }
}

extension State {
  /// Opens the sheet, or closes it when it is on top.
  mutating func toggleHandover() -> [Effect] {
    if case .handover? = layers.last {
      layers.removeLast()
      return []
    }
    // What could not be done in the list says nothing about the sheet.
    if case .unavailable? = notice?.content { notice = nil }
    layers.append(.handover(Handover()))
    return [.loadHandover]
  }

  var handover: Handover? {
    for case .handover(let handover) in layers { return handover }
    return nil
  }

  /// Only while somebody looks at it.
  var handoverLoads: [Effect] { handover == nil ? [] : [.loadHandover] }

  /// The selection stays on its line, whatever came or went.
  mutating func receive(_ sheet: HandoverSheet) {
    for (place, layer) in layers.enumerated() {
      guard case .handover(var handover) = layer else { continue }
      let items = sheet.items
      let before = handover.selectedItem
      let kept = items.firstIndex {
        $0.section == before?.section && $0.row.id == before?.row.id && $0.held == before?.held
      }
      handover.selected = kept ?? min(handover.selected, max(0, items.count - 1))
      handover.sheet = sheet
      layers[place] = .handover(handover)
    }
  }

  /// Leaves the sheet for the demande of a line, in a view that holds it.
  mutating func openFromHandover() -> [Effect] {
    guard let item = handover?.selectedItem else { return [] }
    layers.removeLast()
    if item.held != nil { return visit(item.row.id) }
    return show(item.section.view) + select(item.row.id) + setFocus(.reader)
  }
}
