/// Sets text from the events of a parser; also given the narrative of CDA documents.
final class HTMLSetter: MarkupHandler {
  private struct Element {
    let name: String
    /// Blocks it opened in the sheet, and whether the first of them hides it.
    var blocks = 0
    var hides = false
    var isStruck = false
    var isPreformatted = false
    var isSilent = false
    var isList = false
    var closing = ""
    var link: String?
  }

  private struct ListState {
    let isOrdered: Bool
    var next: Int
  }

  private var sheet = TextSheet(most: DocumentLimits.htmlTextBytes)
  private var elements: [Element] = []
  private var lists: [ListState] = []
  private var links: [String] = []
  private var preformatted = 0
  private var silent = 0
  private var struck = 0
  private var isStrikeOpen = false
  private var isSpacePending = false
  private var awaitsExponent = false
  /// What was set since the last link began, as far as it is compared with its target.
  private var linkText = ""

  var isCut: Bool { sheet.isCut }

  func finish() -> String {
    endStrike()
    let text = sheet.finish()
    guard !links.isEmpty else { return text }
    let list = links.enumerated().map { "[\($0 + 1)] \($1)" }.joined(separator: "\n")
    return text + "\n\n" + list
  }

  // MARK: - Events

  func start(_ name: String, _ attributes: [String: String]) {
    var element = Element(name: name)
    if HTMLWords.silent.contains(name) {
      element.isSilent = true
      silent += 1
    } else if silent == 0 {
      let style = HTMLStyle(attributes)
      if style.isHidden && !HTMLWords.row.contains(name) {
        element.hides = open(.hidden, &element)
      }
      block(name, attributes, &element)
      if style.isStruck || HTMLWords.struck.contains(name) {
        element.isStruck = true
        struck += 1
      }
      inline(name, attributes, &element)
    }
    if !HTMLWords.void.contains(name) { elements.append(element) }
  }

  func end(_ name: String) {
    // The parser closes what it opened, in order; anything else is not followed far.
    guard let at = elements.suffix(64).lastIndex(where: { $0.name == name }) else { return }
    while elements.count > at { closeLast() }
  }

  func text(_ text: String) {
    guard silent == 0 else { return }
    if preformatted > 0 {
      setPreformatted(text)
      return
    }
    var word = ""
    for scalar in text.unicodeScalars {
      if HTMLWords.isBlank(scalar) {
        set(word)
        word = ""
        isSpacePending = true
      } else if !HTMLWords.isInvisible(scalar) {
        word.unicodeScalars.append(scalar)
      }
    }
    set(word)
  }

  // MARK: - Setting

  private func set(_ word: String) {
    guard !word.isEmpty else { return }
    if struck == 0 { endStrike() }
    if isSpacePending && !sheet.isAtBlank { sheet.add(" ") }
    if struck > 0 && !isStrikeOpen {
      sheet.add("~")
      isStrikeOpen = true
    }
    // 10⁶ must never read as 106.
    if awaitsExponent && !isSpacePending && sheet.isAtWord && !(word.first?.isLetter ?? true) {
      sheet.add("^")
    }
    awaitsExponent = false
    isSpacePending = false
    sheet.add(word)
    if linkText.utf8.count < DocumentLimits.linkCharacters { linkText += word }
  }

