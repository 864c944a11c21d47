import Synchronization

/// How the child is held. Limits, no socket and no ptrace always; bubblewrap adds empty namespaces
/// and a file system with nothing in it but programs.
public enum Confinement: String, Hashable, Sendable, CaseIterable {
  case bubblewrap, limitsOnly
}

/// The worker's side of the glass: raw messages in, plain values out.
///
/// Blocking and thread-safe; one child, started at the first request and again after it died.
/// Callers wait in turn.
public final class DecoderClient: Sendable {
  private struct State {
    var child: DecoderChild?
    var launcher: DecoderLauncher
  }

  private let limits: DecoderLimits
  private let state: Mutex<State>

  /// - Parameters:
  ///   - executable: absolute path of `mssterm-worker`, which is started with the word `decode`.
  ///   - programs: the child's PATH, where it looks for `pdftotext`.
  ///   - confinement: nil takes bubblewrap when it is there and works, and limits alone otherwise.
  public init(
    executable: String, programs: String = "/usr/bin:/bin", confinement: Confinement? = nil,
    limits: DecoderLimits = .standard
  ) {
    self.limits = limits
    let launcher = DecoderLauncher(
      executable: executable, programs: programs, confinement: confinement)
    state = Mutex(State(launcher: launcher))
  }

  deinit { close() }

  /// Opens one raw message.
  public func decode(_ raw: [UInt8]) throws(DecoderError) -> DecodedMessage {
    try value(of: DecoderCall(.message, 0, raw)) { (r) throws(WireDamage) in try r.message() }
  }

  /// Opens many, several under way at once: prefer it to a loop.
  ///
  /// - Returns: one result for each, in order. A message that kills the child does not touch its
  /// neighbours.
  public func decode(_ raws: [[UInt8]]) -> [Result<DecodedMessage, DecoderError>] {
    let answers = exchange(raws.map { DecoderCall(.message, 0, $0) })
    return answers.map { answer in
      answer.flatMap { bytes in
        Result { () throws(DecoderError) in
          try opened(bytes) { (r) throws(WireDamage) in try r.message() }
        }
      }
    }
  }

  /// Decoded bytes of `Attachment.n`.
  public func attachment(_ n: Int, of raw: [UInt8]) throws(DecoderError) -> [UInt8] {
    try value(of: DecoderCall(.attachment, n, raw)) { (r) throws(WireDamage) in try r.data() }
  }

  /// `Attachment.n` as text.
  ///
  /// A document that cannot be read is an answer too, in a state of its own; errors concern the
  /// child. On an error store `ReadableDocument.failed`.
  public func read(_ n: Int, of raw: [UInt8]) throws(DecoderError) -> DocumentReading {
    try value(of: DecoderCall(.document, n, raw)) { (r) throws(WireDamage) in try r.reading() }
  }

  /// Starts the child if there is none, and says how it is held.
  public func confinement() throws(DecoderError) -> Confinement {
    try state.withLock { (state) throws(DecoderError) in
      try Self.running(&state).confinement
    }
  }

  /// Process id of the child, as the tests need it; nil when none runs.
  var childProcess: Int32? { state.withLock { $0.child?.pid } }

  /// Ends the child and waits for its end.
  public func close() {
    state.withLock { state in
      state.child?.end()
      state.child = nil
    }
  }

  private static func running(_ state: inout State) throws(DecoderError) -> DecoderChild {
    if let child = state.child { return child }
    let child = try state.launcher.start()
    state.child = child
    return child
  }

  private func value<Value>(
    of call: DecoderCall, _ read: (inout WireReader) throws(WireDamage) -> Value
  ) throws(DecoderError) -> Value {
    guard let answer = exchange([call]).first else { throw .childDied }
    return try opened(try answer.get(), read)
  }

  /// An answer that cannot be read means that the child is no longer ours.
  private func opened<Value>(
    _ bytes: [UInt8], _ read: (inout WireReader) throws(WireDamage) -> Value
  ) throws(DecoderError) -> Value {
    var reader = WireReader(bytes[...])
    do {
      let code = try reader.byte()
      switch DecoderAnswer(rawValue: code) {
      case .done: return try read(&reader)
      case .noSuchAttachment: throw DecoderError.noSuchAttachment
      case .resultTooLarge: throw DecoderError.resultTooLarge
      case nil: throw WireDamage()
      }
    } catch let error as DecoderError {
      throw error
    } catch {
      close()
      throw .childDied
    }
  }

  /// Sends the calls and takes the answers, with as many children as it needs.
  private func exchange(_ calls: [DecoderCall]) -> [Result<[UInt8], DecoderError>] {
    state.withLock { state in
      var results: [Result<[UInt8], DecoderError>] = []
      var suspect: Int?
      while results.count < calls.count {
        let at = results.count
        if calls[at].raw.count > limits.messageBytes {
          results.append(.failure(.messageTooLarge))
          continue
        }
        let child: DecoderChild
        do throws(DecoderError) {
          child = try Self.running(&state)
        } catch {
          results += Array(repeating: .failure(error), count: calls.count - at)
          break
        }
        // One that ended a child goes again once, alone.
        let isSecondTry = suspect == at
        let end = isSecondTry ? at + 1 : Self.end(of: calls, from: at, limits)
        switch child.ask(calls[at..<end], limits, &results) {
        case .answered: break
        case .late:
          results.append(.failure(.deadline))
          discard(&state)
        case .oversized:
          results.append(.failure(.resultTooLarge))
          discard(&state)
        case .died:
          discard(&state)
          if suspect == results.count {
            results.append(.failure(.childDied))
            suspect = nil
          } else {
            suspect = results.count
          }
        }
      }
      return results
    }
  }

  private func discard(_ state: inout State) {
    state.child?.end()
    state.child = nil
  }

  /// The calls up to the next one that must not be sent.
  private static func end(
    of calls: [DecoderCall], from at: Int, _ limits: DecoderLimits
  ) -> Int {
    calls[at...].firstIndex { $0.raw.count > limits.messageBytes } ?? calls.count
  }
}
