import Desk

extension Command {
  /// The key that the keymap comes with, for the sentence about a kept draft.
  var usualKey: String {
    switch self {
    case .writeNew: "y"
    case .remind: "F7"
    default: "r"
    }
  }
}
