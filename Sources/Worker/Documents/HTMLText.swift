import Domain

/// HTML to the text that a person reads in a terminal and finds by searching.
///
/// What changes the meaning of a prescription stays visible (reliability.md M13): struck words are
/// marked, hidden words are marked, an empty cell keeps its column, exponents keep their mark.
/// Nothing is ever fetched.
enum HTMLText {
  struct Rendering {
    var text: String
    var defects: [Defect]
  }

  static func render(
    _ html: String, milliseconds: UInt32 = DocumentLimits.markupMilliseconds
  ) -> Rendering {
    let setter = HTMLSetter()
    let end = Markup.html(html, setter, milliseconds)
    var text = setter.finish()
    var defects: [Defect] = []
    if end == .stopped || end == .memory || end == .capped {
      // Words without layout are better than half of them.
      text = stripped(html)
      defects.append(
        Defect(code: "html.stopped", text: "The HTML is too entangled; its words are shown plain."))
    }
    if setter.isCut {
      defects.append(Defect(code: "html.long", text: "The HTML text is too long; its end is cut."))
    }
    return Rendering(text: text, defects: defects)
  }

  /// Everything outside angle brackets, in one pass; entities stay as they are written.
  static func stripped(_ html: String) -> String {
    var out: [UInt8] = []
    var isTag = false
    for byte in html.utf8 {
      if byte == UInt8(ascii: "<") {
        isTag = true
        if out.last != 0x20 && out.last != 0x0A { out.append(0x20) }
      } else if byte == UInt8(ascii: ">") && isTag {
        isTag = false
      } else if !isTag {
        out.append(byte)
      }
    }
    return String(decoding: out.prefix(DocumentLimits.htmlTextBytes), as: UTF8.self)
  }
}
