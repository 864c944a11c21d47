import CDocuments
import Domain
import Glibc
import MIME

/// The confined child: one loop, one request at a time, nothing kept between two of them.
public enum DecoderService {
  /// Serves until the other side closes. `mssterm-worker decode` is this call and nothing else.
  ///
  /// First shuts the process in: address space, descriptors, no core, no ptrace, no new privileges,
  /// no socket, CPU by request.
  /// - Parameters: descriptors of requests and answers, usually 0 and 1; both are kept.
  /// - Returns: the exit code; 0 at the end of the stream, 71 (EX_OSERR) when it cannot be confined
  /// and therefore reads nothing, 74 (EX_IOERR) when a frame is torn.
  public static func serve(input: Int32, output: Int32) -> Int32 {
    let limits = DecoderLimits.standard
    guard
      cdoc_confine(input, output, limits.addressSpace, limits.openFiles) == 0
    else { return 71 }
    guard answer(output, Frame.greeting) else { return 74 }
    while let head = Frame.read(input, Frame.headBytes) {
      let length = Frame.length(head)
      guard length >= DecoderRequest.headBytes,
        length <= limits.messageBytes + DecoderRequest.headBytes,
        let request = Frame.read(input, length)
      else { return 74 }
      cdoc_grant_cpu(limits.cpuSeconds)
      guard answer(output, reply(to: request, limits)) else { return 74 }
    }
    return 0
  }

  private static func answer(_ output: Int32, _ bytes: [UInt8]) -> Bool {
    Frame.write(output, Frame.head(bytes.count)) && Frame.write(output, bytes)
  }

  static func reply(to request: [UInt8], _ limits: DecoderLimits) -> [UInt8] {
    var reader = WireReader(request[...])
    guard let kind = (try? reader.byte()).flatMap(DecoderRequest.init(rawValue:)),
      let n = try? reader.number()
    else { return [DecoderAnswer.noSuchAttachment.rawValue] }
    let raw = Array(request[DecoderRequest.headBytes...])
    var writer = WireWriter(reserving: 16 * 1024)
    writer.byte(DecoderAnswer.done.rawValue)
    switch kind {
    case .message: writer.message(MessageDecoding.decode(raw))
    case .attachment, .document:
      let mail = MIMEMessage.parse(raw)
      let attachments = MessageDecoding.attachments(of: mail)
      guard attachments.indices.contains(n - 1) else {
        return [DecoderAnswer.noSuchAttachment.rawValue]
      }
      let attachment = attachments[n - 1]
      if kind == .attachment {
        writer.data(mail.content(of: attachment.part))
      } else {
        writer.reading(DocumentReader.read(attachment, of: mail))
      }
    }
    guard writer.bytes.count <= limits.resultBytes else {
      return [DecoderAnswer.resultTooLarge.rawValue]
    }
    return writer.bytes
  }
}
