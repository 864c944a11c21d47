import Cells
import Desk
import Domain

/// The tabs as they were drawn.
struct Tabs {
  var views: [TabPlace] = []
  var custom: [CustomTabPlace] = []
  /// Views without a tab: the rule below has them with their counts.
  var rest: [QueueView] = []
}

extension Canvas {
  private enum Tab: Equatable {
    case view(QueueView)
    case custom(Int)
  }

  /// The views in the order of the work, then those of the configuration, under short names where
  /// that lets all of them in; else the active one is always among them, and the rule below shows
  /// the rest with their counts.
  mutating func drawTabs() -> Tabs {
    let line = row(layout.tabsRow)
    var places = Tabs()
    let (tabs, isShort, isCut) = visibleTabs(in: line.columns - 1)
    places.rest = QueueView.allCases.filter { !tabs.contains(.view($0)) }
    var column = line.column
    for tab in tabs {
      let isActive = tab == activeTab && state.search == nil
      let role: Cells.Role = isActive ? .tabsActive : .tabsNormal
      let text = tabText(tab, isActive: isActive, isShort: isShort)
      grid.put(text, at: Point(column: column, row: line.row), role: role)
      let count = words(String(count(tab))).width
      if self.count(tab) > 0, !isActive {
        let start = column + text.width - 1 - count
        grid.restyle(Rect(column: start, row: line.row, columns: count, rows: 1), role: .tabsCount)
      }
      let columns = column..<column + text.width
      switch tab {
      case .view(let view): places.views.append(TabPlace(view: view, columns: columns))
      case .custom(let index):
        places.custom.append(CustomTabPlace(index: index, columns: columns))
      }
      column += text.width + (isShort ? 0 : 1)
    }
    if isCut {
      grid.put(words(signs.pending), at: Point(column: column, row: line.row), role: .textDim)
    }
    return places
  }

  private var activeTab: Tab { state.customView.map { .custom($0) } ?? .view(state.view) }

  private func count(_ tab: Tab) -> Int {
    switch tab {
    case .view(let view): state.counts[view]
    case .custom(let index): state.customCount(index)
    }
  }

  /// Brackets as well as colour: the active view is known without any.
  private func tabText(_ tab: Tab, isActive: Bool, isShort: Bool = false) -> Presentable {
    let count = count(tab)
    let number = count > 0 ? " \(count)" : ""
    let name =
      switch tab {
      case .view(let view):
        words((isShort && tab != activeTab ? strings.shortView(view) : strings.view(view)) + number)
      case .custom(let index):
        data(state.customViews[index].name)
          + words(count < QueueCounts.countLimit ? number : " \(count - 1)+")
      }
    return words(isActive ? "[" : " ") + name + words(isActive ? "]" : " ")
  }

  private func visibleTabs(in width: Int) -> ([Tab], isShort: Bool, isCut: Bool) {
    let custom = state.customViews.indices.map { Tab.custom($0) }
    let all = QueueView.allCases.map { Tab.view($0) } + custom
    var tabs = all
    func total(isShort: Bool = false) -> Int {
      tabs.reduce(1) {
        $0 + tabText($1, isActive: false, isShort: isShort).width + (isShort ? 0 : 1)
      }
    }
    if total() > width, total(isShort: true) <= width { return (tabs, true, false) }
    for tab in leastNeeded(custom) where total() > width && tab != activeTab {
      tabs.removeAll { $0 == tab }
    }
    // The rule below has the views, not those of the configuration.
    let isCut =
      layout.topRuleRow == nil ? tabs.count < all.count : custom.contains { !tabs.contains($0) }
    return (tabs, false, isCut)
  }

  private func leastNeeded(_ custom: [Tab]) -> [Tab] {
    // Nothing left behind is the rule: then its tab may go first.
    let rare: [QueueView] =
      [.archive, .alarm] + (state.counts[.uncollected] == 0 ? [.uncollected] : [])
    let common: [QueueView] = [
      .preparing, .questions, .uncollected, .promised, .ready, .check, .all, .mine, .todo,
    ]
    return rare.map { Tab.view($0) } + custom.reversed() + common.map { Tab.view($0) }
  }

  /// The views that have no tab, on the rule: a count is never out of sight. What is an alarm
  /// stands at the right end of it.
  mutating func drawRest(_ views: [QueueView], in rule: Rect) {
    func text(_ views: [QueueView], isCut: Bool) -> Presentable {
      let names = views.map { view in
        let count = state.counts[view]
        return strings.shortView(view) + (count > 0 ? " \(count)" : "")
      }
      let rest = isCut ? [signs.pending] : []
      return words(" " + (names + rest).joined(separator: " \(signs.dot) ") + " ")
    }
    var shown = views.filter { $0 != .alarm }
    var line = text(shown, isCut: false)
    let order: [QueueView] = [.archive, .uncollected, .questions, .promised, .ready, .check]
    let empty = order.filter { state.counts[$0] == 0 }
    for view in empty + order.filter({ !empty.contains($0) }) where line.width > rule.columns {
      shown.removeAll { $0 == view }
      line = text(shown, isCut: true)
    }
    guard !shown.isEmpty, line.width <= rule.columns else { return }
    put(line, in: rule, role: .tabsNormal)
  }
}
