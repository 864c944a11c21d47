/// The products still owed, as one line that a person can shorten at « Remise ».
///
/// A semicolon separates them. A comma does too, but never one between two digits (« 12,5 µg »),
/// and never one in the name of a product that is known.
public enum MissingList {
  public static func text(_ products: [MissingProduct]) -> String {
    products.map { words($0.product) }.joined(separator: "; ")
  }

  /// What the line says, with all that is known of each product; a line nobody touched gives the
  /// list back as it was.
  public static func read(_ line: String, knowing known: [MissingProduct]) -> [MissingProduct] {
    if words(line) == words(text(known)) { return known }
    var found: [MissingProduct] = []
    for part in line.split(whereSeparator: { $0 == ";" || $0.isNewline }) {
      for name in names(pieces(String(part)), knowing: known) {
        guard !found.contains(where: { key($0.product) == key(name) }) else { continue }
        let product = known.first { key($0.product) == key(name) }
        found.append(product ?? MissingProduct(product: name))
      }
    }
    return found
  }

  /// Pieces that together are a known name are that product.
  private static func names(
    _ pieces: [String], knowing known: [MissingProduct]
  ) -> [String] {
    var names: [String] = []
    var rest = pieces[...]
    while let first = rest.first {
      var length = rest.count
      while length > 1 {
        let joined = key(rest.prefix(length).joined(separator: ","))
        if known.contains(where: { key($0.product) == joined }) { break }
        length -= 1
      }
      names.append(length == 1 ? first : rest.prefix(length).joined(separator: ", "))
      rest = rest.dropFirst(length)
    }
    return names
  }

  /// Between commas that are not decimal ones.
  private static func pieces(_ text: String) -> [String] {
    let characters = Array(text)
    var pieces: [String] = []
    var piece = ""
    for (place, character) in characters.enumerated() {
      let isDecimal =
        place > 0 && characters[place - 1].isNumber && place + 1 < characters.count
        && characters[place + 1].isNumber
      if character == "," && !isDecimal {
        pieces.append(words(piece))
        piece = ""
      } else {
        piece.append(character)
      }
    }
    return (pieces + [words(piece)]).filter { !$0.isEmpty }
  }

  private static func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Blanks beside a comma tell nothing apart.
  private static func key(_ text: String) -> String {
    folded(text).split(separator: ",").map { words(String($0)) }.joined(separator: ",")
  }
}
