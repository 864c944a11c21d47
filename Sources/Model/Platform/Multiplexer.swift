import Glibc

/// tmux or GNU screen around this process: what the kernel tells about its socket.
///
/// Both give their socket the execute bit while somebody is attached: screen for its one session,
/// tmux for any session of the server. A socket that cannot be seen tells nothing.
public struct Multiplexer: Sendable, Equatable {
  public enum Kind: Sendable { case tmux, screen }
  public let kind: Kind
  public let socket: String
  /// tmux's name for our pane; nil for screen.
  public let pane: String?

  public init(kind: Kind, socket: String, pane: String? = nil) {
    self.kind = kind
    self.socket = socket
    self.pane = pane
  }

  /// Those that the environment names; a screen inside a tmux has both.
  public static func around(_ environment: [String: String]) -> [Multiplexer] {
    var found: [Multiplexer] = []
    if let socket = environment["TMUX"]?.split(separator: ",").first, socket.hasPrefix("/") {
      found.append(
        Multiplexer(kind: .tmux, socket: String(socket), pane: environment["TMUX_PANE"]))
    }
    if let session = environment["STY"], !session.isEmpty, !session.contains("/") {
      let account = UserAccount().name
      var places = ["/run/screen/S-\(account)", "/tmp/screens/S-\(account)"]
      if let home = environment["HOME"] { places.append(home + "/.screen") }
      if let own = environment["SCREENDIR"] { places.insert(own, at: 0) }
      if let place = places.first(where: { FileFacts($0 + "/" + session) != nil }) {
        found.append(Multiplexer(kind: .screen, socket: place + "/" + session))
      }
    }
    return found
  }

  /// Whether anybody is attached, as far as the socket tells; nil when it is gone.
  public var isAttached: Bool? {
    FileFacts(socket).map { $0.mode & 0o111 != 0 }
  }
}
