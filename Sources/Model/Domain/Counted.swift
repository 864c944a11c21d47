/// Numbers before their noun: French has its singular below two, English at one alone.
public enum Counted {
  public static func french(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(abs(count) < 2 ? one : many ?? one + "s")"
  }

  public static func english(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
  }
}
