internal import CNcurses
internal import Glibc

/// What the one `poll()` listens to besides the terminal and the wake: the doorbell file and the
/// signals. Closes them when it goes.
final class Descriptors {
  let signalReader: Int32
  let signalWriter: Int32
  let doorbell: Int32
  private var watched: Int32?

  init() throws(TerminalError) {
    var ends: [Int32] = [-1, -1]
    let error = nc_pipe(&ends)
    (signalReader, signalWriter) = (ends[0], ends[1])
    doorbell = error == 0 ? nc_inotify() : -1
    if doorbell < 0 { throw .system(code: errno) }
  }

  deinit {
    for descriptor in [signalReader, signalWriter, doorbell] where descriptor >= 0 {
      close(descriptor)
    }
  }

  func watch(_ path: String) throws(TerminalError) {
    if let watched { inotify_rm_watch(doorbell, watched) }
    let watch = nc_watch(doorbell, path)
    if watch < 0 { throw .unwatchable(code: errno) }
    watched = watch
  }

  /// The signals since the last time, each once, in the order of their first coming.
  func takeSignals() -> [Int32] {
    var taken: [Int32] = []
    var buffer = [UInt8](repeating: 0, count: 256)
    while true {
      let count = read(signalReader, &buffer, buffer.count)
      guard count > 0 else { return taken }
      for byte in buffer[..<count] where !taken.contains(Int32(byte)) { taken.append(Int32(byte)) }
    }
  }
}
