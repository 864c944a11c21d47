internal import CNcurses

/// The memory of this process.
public enum ProcessMemory {
  /// Gives pages that hold nothing any more back to the kernel, which empties them. What lies
  /// between living values stays: this lessens what a locked screen holds, it proves nothing.
  public static func giveBack() { nc_give_back() }
}
