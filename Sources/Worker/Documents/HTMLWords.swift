/// What the element names and styles of HTML mean for plain text.
enum HTMLWords {
  static let paragraphs: Set<String> = [
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "menu", "dir", "table", "blockquote",
    "pre", "form", "fieldset", "article", "section",
  ]
  static let lines: Set<String> = [
    "div", "li", "dt", "dd", "tr", "caption", "hr", "address", "header", "footer", "center", "main",
    "aside", "nav", "legend", "thead", "tbody", "tfoot", "option", "select", "textarea", "body",
    "figure", "figcaption", "details", "summary",
  ]
  static let row: Set<String> = ["table", "thead", "tbody", "tfoot", "tr", "td", "th", "li", "dd"]
  static let silent: Set<String> = ["script", "style", "title"]
  static let struck: Set<String> = ["s", "strike", "del"]
  static let void: Set<String> = [
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param",
  ]

  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20, 0x09, 0x0A, 0x0C, 0x0D, 0xA0, 0x2007, 0x202F, 0x3000: true
    default: false
    }
  }

  /// Soft hyphens and joints without width: they only keep a word from being found.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x034F: true
    default: false
    }
  }
}

/// The few styles that change what a text says.
///
/// A font size of zero is not read as hiding: mail templates set it on the frame around visible
/// text. What it does hide is then simply shown.
struct HTMLStyle {
  var isHidden = false
  var isStruck = false

  init(_ attributes: [String: String]) {
    if attributes["hidden"] != nil { isHidden = true }
    // CDA narrative: text taken back by a revision.
    if attributes["revised"] == "delete" { isStruck = true }
    guard let style = attributes["style"] else { return }
    for declaration in style.prefix(4_000).lowercased().split(separator: ";") {
      let halves = declaration.split(separator: ":", maxSplits: 1)
      guard halves.count == 2 else { continue }
      let name = halves[0].filter { !$0.isWhitespace }
      let value = halves[1].filter { !$0.isWhitespace }
      switch name {
      case "display": if value.hasPrefix("none") { isHidden = true }
      case "visibility": if value.hasPrefix("hidden") { isHidden = true }
      case "opacity": if Double(value) == 0 { isHidden = true }
      case "text-decoration", "text-decoration-line":
        if value.contains("line-through") { isStruck = true }
      default: break
      }
    }
  }
}
