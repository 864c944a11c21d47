import Keys

extension Keymap {
  /// The keys of the counter (design 4). No digit, no capital and nothing of AZERTY's unshifted
  /// digit row: a barcode typed in the wrong place must do nothing.
  public static let standard = Keymap([
    .queue: motion + everywhere + browsing + counter + [
      bind(.tab, .nextView), bind(.right, .nextView),
      bind(.backTab, .previousView), bind(.left, .previousView),
      bind(.enter, .open), bind(.escape, .back), bind("q", .quit), bind(.function(6), .switchPane),
    ],
    .reader: motion + everywhere + browsing + counter + [
      bind(.escape, .back), bind("q", .back), bind(.left, .back),
      bind(.function(6), .switchPane), bind(.tab, .switchPane),
    ],
    .search: everywhere + [
      bind(.enter, .open), bind(.escape, .back),
      bind(.down, .selectNext), bind(.up, .selectPrevious),
      bind(.pageDown, .pageDown), bind(.pageUp, .pageUp), bind(.function(3), .search),
    ],
    .compose: everywhere + [
      bind(.control("e"), .review), bind(.tab, .nextField), bind(.backTab, .previousField),
      bind(.function(2), .chooseTemplate), bind(.function(5), .endExchange),
      bind(.escape, .keepDraft), bind(.alt("x"), .palette),
    ],
    .review: everywhere + [
      bind(.enter, .send), bind("m", .editAnswer), bind(.escape, .back), bind("b", .keepDraft),
      bind("f", .endExchange), bind(.function(5), .endExchange), bind("s", .discardDraft),
      bind(":", .palette),
    ],
    .form: everywhere + [
      bind(.enter, .open), bind(.escape, .back), bind(.tab, .nextField),
      bind(.backTab, .previousField), bind(.down, .nextField), bind(.up, .previousField),
    ],
    .note: everywhere + [
      bind(.enter, .open), bind(.escape, .back), bind(.tab, .completeMention),
      bind(.control("n"), .newLine), bind(Key(.enter, [.alt]), .newLine),
    ],
    .menu: motion + everywhere + [
      bind(.enter, .open), bind(.escape, .back), bind("q", .back),
      bind(.tab, .selectNext), bind(.backTab, .selectPrevious),
    ],
    .palette: everywhere + [
      bind(.enter, .open), bind(.escape, .back),
      bind(.down, .selectNext), bind(.up, .selectPrevious),
      bind(.tab, .selectNext), bind(.backTab, .selectPrevious),
      bind(.pageDown, .pageDown), bind(.pageUp, .pageUp),
    ],
    .confirm: everywhere + [
      bind(.enter, .open), bind(.escape, .back), bind("q", .back), bind("n", .back),
      bind(.left, .selectPrevious), bind(.right, .selectNext),
      bind(.up, .selectPrevious), bind(.down, .selectNext),
      bind(.tab, .selectNext), bind(.backTab, .selectPrevious),
    ],
    .help: motion + everywhere + [
      bind(.escape, .back), bind("q", .back), bind(.enter, .back), bind("?", .back),
    ],
    .health: motion + everywhere + [
      bind(.escape, .back), bind("q", .back), bind("s", .back), bind(.enter, .reconnect),
    ],
    .handover: motion + everywhere + [
      bind(.enter, .open), bind(.escape, .back), bind("q", .back), bind("z", .back),
      bind("i", .print), bind("a", .reassign), bind("n", .note),
      bind(.function(2), .switchMember),
    ],
    .history: motion + everywhere + [
      bind(.escape, .back), bind("q", .back), bind("x", .back), bind("u", .undo),
    ],
    .curtain: [
      bind(.function(12), .curtain), bind(.enter, .curtain), bind(.control("k"), .lock),
    ],
    .lock: [
      bind(.enter, .open), bind(.escape, .back), bind(.tab, .nextField),
      bind(.backTab, .previousField), bind(.down, .nextField), bind(.up, .previousField),
      bind(.function(1), .help), bind(.control("l"), .redraw),
    ],
  ])

  private static func bind(_ key: Key, _ command: Command) -> Binding {
    Binding(KeySequence(key), command)
  }

  private static func bind(_ character: Character, _ command: Command) -> Binding {
    bind(Key.character(character), command)
  }

  private static let motion = [
    bind(.down, .selectNext), bind("j", .selectNext),
    bind(.up, .selectPrevious), bind("k", .selectPrevious),
    bind(.home, .selectFirst), bind("g", .selectFirst), bind(.end, .selectLast),
    bind(.pageDown, .pageDown), bind(.space, .pageDown), bind(.pageUp, .pageUp),
  ]

  /// Also where text is typed, so none of them is a printable key.
  private static let everywhere = [
    bind(.function(1), .help), bind(.function(12), .curtain), bind(.control("l"), .redraw),
    bind(.control("z"), .suspend), bind(.control("k"), .lock),
  ]

  private static let browsing = [
    bind(.function(3), .search), bind("/", .search), bind("?", .help), bind(":", .palette),
    bind(.function(2), .switchMember), bind("v", .unfoldDocument), bind("o", .openSamePatient),
    bind("h", .reveal), bind(.function(8), .nextMention),
    bind("s", .showHealth), bind("z", .handover), bind(.function(4), .chooseView),
    bind("b", .switchBAL),
  ]

  private static let counter = [
    bind("p", .take), bind("f", .markPrepared), bind("c", .check), bind("d", .collect),
    bind("e", .chooseState), bind("l", .release), bind("w", .namePatient),
    bind("m", .chooseMarker), bind("t", .changeKind), bind("n", .note), bind("r", .reply),
    bind("y", .writeNew), bind("i", .print), bind("u", .undo), bind("a", .assign),
    bind("x", .showHistory), bind(.function(7), .remind), bind(.function(9), .handleNews),
  ]
}