  private func setPreformatted(_ text: String) {
    isSpacePending = false
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if index > 0 { breakLine(keepsEmpty: true) }
      if struck > 0 && !isStrikeOpen && !line.isEmpty {
        sheet.add("~")
        isStrikeOpen = true
      }
      sheet.add(String(line.replacing("\t", with: "    ")))
    }
  }

  /// Every line carries its own pair of marks.
  private func endStrike() {
    if isStrikeOpen { sheet.add("~") }
    isStrikeOpen = false
  }

  private func breakLine(keepsEmpty: Bool = false) {
    endStrike()
    isSpacePending = false
    sheet.breakLine(keepsEmpty: keepsEmpty)
  }

  private func breakParagraph() {
    endStrike()
    isSpacePending = false
    sheet.breakParagraph()
  }

  /// False at the cap of nesting: the text is then set without the block.
  @discardableResult
  private func open(_ block: TextSheet.Block, _ element: inout Element) -> Bool {
    guard sheet.depth < DocumentLimits.nesting else { return false }
    endStrike()
    if block == .hidden && isSpacePending && !sheet.isAtBlank { sheet.add(" ") }
    isSpacePending = false
    sheet.open(block)
    element.blocks += 1
    return true
  }

  private func closeLast() {
    guard let element = elements.popLast() else { return }
    if let link = element.link { note(link) }
    set(element.closing)
    if element.isSilent { silent -= 1 }
    if element.isPreformatted { preformatted -= 1 }
    if element.isStruck { struck -= 1 }
    if struck == 0 { endStrike() }
    if element.isList { lists.removeLast() }
    if HTMLWords.paragraphs.contains(element.name) && silent == 0 { breakParagraph() }
    if HTMLWords.lines.contains(element.name) && silent == 0 { breakLine() }
    guard element.blocks > 0 else { return }
    endStrike()
    for _ in 0..<element.blocks { sheet.close() }
    isSpacePending = element.hides
  }

  // MARK: - Elements

  private func block(_ name: String, _ attributes: [String: String], _ element: inout Element) {
    if HTMLWords.paragraphs.contains(name) { breakParagraph() }
    if HTMLWords.lines.contains(name) { breakLine() }
    switch name {
    case "blockquote": open(.quote, &element)
    case "ul", "menu", "dir", "ol":
      element.isList = true
      let first = attributes["start"].flatMap { Int($0) } ?? 1
      lists.append(ListState(isOrdered: name == "ol", next: first))
    case "li", "dd": open(.item(mark(attributes)), &element)
    case "tr": open(.row, &element)
    case "td", "th": open(.cell, &element)
    case "pre", "textarea":
      element.isPreformatted = true
      preformatted += 1
    default: break
    }
  }

  private func mark(_ attributes: [String: String]) -> String {
    guard !lists.isEmpty, lists[lists.count - 1].isOrdered else { return "- " }
    let number = attributes["value"].flatMap { Int($0) } ?? lists[lists.count - 1].next
    lists[lists.count - 1].next = number &+ 1
    return "\(number). "
  }

  private func inline(_ name: String, _ attributes: [String: String], _ element: inout Element) {
    switch name {
    case "br": breakLine(keepsEmpty: true)
    case "hr":
      set("────────")
      breakLine()
    case "img": image(attributes)
    case "input": input(attributes)
    case "option": set(attributes["selected"] == nil ? "( )" : "(x)")
    case "sup": awaitsExponent = true
    case "q":
      set("«")
      element.closing = "»"
    case "a":
      element.link = attributes["href"]
      linkText = ""
    default: break
    }
    if name == "option" { isSpacePending = true }
  }

  private func image(_ attributes: [String: String]) {
    let alt = (attributes["alt"] ?? "").split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    // Dots that only count readers are not worth a word.
    let isDot = ["width", "height"].contains {
      attributes[$0].flatMap { Int($0) }.map { $0 <= 2 } ?? false
    }
    if alt.isEmpty && isDot { return }
    set(alt.isEmpty ? "[image]" : "[image : \(alt)]")
  }

  private func input(_ attributes: [String: String]) {
    switch attributes["type"]?.lowercased() {
    case "checkbox", "radio":
      set(attributes["checked"] == nil ? "[ ]" : "[x]")
      isSpacePending = true
    case "hidden": break
    default: set(attributes["value"] ?? "")
    }
  }

  /// The true target, numbered and listed under the text; left out where the text is the target.
  private func note(_ target: String) {
    let shown = String(
      target.filter { !$0.isWhitespace }.prefix(DocumentLimits.linkCharacters))
    guard !shown.isEmpty, shown.first != "#", !says(linkText, shown) else { return }
    isSpacePending = true
    if let known = links.firstIndex(of: shown) {
      set("[\(known + 1)]")
    } else if links.count < DocumentLimits.links {
      links.append(shown)
      set("[\(links.count)]")
    }
  }

  private func says(_ text: String, _ target: String) -> Bool {
    target == text || target == "mailto:" + text || target == text + "/"
  }
}
