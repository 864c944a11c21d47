/// File names from strangers, made harmless (M06).
public enum SafeName {
  /// Bytes, with room for what is put before and after; a file system holds 255.
  private static let limit = 150

  /// A name that stays inside its directory, whatever a mail calls its file; the ending stays
  /// when a long one is cut.
  public static func of(_ name: String) -> String {
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
    var safe = ""
    for scalar in last.unicodeScalars.prefix(1000) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
        .unassigned:
        continue
      default:
        safe.unicodeScalars.append(":*?\"<>|".unicodeScalars.contains(scalar) ? "_" : scalar)
      }
    }
    while let first = safe.first, first == "." || first == "-" || first.isWhitespace {
      safe.removeFirst()
    }
    // Windows loses them, and then two names may be one.
    while let last = safe.last, last == "." || last.isWhitespace { safe.removeLast() }
    return safe.isEmpty ? "piece" : cut(safe)
  }

  private static func cut(_ name: String) -> String {
    guard name.utf8.count > limit else { return name }
    var ending = ""
    if let dot = name.lastIndex(of: "."), name[dot...].utf8.count <= 16 {
      ending = String(name[dot...])
    }
    var start = name.dropLast(ending.count)
    while start.utf8.count > limit - ending.utf8.count { start.removeLast() }
    return start + ending
  }
}
