import Glibc
import Testing

/// Both ends of a pseudo-terminal: the test holds the glass side, the surface the program side.
final class PseudoTerminal {
  let glass: Int32
  let program: Int32
  private var isGlassOpen = true

  init(columns: UInt16, rows: UInt16) throws {
    glass = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(glass >= 0)
    // TIOCSPTLCK and TIOCGPTN: what unlockpt and ptsname do; the Glibc module has neither.
    var (lock, number): (Int32, Int32) = (0, 0)
    try #require(ioctl(glass, 0x4004_5431, &lock) == 0)
    try #require(ioctl(glass, 0x8004_5430, &number) == 0)
    program = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(program >= 0)
    resize(columns: columns, rows: rows)
  }

  deinit {
    close(program)
    hangUp()
  }

  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(glass, UInt(TIOCSWINSZ), &size)
  }

  /// Closes the window.
  func hangUp() {
    if isGlassOpen { close(glass) }
    isGlassOpen = false
  }

  func type(_ text: String) { type(Array(text.utf8)) }

  func type(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(glass, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// All bytes sent to the glass until now: reads up to a mark sent through the same pipe.
  func sent() -> [UInt8] {
    let mark: [UInt8] = Array("<fin de lecture>".utf8)
    _ = mark.withUnsafeBytes { write(program, $0.baseAddress, $0.count) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while bytes.suffix(mark.count) != mark[...] {
      var ready = pollfd(fd: glass, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 5000) == 1 else {
        Issue.record("the mark did not come through the terminal")
        return bytes
      }
      let count = read(glass, &buffer, buffer.count)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
    return Array(bytes.dropLast(mark.count))
  }

  func sentText() -> String { String(decoding: sent(), as: UTF8.self) }

  /// The settings that `stty -g` prints, comparable.
  var settings: [UInt32] {
    var settings = termios()
    tcgetattr(program, &settings)
    let letters = withUnsafeBytes(of: settings.c_cc) { $0.map(UInt32.init) }
    return [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag] + letters
  }
}
