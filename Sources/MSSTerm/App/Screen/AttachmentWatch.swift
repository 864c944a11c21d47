import Glibc
import Platform
import Synchronization

/// Notices that the person left a terminal multiplexer, whose session lives on without them.
///
/// The socket's execute bit says at once, for a look at one file, that nobody is attached to any
/// session. tmux keeps it while somebody else is attached to another session, so tmux itself is
/// asked about ours now and then; that also tells a detach and a new attach between two looks.
/// A session that nobody was attached to yet (a test, a script) is left alone.
final class AttachmentWatch {
  private let around: [Multiplexer]
  private let ask: @Sendable (Multiplexer, @escaping @Sendable (Session) -> Void) -> Void
  private let heard = Heard()
  private var wasAttached: Bool
  private var known: Session?
  private var nextQuestion = ContinuousClock.now
  /// Between two questions to tmux, which cost it some milliseconds.
  static let pause = Duration.seconds(5)

  /// What tmux says about our session.
  struct Session: Equatable, Sendable {
    var clients: Int
    /// When somebody last attached, as tmux writes it.
    var lastAttached: String
  }

  /// The last answer that was not looked at.
  private final class Heard: Sendable {
    let session = Mutex<Session?>(nil)
  }

  init(
    _ around: [Multiplexer],
    ask: @escaping @Sendable (Multiplexer, @escaping @Sendable (Session) -> Void) -> Void
  ) {
    self.around = around
    self.ask = ask
    wasAttached = false
  }

  /// True once for each time that the person left.
  func looksAway() -> Bool {
    guard !around.isEmpty else { return false }
    let isAttached = around.allSatisfy { $0.isAttached != false }
    defer { wasAttached = isAttached }
    if wasAttached && !isAttached {
      known = nil
      return true
    }
    return isAttached && sessionWasLeft()
  }

  private func sessionWasLeft() -> Bool {
    if ContinuousClock.now >= nextQuestion, let tmux = around.first(where: { $0.kind == .tmux }) {
      nextQuestion = .now + Self.pause
      ask(tmux) { [heard] session in heard.session.withLock { $0 = session } }
    }
    guard
      let now = heard.session.withLock({ value -> Session? in
        defer { value = nil }
        return value
      })
    else { return false }
    defer { known = now }
    guard let known, known.clients > 0 else { return false }
    return now.clients == 0 || now.lastAttached != known.lastAttached
  }
}

extension AttachmentWatch {
  /// Asks on a queue of its own; a tmux that does not answer is asked again later.
  convenience init(_ variables: [String: String]) {
    let questions = WorkQueue("mssterm.tmux")
    self.init(Multiplexer.around(variables)) { tmux, answer in
      guard questions.isIdle, let pane = tmux.pane else { return }
      questions.run {
        let words = [
          "tmux", "-S", tmux.socket, "display-message", "-p", "-t", pane,
          "#{session_attached} #{session_last_attached}",
        ]
        // Without an answer the socket still tells.
        guard
          let result = try? Child.run(words, input: [], limit: 256, within: 2, isQuiet: true),
          let session = Session(String(decoding: result.output, as: UTF8.self))
        else { return }
        answer(session)
      }
    }
  }
}

extension AttachmentWatch.Session {
  /// `1 1795167720`
  init?(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard let first = words.first, let clients = Int(first) else { return nil }
    self.init(clients: clients, lastAttached: words.count > 1 ? String(words[1]) : "")
  }
}
