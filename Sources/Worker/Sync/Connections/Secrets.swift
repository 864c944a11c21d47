/// Fetches passwords and tokens when they are needed, and keeps none.
enum Secrets {
  /// The first line that a command prints, without its line end.
  ///
  /// It must end with 0 within 30 seconds; what it says on standard error is not looked at.
  static func firstLine(of command: [String], stop: Stop? = nil) throws(SyncFailure) -> String {
    guard let child = PipedChild(command, withInput: false),
      let output = child.readAll(
        limit: SyncLimits.secretBytes, within: SyncLimits.secretSeconds, stop: stop),
      child.wait(within: SyncLimits.secretSeconds) == .exited(0)
    else { throw stop?.isRequested == true ? .stopped : .secret }
    var line = output.prefix { $0 != 0x0A }
    if line.last == 0x0D { line = line.dropLast() }
    let text = String(decoding: line, as: UTF8.self)
    guard !text.isEmpty else { throw .secret }
    return text
  }
}
