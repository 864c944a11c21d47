public import Domain

extension State {
  /// The custom view on screen; nil in a built-in one.
  public var shownCustomView: CustomView? {
    guard let customView, customViews.indices.contains(customView) else { return nil }
    return customViews[customView]
  }

  /// What the view on screen holds, as far as it was counted.
  public var viewCount: Int {
    guard let customView else { return counts[view] }
    return customCount(customView)
  }

  public func customCount(_ index: Int) -> Int {
    counts.custom.indices.contains(index) ? counts.custom[index] : 0
  }

  mutating func showCustom(_ index: Int) -> [Effect] {
    guard customViews.indices.contains(index), index != customView || search != nil else {
      return []
    }
    customView = index
    return clearList()
  }

  /// From one view to the next, the built-in ones first, around the end.
  mutating func stepView(_ step: Int) -> [Effect] {
    let views = QueueView.allCases
    let count = views.count + customViews.count
    let here = customView.map { views.count + $0 } ?? views.firstIndex(of: view) ?? 0
    let next = (here + step + count) % count
    return next < views.count ? show(views[next]) : showCustom(next - views.count)
  }

  /// Every view with its count: where tabs are folded, this is where they are found.
  mutating func askView() -> [Effect] {
    var choices = QueueView.allCases.map { Menu.Choice.view($0, count: counts[$0]) }
    choices += customViews.indices.map {
      .customView($0, name: customViews[$0].name, count: customCount($0))
    }
    var menu = Menu(kind: .views, choices: choices, order: nil)
    menu.selected =
      customView.map { QueueView.allCases.count + $0 }
      ?? QueueView.allCases.firstIndex(of: view) ?? 0
    layers.append(.menu(menu))
    return []
  }

  mutating func receive(_ newPage: QueuePage, ofQuery query: String) -> [Effect] {
    guard shownCustomView?.query == query else { return [] }
    return replacePage(newPage)
  }

  // MARK: Time

  /// Seconds after which what only time changes is looked at again.
  private static let recount: Int64 = 60

  /// A clock set back must not wait for its old time.
  mutating func timedLoads() -> [Effect] {
    guard abs(now.seconds - countedAt.seconds) >= Self.recount else { return [] }
    countedAt = now
    let isTimed = search == nil && (view.isTimed || customView != nil)
    return [.loadCounts] + (isTimed ? pageLoads : []) + handoverLoads
  }

  /// A new alarm is heard once at this poste, and never while the officine is closed. One that
  /// ended may begin again: then it is new.
  mutating func receive(_ newCounts: QueueCounts) -> [Effect] {
    counts = newCounts
    countedAt = now
    let known = heardAlarms?.filter(newCounts.mayRaise)
    heardAlarms = known
    // What begins while it is closed is heard when it opens: by then somebody is there.
    if known != nil, !clock.isOpen { return [] }
    let all = (known ?? []).union(newCounts.alarms)
    heardAlarms = all.count > Self.heardLimit ? Set(newCounts.alarms) : all
    guard let known, clock.alarms.isHeard,
      newCounts.alarms.contains(where: { !known.contains($0) })
    else { return [] }
    if notice == nil { say(.alarmed(newCounts[.alarm])) }
    return [.beep]
  }

  private static let heardLimit = 5_000
}

extension QueueCounts {
  /// False for an alarm that ended; where more are raised than listed, nobody can know.
  fileprivate func mayRaise(_ raised: RaisedAlarm) -> Bool {
    alarms.contains(raised)
      || alarms.count { $0.alarm == raised.alarm } >= Self.alarmLimit
  }
}
