import GRDB
import Synchronization

/// Whose access to the operator this process uses, for the journal: the login name, or what the
/// token stands for. Set by the worker, nil everywhere else.
///
/// SQL asks for it, because a line is written deep inside a transaction that knows nothing of the
/// process around it.
final class AccessHolder: Sendable {
  static let function = "mss_holder"
  private let name = Mutex<String?>(nil)

  var value: String? {
    get { name.withLock { $0 } }
    set { name.withLock { $0 = newValue } }
  }

  /// Not pure: the same connection serves another login later.
  var inSQL: DatabaseFunction {
    DatabaseFunction(Self.function, argumentCount: 0, pure: false) { [self] _ in value }
  }
}

extension OfficineStore {
  /// From now on the journal's lines of this process say that this access was used. Worker only.
  public func setHolder(_ name: String?) { holder.value = name }
}
