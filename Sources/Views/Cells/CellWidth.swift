/// How many columns a terminal gives to a scalar or a cluster: our own table, so that every
/// machine, every locale and every test counts the same.
///
/// Ambiguous scalars (box lines, `○`, `·`) count 1: no East Asian legacy locale is expected.
public enum CellWidth {
  /// 0 for combining marks and joining Jamo, 2 for East Asian wide and emoji, else 1.
  ///
  /// Says nothing about controls and invisible scalars: `Presentable` replaces those first.
  public static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    // Latin, Greek-to-Cyrillic included up to the first combining mark: the common case.
    if value < 0x300 { return 1 }
    if contains(WidthTables.combining, value) { return 0 }
    // The first wide scalar is Hangul Choseong Kiyeok.
    if value >= 0x1100, contains(WidthTables.wide, value) { return 2 }
    return 1
  }

  /// The columns of a whole text as it will be drawn, after the gate.
  public static func of(_ text: String) -> Int { Presentable(text).width }

  /// Binary search in a sorted list of first, last, first, last…
  private static func contains(_ table: [UInt32], _ value: UInt32) -> Bool {
    var low = 0
    var high = table.count / 2
    while low < high {
      let middle = (low + high) / 2
      if value > table[2 * middle + 1] {
        low = middle + 1
      } else if value < table[2 * middle] {
        high = middle
      } else {
        return true
      }
    }
    return false
  }
}
