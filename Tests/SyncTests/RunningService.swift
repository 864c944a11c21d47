import Documents
import Foundation
import Sync
import Synchronization
import TestKit

/// A service in a thread of this process, on a road that can be held and cut.
final class RunningService {
  private final class Ending: Sendable {
    private let isOver = Mutex(false)
    var wasSeen: Bool { isOver.withLock { $0 } }
    func tell() { isOver.withLock { $0 = true } }
  }

  private let stop: Stop
  private let ending = Ending()

  init(
    _ bureau: Bureau, _ backend: Account.Backend, _ rhythm: Rhythm, mailboxes: [String] = [],
    stop: Stop? = nil
  ) throws {
    let stop = stop ?? bureau.stop
    self.stop = stop
    let program = try Products.binary("mssterm-worker")
    var account = bureau.account(backend)
    account.mailboxes = mailboxes
    let (store, clock) = (bureau.store, bureau.clock)
    Thread.detachNewThread { [stop, ending, account] in
      defer { ending.tell() }
      let decoder = DecoderClient(executable: program)
      // What ends a service early is seen by what the test waits for.
      guard
        let synchroniser = try? Synchroniser(
          account: account, store: store, decoder: decoder, stop: stop, now: { clock.now })
      else { return }
      try? Service(synchroniser, stop: stop, whilePID: nil, rhythm: rhythm).run()
      synchroniser.close()
    }
  }

  func end() throws {
    stop.request()
    try waitUntil("the end of the service") { ending.wasSeen }
  }
}
