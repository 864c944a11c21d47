// The reading room behind glass: strange papers go in, plain notes come out.
//
// Two halves of one pipe. `DecoderService` is the child: confined, without network, secret or
// store; it opens mail, HTML, PDF, XDM and CDA. `DecoderClient` is the worker's side: it starts the
// child, sends raw messages and takes plain values back, which it checks like any other foreign
// bytes. Nothing is ever written to a disk here.

/// Every cap of this room in one place; reaching one is a named error or defect, never silence.
public struct DecoderLimits: Hashable, Sendable {
  /// Largest raw message sent to the child; a longer one is stored and listed unread.
  public var messageBytes = 64 << 20
  /// Largest answer taken from the child. An attachment is never larger than its message.
  public var resultBytes = 64 << 20
  /// CPU seconds of one request; the kernel ends the child above (SIGXCPU).
  public var cpuSeconds: UInt32 = 10
  /// Wall seconds from the moment a request is the oldest one; then the child is killed.
  public var wallSeconds = 20.0
  /// Address space of the child and of the programs it runs.
  public var addressSpace: UInt64 = 1 << 30
  /// Descriptors of the child.
  public var openFiles: UInt64 = 64
  /// Unanswered requests, and unanswered bytes, that a batch may have under way.
  public var requestsUnderWay = 8
  public var bytesUnderWay = 8 << 20

  public static let standard = DecoderLimits()

  public init() {}
}

/// Caps inside one document; each has its defect (reliability.md M08–M10).
enum DocumentLimits {
  /// CPU milliseconds for one HTML text; its words are then taken without layout (`html.stopped`).
  static let markupMilliseconds: UInt32 = 3_000
  /// Text of one document (`document.long`).
  static let textBytes = 1 << 20
  /// Text of one rendered HTML body.
  static let htmlTextBytes = 4 << 20
  /// Blocks inside blocks that still indent.
  static let nesting = 32
  /// Links listed under a text.
  static let links = 500
  static let linkCharacters = 300
  /// Pages of a PDF that are read (`pdf.pages`), and seconds for it.
  static let pdfPages = 50
  static let pdfSeconds = 10.0
  /// Bytes of one document that a reader is given; larger ones are `tooLarge`.
  static let documentBytes = 50 << 20
  /// Files in an archive, inflated bytes of all and of one (`xdm.capped`).
  static let archiveEntries = 1_000
  static let archiveBytes = 50 << 20
  static let archiveEntryBytes = 25 << 20
  /// CDA documents read from one archive.
  static let archiveDocuments = 20
  /// Elements of one list in an answer: more than a message can have parts or headers.
  static let wireItems = 200_000
}
