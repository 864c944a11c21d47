import Glibc
import Sync

/// How far a pass is: one line that rewrites itself on a terminal, else a line from time to time
/// for whoever reads the log.
final class ProgressLine {
  private let isTerminal = isatty(2) == 1
  private let began = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  private var isShown = false

  func show(_ progress: SyncProgress) {
    let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(5)
    guard ContinuousClock.now - (last ?? began) > pause else { return }
    last = .now
    isShown = isTerminal
    let text = Self.text(progress, isFrench: Host.isFrench())
    Host.say(isTerminal ? "\r\(text)\u{1B}[K" : text + "\n")
  }

  func end() { if isShown { Host.say("\r\u{1B}[K") } }

  static func text(_ progress: SyncProgress, isFrench: Bool) -> String {
    let left = progress.total - progress.done
    let unit = isFrench ? "Mo" : "MB"
    let bytes =
      "\(megabytes(progress.bytesDone, isFrench)) / "
      + "\(megabytes(progress.bytesTotal, isFrench)) \(unit)"
    return isFrench
      ? "\(progress.done) / \(progress.total) messages, \(bytes), reste \(left)"
      : "\(progress.done) / \(progress.total) messages, \(bytes), \(left) left"
  }

  private static func megabytes(_ bytes: Int64, _ isFrench: Bool) -> String {
    let tenths = bytes / 100_000
    return "\(tenths / 10)\(isFrench ? "," : ".")\(tenths % 10)"
  }
}
