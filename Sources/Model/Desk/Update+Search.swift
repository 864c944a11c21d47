import Domain

extension State {
  /// Begins a search, or goes back to its line; a scan typed before fills it.
  mutating func openSearch() -> [Effect] {
    focus = .queue
    if search == nil {
      beforeSearch = selection
      search = Search()
      search?.rows = []
      top = 0
      // What is found is read from its first line, though it was read to the end before.
      readerScroll = 0
    }
    search?.isTyping = true
    guard let offered = offeredSearch else {
      // Another question replaces the one before; arrows go on with it.
      let length = search?.query.text.count ?? 0
      search?.query.select(0..<length)
      return []
    }
    offeredSearch = nil
    var query = TextBuffer()
    query.insert(offered, limit: TextBuffer.lineLimit, isMultiline: false)
    search?.query = query
    return askSearch()
  }

  /// The rows of the query before stay on screen until the answer comes.
  mutating func askSearch() -> [Effect] {
    guard let text = search?.query.text else { return [] }
    search?.problem = nil
    do throws(QueryProblem) {
      _ = try ViewQuery.parse(text, now: now)
    } catch {
      // What was found before stays: most problems are half a word.
      search?.problem = error
      if case .missingValue = error.kind { return [] }
      return search?.rows?.isEmpty == true ? select(nil) : []
    }
    if text.allSatisfy(\.isWhitespace) {
      search?.rows = []
      search?.hasMore = false
      search?.answered = text
      return []
    }
    return [.search(text)]
  }

  /// An answer to an older query is dropped: what is on screen is what was typed.
  mutating func receive(
    _ rows: [QueueRow], hasMore: Bool, for query: String
  ) -> [Effect] {
    guard let search, search.query.text == query else { return [] }
    let isNew = search.answered != query
    self.search?.rows = Array(rows.prefix(Self.pageLimit))
    tellHomonymsApart()
    self.search?.hasMore = hasMore || rows.count > Self.pageLimit
    self.search?.answered = query
    if let index = selectedIndex {
      lastIndex = index
      keepSelectionVisible()
      return []
    }
    // The same query answered again by the bell never moves the selection.
    guard isNew, layers.isEmpty, focus == .queue else { return [] }
    top = 0
    return selectRow(near: 0, step: 1)
  }

  mutating func openFound() -> [Effect] {
    guard selectedIndex != nil else { return [] }
    search?.isTyping = false
    search?.query.keepOffered()
    return setFocus(.reader)
  }

  mutating func closeSearch() -> [Effect] {
    search = nil
    let before = beforeSearch
    beforeSearch = nil
    top = 0
    let effects = select(before ?? selection)
    if let index = selectedIndex { lastIndex = index }
    keepSelectionVisible()
    return effects
  }
}
