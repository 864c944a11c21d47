import Domain

/// IHE XDM archives and CDA documents.
enum XDMReader {
  static func read(_ bytes: [UInt8], _ attachment: Attachment) -> DocumentReading {
    DocumentReader.state(.failed, of: attachment, [notRead])
  }

  static func readDocument(_ bytes: [UInt8], _ attachment: Attachment) -> DocumentReading {
    DocumentReader.state(.failed, of: attachment, [notRead])
  }

  static let notRead = Defect(code: "xdm.not-read", text: "The archive could not be read.")
}
