/// Lines of text being set: blocks inside blocks, each with a word about how it ends.
///
/// A block that closes gives its lines to the one around it, changed: quoted, indented under a
/// bullet, joined to a row.
struct TextSheet {
  /// What becomes of a block's lines when it closes.
  enum Block: Equatable {
    case root
    case quote
    /// The text before its first line; the others are indented by as much.
    case item(String)
    case row
    case cell
    /// Text that the sender hides: marked, never dropped when it has words.
    case hidden
  }

  private struct Layer {
    let block: Block
    var lines: [String] = []
    var current = ""
    /// A blank line belongs before the next text.
    var wantsBlank = false
    /// Cells of a row, each as its lines.
    var cells: [[String]] = []
  }

  private var layers = [Layer(block: .root)]
  private var bytes = 0
  private let most: Int
  /// True once text was dropped at the cap.
  private(set) var isCut = false

  init(most: Int) { self.most = most }

  private var top: Int { layers.count - 1 }

  /// How deep blocks are; the caller stops opening them at its cap.
  var depth: Int { layers.count }

  var block: Block { layers[top].block }

  /// Text as it is; spaces are the caller's.
  mutating func add(_ text: String) {
    guard bytes + text.utf8.count <= most else {
      isCut = true
      return
    }
    bytes += text.utf8.count
    layers[top].current += text
  }

  /// True where a space would start a line or follow another one.
  var isAtBlank: Bool {
    let last = layers[top].current.utf8.last
    return last == nil || last == 0x20
  }

  /// True after a letter or a digit: what follows a word without a space belongs to it.
  var isAtWord: Bool {
    layers[top].current.last.map { $0.isLetter || $0.isNumber } ?? false
  }

  /// Ends the line; an empty one counts only when `keepsEmpty`.
  mutating func breakLine(keepsEmpty: Bool = false) {
    var line = layers[top].current
    while line.utf8.last == 0x20 { line.removeLast() }
    layers[top].current = ""
    if line.isEmpty && !keepsEmpty { return }
    if layers[top].wantsBlank && !layers[top].lines.isEmpty { layers[top].lines.append("") }
    layers[top].wantsBlank = false
    layers[top].lines.append(line)
  }

  /// Ends the paragraph: a blank line comes before what follows.
  mutating func breakParagraph() {
    breakLine()
    layers[top].wantsBlank = true
  }

  mutating func open(_ block: Block) {
    if block != .hidden { breakLine() }
    layers.append(Layer(block: block))
  }

  /// Closes the innermost block.
  mutating func close() {
    guard layers.count > 1 else { return }
    breakLine()
    let layer = layers.removeLast()
    switch layer.block {
    case .root: break
    case .quote: put(layer.lines.map { $0.hasPrefix(">") ? ">" + $0 : "> " + $0 })
    case .item(let mark): put(Self.indented(layer.lines, mark))
    case .cell: putCell(layer.lines)
    case .row: put(Self.row(layer.cells) + layer.lines)
    case .hidden: putHidden(layer.lines)
    }
  }

  mutating func finish() -> String {
    while layers.count > 1 { close() }
    breakLine()
    return layers[0].lines.joined(separator: "\n")
  }

  private mutating func put(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    breakLine()
    if layers[top].wantsBlank && !layers[top].lines.isEmpty { layers[top].lines.append("") }
    layers[top].wantsBlank = false
    layers[top].lines += lines
  }

  private mutating func putCell(_ lines: [String]) {
    if layers[top].block == .row {
      layers[top].cells.append(lines)
    } else {
      put(lines)
    }
  }

  private mutating func putHidden(_ lines: [String]) {
    let words = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    guard words.contains(where: { $0.isLetter || $0.isNumber }) else { return }
    if !isAtBlank { add(" ") }
    add("[masqué : \(words)] ")
  }

  private static func indented(_ lines: [String], _ mark: String) -> [String] {
    guard !lines.isEmpty else { return [mark.hasSuffix(" ") ? String(mark.dropLast()) : mark] }
    let blank = String(repeating: " ", count: mark.count)
    return lines.enumerated().map { index, line in
      if index == 0 { return mark + line }
      return line.isEmpty ? "" : blank + line
    }
  }

  /// Cells side by side while they are short; an empty cell keeps its place, since in a table of
  /// doses the column is the meaning.
  private static func row(_ cells: [[String]]) -> [String] {
    let filled = cells.filter { $0.contains { !$0.isEmpty } }
    guard !filled.isEmpty else { return [] }
    if cells.count == 1 { return cells[0] }
    let size = cells.joined().reduce(0) { $0 + $1.count }
    let isWide = size > 600 || cells.contains { $0.count > 6 }
    if isWide { return Array(filled.joined(separator: [""])) }
    return [
      cells.map { $0.filter { !$0.isEmpty }.joined(separator: " / ") }
        .joined(separator: " | ")
    ]
  }
}
