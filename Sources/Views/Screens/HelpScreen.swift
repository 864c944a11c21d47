import Cells
public import Desk
import Domain
import Keys

extension Canvas {
  /// Every command with its keys, by area; made of the same tables as the hint bar.
  mutating func drawHelp(scroll: Int) {
    grid.fill(grid.bounds)
    let title = row(0)
    grid.fill(title, role: .bar)
    let inside = title.inset(columns: 1)
    let used = put(words(strings.helpTitle), in: inside, role: .helpTitle)
    let footer = words(strings.helpFooter)
    if footer.width + used + 2 <= inside.columns {
      grid.put(footer, rightAlignedIn: inside, role: .helpText)
    }
    grid.rule(row(1))
    let room = grid.bounds.splitTop(2).rest.inset(columns: 1)
    let lines = helpLines(width: room.columns)
    let top = min(max(0, scroll), max(0, lines.count - room.rows))
    put(lines[top...], in: room)
    cursor = .at(room.origin)
  }

  func helpLines(width: Int) -> [Line] {
    var lines: [Line] = []
    for area in Command.Area.allCases {
      if !lines.isEmpty { lines.append(Line()) }
      lines.append(line(strings.area(area), .helpTitle))
      for command in Command.allCases where command.area == area {
        lines += helpLine(command, width: width)
      }
    }
    return lines
  }

  private func helpLine(_ command: Command, width: Int) -> [Line] {
    var keys = ""
    for key in KeyTable.keys(of: command, state.keymap, isFrench: isFrench)
    where keys.isEmpty || words(keys + " " + key).width <= 13 {
      keys += (keys.isEmpty ? "" : " ") + key
    }
    let isWide = width >= 72
    let title = words(strings.title(command)).clipped(to: isWide ? 24 : max(1, width - 14))
    let head = [
      Span(text: words(keys).clipped(to: 13).padded(to: 14), role: .helpKey),
      Span(text: isWide ? title.padded(to: 25) : title, role: .textStrong),
    ]
    let help = strings.help(command)
    guard !isWide else {
      let pieces = paragraph(help, width: width - 39, role: .helpText)
      return pieces.enumerated().map { place, piece in
        let indent = [Span(text: Presentable.empty.padded(to: 39), role: .helpText)]
        return Line(spans: (place == 0 ? head : indent) + piece.spans)
      }
    }
    return [Line(spans: head)]
      + paragraph("  " + help, width: width, role: .helpText)
  }
}

/// The table of keys for the README and for `mssterm keys`: made of the keymap and the strings.
public enum KeyTable {
  /// Contexts in which a command's keys are looked for, the counter first.
  private static let order: [Context] = [
    .queue, .reader, .compose, .review, .search, .form, .menu, .confirm, .palette, .help, .health,
    .handover, .curtain, .lock,
  ]

  /// The keys of a command, the preferred one first, in the first place where it has any: what
  /// Tab means in a menu would only confuse beside what it means at the counter.
  public static func keys(of command: Command, _ keymap: Keymap, isFrench: Bool) -> [String] {
    for context in order {
      let found = keymap.keys(for: command, in: context)
      if !found.isEmpty { return found.map { $0.label(french: isFrench) } }
    }
    return []
  }

  /// The same for a terminal: one aligned column each for the keys and the commands.
  public static func plain(_ strings: any Strings, _ keymap: Keymap) -> String {
    let isFrench = strings.language == .french
    let rows = Command.allCases.map { command in
      let keys = keys(of: command, keymap, isFrench: isFrench)
      return (command, keys.isEmpty ? ":" : keys.joined(separator: " "), strings.title(command))
    }
    let keyWidth = rows.map { CellWidth.of($0.1) }.max() ?? 0
    let titleWidth = rows.map { CellWidth.of($0.2) }.max() ?? 0
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: width - CellWidth.of(text) + 2)
    }
    return Command.Area.allCases.map { area in
      let lines = rows.filter { $0.0.area == area }.map { command, keys, title in
        padded(keys, keyWidth) + padded(title, titleWidth) + strings.help(command)
      }
      return ([strings.area(area)] + lines).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// One Markdown table an area; commands without a key say `:` (the palette).
  public static func markdown(_ strings: any Strings, _ keymap: Keymap) -> String {
    var text = ""
    for area in Command.Area.allCases {
      text += "### \(strings.area(area))\n\n"
      text += "| \(strings.keyColumn) | \(strings.commandColumn) | \(strings.helpColumn) |\n"
      text += "|---|---|---|\n"
      for command in Command.allCases where command.area == area {
        let keys = keys(of: command, keymap, isFrench: strings.language == .french)
        let cell = keys.isEmpty ? "`:`" : keys.map { "`\($0)`" }.joined(separator: " ")
        text += "| \(cell) | \(strings.title(command)) | \(strings.help(command)) |\n"
      }
      text += "\n"
    }
    return text
  }
}
