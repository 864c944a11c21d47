import Foundation
import Glibc
import Sync

/// SIGTERM, SIGINT and SIGHUP become the wish to stop, between two steps.
enum Signals {
  /// Blocks them everywhere and waits for them on a thread of their own; call it before any other
  /// thread exists.
  static func watch(_ stop: Stop) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    Thread.detachNewThread {
      var set = sigset_t()
      sigemptyset(&set)
      for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
      var number: Int32 = 0
      guard sigwait(&set, &number) == 0 else { return }
      stop.request()
    }
  }
}
