public import Domain

/// Why a message or a document has no answer from the confined child.
///
/// Everything but `cannotStart` concerns one message only: it is kept raw and listed, and the next
/// one is decoded by a new child.
public enum DecoderError: Error, Hashable, Sendable {
  /// The request ended the child, twice.
  case childDied
  /// Over `DecoderLimits.wallSeconds`; the child was killed.
  case deadline
  /// Over `DecoderLimits.messageBytes`: never sent.
  case messageTooLarge
  /// Over `DecoderLimits.resultBytes`.
  case resultTooLarge
  case noSuchAttachment
  /// errno of starting, or 0 when what was started did not greet. Nothing can be decoded: stop the
  /// pass, put nothing into quarantine.
  case cannotStart(Int32)

  /// Stable, for defects and logs; holds no data.
  public var code: String {
    switch self {
    case .childDied: "decoder.child-died"
    case .deadline: "decoder.deadline"
    case .messageTooLarge: "decoder.message-too-large"
    case .resultTooLarge: "decoder.result-too-large"
    case .noSuchAttachment: "decoder.no-such-attachment"
    case .cannotStart: "decoder.cannot-start"
    }
  }

  var explanation: String {
    switch self {
    case .childDied: "The decoder ended while reading it."
    case .deadline: "Reading it took too long."
    case .messageTooLarge: "It is longer than the decoder takes."
    case .resultTooLarge: "What was read is longer than the worker takes."
    case .noSuchAttachment: "The message has no such attachment."
    case .cannotStart: "The decoder could not be started."
    }
  }

  var defect: Defect { Defect(code: code, text: explanation) }
}

extension ReadableDocument {
  /// What to store when `DecoderClient.read` threw, so that it is not tried for ever.
  public static func failed(
    _ attachment: Attachment, because error: DecoderError
  ) -> ReadableDocument {
    let isLarge = error == .messageTooLarge || error == .resultTooLarge
    return ReadableDocument(
      attachment: attachment.n, kind: attachment.kind, state: isLarge ? .tooLarge : .failed,
      defects: [error.defect])
  }
}
