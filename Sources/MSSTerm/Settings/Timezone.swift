import Glibc

/// Which hour it is on the wall of the officine, wherever the machine stands.
public enum Timezone {
  private static let folder = "/usr/share/zoneinfo/"

  /// The C library takes a zone that it does not know for UTC without a word.
  public static func isKnown(_ name: String) -> Bool {
    let isPlain = name.utf8.allSatisfy { byte in
      (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
        || [0x2B, 0x2D, 0x2F, 0x5F].contains(byte)
    }
    return isPlain && !name.isEmpty && !name.hasPrefix("/") && access(folder + name, R_OK) == 0
  }

  /// From here on every local time of this process is one of that zone. Once, before any thread.
  public static func use(_ name: String) {
    setenv("TZ", name, 1)
    tzset()
  }

  /// The zone of this process as its name, as far as the machine tells.
  public static func current(environment: [String: String]) -> String {
    if let name = environment["TZ"], !name.isEmpty { return name }
    var buffer = [CChar](repeating: 0, count: 512)
    let count = readlink("/etc/localtime", &buffer, buffer.count - 1)
    guard count > 0 else { return "UTC" }
    let path = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "zoneinfo/").last.map(String.init) ?? path
  }
}
