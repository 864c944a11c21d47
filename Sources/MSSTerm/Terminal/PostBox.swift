import CNcurses
import Glibc
internal import Synchronization

/// The knock on the glass: lets any thread wake the surface's one `poll()`.
///
/// One for a process; the surface and every `PostBox` share it.
public final class Wake: Sendable {
  let descriptor: Int32

  public init() throws(TerminalError) {
    descriptor = nc_eventfd()
    if descriptor < 0 { throw .system(code: errno) }
  }

  deinit { close(descriptor) }

  /// Makes the surface return `.posted`. Any thread; rings that were not heard yet are one.
  public func ring() { nc_ring(descriptor) }

  /// Forgets the rings; called by a surface before it returns `.posted`.
  public func hush() { nc_drain(descriptor) }
}

/// Where other threads put what the UI thread must know: the one lock of the screen.
public final class PostBox<Item: Sendable>: Sendable {
  private let items = Mutex<[Item]>([])
  private let wake: Wake
  /// How many items wait at most.
  public let capacity: Int

  public init(capacity: Int, wake: Wake) {
    precondition(capacity > 0, "a box must hold something")
    self.capacity = capacity
    self.wake = wake
  }

  /// Adds an item and wakes the surface. Any thread.
  /// - Returns: false when the box is full and the item was not taken; its owner decides what then.
  public func post(_ item: Item) -> Bool {
    let isTaken = items.withLock { items in
      guard items.count < capacity else { return false }
      items.append(item)
      return true
    }
    wake.ring()
    return isTaken
  }

  /// Everything that waits, in the order of posting. The UI thread, after `.posted`.
  public func drain() -> [Item] {
    items.withLock { items in
      let taken = items
      items.removeAll()
      return taken
    }
  }
}
