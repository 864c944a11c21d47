/// What stands for a character that the terminal's locale cannot write: one ASCII column each, so
/// that no column of the screen moves.
enum AsciiFold {
  /// The nearest ASCII character, `?` when there is none.
  static func nearest(_ scalar: Unicode.Scalar) -> UInt8 {
    if scalar.value < 0x7F { return UInt8(scalar.value) }
    return table[scalar] ?? UInt8(ascii: "?")
  }

  private static let table: [Unicode.Scalar: UInt8] = {
    var table: [Unicode.Scalar: UInt8] = [:]
    for (letter, likes) in pairs {
      for scalar in likes.unicodeScalars { table[scalar] = letter }
    }
    return table
  }()

  /// French and its neighbours, typography, and the signs and lines of our own screens.
  private static let pairs: [(UInt8, String)] = [
    (UInt8(ascii: "A"), "ÀÁÂÃÄÅÆĀĂĄ"), (UInt8(ascii: "a"), "àáâãäåæāăą"),
    (UInt8(ascii: "C"), "ÇĆČ"), (UInt8(ascii: "c"), "çćč"), (UInt8(ascii: "D"), "ĎĐ"),
    (UInt8(ascii: "d"), "ďđ"), (UInt8(ascii: "E"), "ÈÉÊËĒĖĘĚ€"), (UInt8(ascii: "e"), "èéêëēėęě"),
    (UInt8(ascii: "G"), "Ğ"), (UInt8(ascii: "g"), "ğ"), (UInt8(ascii: "I"), "ÌÍÎÏĪİ"),
    (UInt8(ascii: "i"), "ìíîïīı"), (UInt8(ascii: "L"), "Ł"), (UInt8(ascii: "l"), "ł"),
    (UInt8(ascii: "N"), "ÑŃŇ"), (UInt8(ascii: "n"), "ñńň"), (UInt8(ascii: "O"), "ÒÓÔÕÖØŌŐŒ"),
    (UInt8(ascii: "o"), "òóôõöøōőœ○◐◑●°"), (UInt8(ascii: "R"), "Ř"), (UInt8(ascii: "r"), "ř"),
    (UInt8(ascii: "S"), "ŚŞŠ"), (UInt8(ascii: "s"), "śşšß"), (UInt8(ascii: "T"), "ŢŤ"),
    (UInt8(ascii: "t"), "ţť"), (UInt8(ascii: "U"), "ÙÚÛÜŪŮŰ"), (UInt8(ascii: "u"), "ùúûüūůűµ"),
    (UInt8(ascii: "Y"), "ÝŸ"), (UInt8(ascii: "y"), "ýÿ"), (UInt8(ascii: "Z"), "ŹŻŽ"),
    (UInt8(ascii: "z"), "źżž"), (UInt8(ascii: "'"), "‘’‚"), (UInt8(ascii: "\""), "“”„«»"),
    (UInt8(ascii: "-"), "‐‑‒–—―−─━"), (UInt8(ascii: "|"), "│┃▏"), (UInt8(ascii: "+"), "┌┐└┘├┤┬┴┼"),
    (UInt8(ascii: "."), "·"), (UInt8(ascii: "*"), "•"), (UInt8(ascii: "~"), "…"),
    (UInt8(ascii: "<"), "←‹"), (UInt8(ascii: ">"), "→›▌▶"), (UInt8(ascii: "^"), "↑▲"),
    (UInt8(ascii: "v"), "↓▼✓✔"), (UInt8(ascii: "x"), "×✘✗"), (UInt8(ascii: "!"), "⚠"),
  ]
}
