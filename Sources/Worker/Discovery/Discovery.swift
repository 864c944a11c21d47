// Discovery, the directory of doors: where the servers of a BAL are, asked of its own domain.

/// Why no server could be found.
public enum DiscoveryFailure: Error, Hashable, Sendable {
  case nothingPublished
}
