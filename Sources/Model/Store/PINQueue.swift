import Glibc

extension OfficineStore {
  /// One code at a time is looked at: right ones that come together do not count against each
  /// other. nil when it took too long; what counts is the store's.
  public func pinQueue() throws(StoreError) -> PINQueue? {
    let file = try OwnedFile(opening: directory + "/" + Site.pinLock)
    for _ in 0..<PINQueue.looks {
      if file.lock() { return PINQueue(file: file) }
      _ = poll(nil, 0, 20)
    }
    return nil
  }
}

/// Held while a code is looked at; ends with its holder.
public final class PINQueue: Sendable {
  /// 50 a second.
  static let looks = 500
  private let file: OwnedFile
  init(file: OwnedFile) { self.file = file }
  public func leave() { file.unlock() }
}

extension Site {
  static let pinLock = "pin.lock"
}
