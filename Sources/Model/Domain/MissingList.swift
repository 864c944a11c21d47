/// The products still owed, as one line that a person can shorten at « Remise ».
///
/// A semicolon separates them. A comma does too, but never one between two digits (« 12,5 µg »),
/// and neither in the name of a product that is known.
public enum MissingList {
  public static func text(_ products: [MissingProduct]) -> String {
    products.map { words($0.product) }.joined(separator: "; ")
  }

  /// What the line says, with all that is known of each product; a line nobody touched gives the
  /// list back as it was.
  public static func read(_ line: String, knowing known: [MissingProduct]) -> [MissingProduct] {
    if words(line) == words(text(known)) { return known }
    if saysNothing(line) && !known.contains(where: { key($0.product) == key(line) }) { return [] }
    var named: [String] = []
    for name in names(line, knowing: known) where !named.contains(where: { key($0) == key(name) }) {
      named.append(name)
    }
    let gone = known.filter { product in !named.contains { key($0) == key(product.product) } }
    let new = named.filter { name in !known.contains { key($0.product) == key(name) } }
    return named.map { name in
      if let same = known.first(where: { key($0.product) == key(name) }) { return same }
      return corrected(name, among: gone, new) ?? MissingProduct(product: name)
    }
  }

  /// « non », « aucun », « 0 », « - »: an answer to « manquants ? », and no product's name.
  public static func saysNothing(_ line: String) -> Bool {
    nothing.contains(words(folded(line.filter { !"-–—./!;,".contains($0) })))
  }

  private static let nothing: Set<String> = [
    "", "n", "non", "aucun", "aucune", "rien", "0", "zero", "neant", "ras", "no", "none",
    "nothing", "nil", "aucun manquant", "aucun produit", "rien ne manque", "pas de manquant",
  ]

  /// One letter of a known name was put right: it is still that product, quantity and date. nil
  /// where that leaves a doubt.
  private static func corrected(
    _ name: String, among gone: [MissingProduct], _ new: [String]
  ) -> MissingProduct? {
    let meant = gone.filter { isOneLetterFrom(key($0.product), key(name)) }
    guard meant.count == 1, var product = meant.first,
      new.count(where: { isOneLetterFrom(key(product.product), key($0)) }) == 1
    else { return nil }
    product.product = name
    return product
  }

  /// One letter more, less, another or two in the wrong order; another digit is another dose.
  static func isOneLetterFrom(_ one: String, _ other: String) -> Bool {
    let (a, b) = (Array(one), Array(other))
    let start = zip(a, b).prefix { $0 == $1 }.count
    let end = zip(a.dropFirst(start).reversed(), b.dropFirst(start).reversed())
      .prefix { $0 == $1 }.count
    let (left, right) = (a[start..<(a.count - end)], b[start..<(b.count - end)])
    if (left + right).contains(where: \.isNumber) || left + right == [] { return false }
    return max(left.count, right.count) == 1
      || left.count == 2 && Array(left.reversed()) == Array(right)
  }

  /// What stands between semicolons and line ends, those in a known name left in it.
  private static func names(_ line: String, knowing known: [MissingProduct]) -> [String] {
    var names: [String] = []
    for part in line.split(whereSeparator: \.isNewline) {
      var rest = part.split(separator: ";").map { words(String($0)) }.filter { !$0.isEmpty }[...]
      while let first = rest.first {
        let length = (2...max(2, rest.count)).reversed().first { length in
          let joined = key(rest.prefix(length).joined(separator: ";"))
          return length <= rest.count && known.contains { key($0.product) == joined }
        }
        if let length {
          names.append(rest.prefix(length).joined(separator: "; "))
        } else {
          names += self.names(pieces(first), knowing: known)
        }
        rest = rest.dropFirst(length ?? 1)
      }
    }
    return names
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

  /// Blanks beside a comma or a semicolon tell nothing apart.
  private static func key(_ text: String) -> String {
    folded(text).split(separator: ";").map { piece in
      piece.split(separator: ",").map { words(String($0)) }.joined(separator: ",")
    }.joined(separator: ";")
  }
}
