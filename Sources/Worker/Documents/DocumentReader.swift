import Domain
import MIME

/// One attachment to text, by its kind. Every way it can end is a state that the screen shows.
enum DocumentReader {
  static func read(_ attachment: Attachment, of mail: ParsedMessage) -> DocumentReading {
    guard attachment.size <= DocumentLimits.documentBytes else {
      return state(.tooLarge, of: attachment)
    }
    switch attachment.kind {
    case .pdf: return pdf(attachment, mail.content(of: attachment.part))
    case .text: return text(mail.text(of: attachment.part), attachment)
    case .html:
      let rendered = HTMLText.render(mail.text(of: attachment.part))
      return text(rendered.text, attachment, rendered.defects)
    case .message: return message(attachment, of: mail)
    case .xdm: return XDMReader.read(mail.content(of: attachment.part), attachment)
    case .cda: return XDMReader.readDocument(mail.content(of: attachment.part), attachment)
    case .image:
      return state(
        .toolMissing, of: attachment,
        [
          Defect(code: "ocr.absent", text: "Pictures are not read by machine here.")
        ])
    case .other:
      return state(
        .failed, of: attachment,
        [
          Defect(code: "document.kind", text: "No reader for this kind of file.")
        ])
    }
  }

  static func state(
    _ state: ReadableDocument.State, of attachment: Attachment, _ defects: [Domain.Defect] = []
  ) -> DocumentReading {
    DocumentReading(
      document: ReadableDocument(
        attachment: attachment.n, kind: attachment.kind, state: state, defects: defects))
  }

  static func text(
    _ text: String, _ attachment: Attachment, _ defects: [Domain.Defect] = []
  ) -> DocumentReading {
    let (kept, isCut) = cut(text)
    let all = isCut ? defects + [tooLong] : defects
    var reading = state(.done, of: attachment, MessageDecoding.unique(all))
    reading.document.text = kept
    return reading
  }

  private static let tooLong = Domain.Defect(
    code: "document.long", text: "The text is too long; its end is cut.")

  private static func cut(_ text: String) -> (String, Bool) {
    guard text.utf8.count > DocumentLimits.textBytes else { return (text, false) }
    return (String(decoding: text.utf8.prefix(DocumentLimits.textBytes), as: UTF8.self), true)
  }

  private static func pdf(_ attachment: Attachment, _ bytes: [UInt8]) -> DocumentReading {
    let read = PDFReader.read(bytes)
    var reading = state(read.state, of: attachment, read.defects)
    reading.document.text = read.text
    reading.document.pages = read.pages
    return reading
  }

  /// An attached message: its head, its text, the names of its files. One level; what is attached
  /// inside is listed and can be opened from the outer message.
  private static func message(_ attachment: Attachment, of mail: ParsedMessage) -> DocumentReading {
    let inner = MessageDecoding.decode(mail.content(of: attachment.part))
    var lines: [String] = []
    if let from = inner.from.first {
      lines.append("De : \(from.name.isEmpty ? from.address : "\(from.name) <\(from.address)>")")
    }
    if let date = mailDate(inner) { lines.append("Date : \(date)") }
    if !inner.subject.isEmpty { lines.append("Objet : \(Message.title(ofSubject: inner.subject))") }
    for file in inner.attachments {
      lines.append("Pièce jointe : \(file.filename.isEmpty ? file.contentType : file.filename)")
    }
    let text = (lines + ["", inner.text]).joined(separator: "\n")
    return self.text(text, attachment, inner.defects)
  }

  private static func mailDate(_ message: DecodedMessage) -> String? {
    message.headers.first { $0.name.lowercased() == "date" }?.value
  }
}
