import Cells
import Desk
import Domain

/// The tabs as they were drawn.
struct Tabs {
  var views: [TabPlace] = []
  var custom: [CustomTabPlace] = []
}

extension Canvas {
  private enum Tab: Equatable {
    case view(QueueView)
    case custom(Int)
  }

  /// The views in the order of the work, then those of the configuration; the active one is always
  /// among them, and the menu of views shows the rest with their counts.
  mutating func drawTabs() -> Tabs {
    let line = row(layout.tabsRow)
    var places = Tabs()
    let (tabs, isCut) = visibleTabs(in: line.columns - 1)
    var column = line.column
    for tab in tabs {
      let isActive = tab == activeTab && state.search == nil
      let role: Cells.Role = isActive ? .tabsActive : .tabsNormal
      let text = tabText(tab, isActive: isActive)
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
      column += text.width + 1
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
  private func tabText(_ tab: Tab, isActive: Bool) -> Presentable {
    let count = count(tab)
    let number = count > 0 ? " \(count)" : ""
    let name =
      switch tab {
      case .view(let view): words(strings.view(view) + number)
      case .custom(let index):
        data(state.customViews[index].name)
          + words(count < QueueCounts.countLimit ? number : " \(count - 1)+")
      }
    return words(isActive ? "[" : " ") + name + words(isActive ? "]" : " ")
  }

  private func visibleTabs(in width: Int) -> ([Tab], isCut: Bool) {
    let custom = state.customViews.indices.map { Tab.custom($0) }
    let all = QueueView.allCases.map { Tab.view($0) } + custom
    // Nothing left behind is the rule: then its tab may go first.
    let rare: [QueueView] =
      [.archive, .alarm] + (state.counts[.uncollected] == 0 ? [.uncollected] : [])
    let common: [QueueView] = [
      .preparing, .questions, .uncollected, .promised, .ready, .check, .all, .mine, .todo,
    ]
    let leastNeeded =
      rare.map { Tab.view($0) } + custom.reversed() + common.map { Tab.view($0) }
    var tabs = all
    func total() -> Int { tabs.reduce(0) { $0 + tabText($1, isActive: false).width + 1 } + 1 }
    for tab in leastNeeded where total() > width && tab != activeTab {
      tabs.removeAll { $0 == tab }
    }
    return (tabs, tabs.count < all.count)
  }
}
