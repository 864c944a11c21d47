import Documents
import Domain
import Store

/// A body on its way to the decoder, with what the server said about it.
struct Arrival: Sendable {
  var listed: Listed
  var raw: [UInt8]
  /// Over the cap: `raw` is the header alone.
  var isHeaderOnly: Bool
}

extension Arrival {
  /// nil for a message that is gone or withheld.
  init?(_ listed: Listed, _ body: Body) {
    switch body {
    case .whole(let raw): self.init(listed: listed, raw: raw, isHeaderOnly: false)
    case .headerOnly(let raw): self.init(listed: listed, raw: raw, isHeaderOnly: true)
    case .gone, .withheld: return nil
    }
  }
}

/// Makes store messages of raw mail: the bytes are opened in the confined child, and what they
/// mean is judged by Domain.
struct MessageReader {
  /// Where the messages of a batch were found.
  struct Place: Sendable {
    var folder: Folder
    var uidValidity: UInt32
  }

  let account: Account
  let store: OfficineStore
  let decoder: DecoderClient

  /// One message for each arrival, in order; what could not be opened is kept raw and listed as
  /// unreadable (invariant 22). Throws only when nothing at all can be decoded.
  func messages(
    _ arrivals: [Arrival], in place: Place
  ) throws(SyncFailure) -> [IncomingMessage] {
    try messages(arrivals, decoder.decode(arrivals.map(\.raw)), in: place)
  }

  /// The same of what the decoder said already.
  func messages(
    _ arrivals: [Arrival], _ results: [Result<DecodedMessage, DecoderError>], in place: Place
  ) throws(SyncFailure) -> [IncomingMessage] {
    var messages: [IncomingMessage] = []
    // An answer may come in one batch with what it answers.
    let siblings = Set(results.compactMap { try? $0.get().messageID })
    for (arrival, result) in zip(arrivals, results) {
      switch result {
      case .success(let decoded): messages.append(try message(arrival, decoded, place, siblings))
      // Without a decoder every message would land in quarantine.
      case .failure(.cannotStart): throw .decoder
      case .failure(let error):
        messages.append(
          try message(arrival, .unreadable(raw: arrival.raw, because: error), place, siblings))
      }
    }
    return messages
  }

  private func message(
    _ arrival: Arrival, _ decoded: DecodedMessage, _ place: Place, _ siblings: Set<String>
  ) throws(SyncFailure) -> IncomingMessage {
    let sender = account.trust.sender(decoded.from.first ?? MailAddress(address: ""))
    let isOutgoing =
      place.folder.role == .sent ? true : try isOurs(decoded, sender, siblings)
    var facts = decoded.facts(sender: sender.kind, isOutgoing: isOutgoing)
    var defects = decoded.defects
    if arrival.isHeaderOnly {
      facts.isReadable = false
      defects.append(Self.tooLarge)
    }
    let message = Message(
      id: MessageIdentity.id(fromDigest: decoded.identity), receptionKey: 0,
      messageID: decoded.messageID, digest: decoded.rawDigest, mailbox: place.folder.name,
      uid: arrival.listed.uid, receivedAt: arrival.listed.receivedAt, date: decoded.date,
      sender: sender, to: decoded.to, cc: decoded.cc, subject: decoded.subject,
      kind: MessageKind.classify(facts), isOutgoing: isOutgoing, flags: arrival.listed.flags,
      thread: "", preview: decoded.preview, attachments: decoded.attachments, defects: defects,
      warnings: warnings(sender, isOutgoing: isOutgoing),
      patient: isOutgoing ? nil : patient(sender))
    return IncomingMessage(
      message: message, raw: arrival.raw, uidValidity: place.uidValidity, text: decoded.text,
      isFromHTML: decoded.isFromHTML,
      headers: decoded.headers.map { HeaderLine(name: $0.name, value: $0.value) },
      parts: decoded.parts.map {
        PartLine(
          n: $0.n, parent: $0.parent, contentType: $0.contentType, filename: $0.filename,
          size: $0.size, disposition: $0.disposition)
      },
      references: decoded.references + (decoded.inReplyTo.map { [$0] } ?? []),
      documents: decoded.attachments.filter(Self.isDocument).map {
        ReadableDocument(attachment: $0.n, kind: $0.kind, state: .pending)
      },
      proposed: OrderProposal.markers(
        for: facts, hasPrescriptionNumber: false, policy: account.policy),
      reportOriginalMessageID: decoded.reportOriginalMessageID,
      opensDemande: place.folder.role != .other)
  }

  static let tooLarge = Defect(
    code: "mail.too-large", text: "Larger than 64 MiB: only its header was fetched.")

  /// What the decoder can turn into text; pictures wait for text recognition.
  private static func isDocument(_ attachment: Attachment) -> Bool {
    switch attachment.kind {
    case .pdf, .xdm, .cda, .text, .html: true
    case .image, .message, .other: false
    }
  }

  private func isOwn(_ sender: Sender) -> Bool {
    MailAddress(address: sender.address).normalized
      == MailAddress(address: account.bal.address).normalized
  }

  /// Our own address outside Sent proves nothing: From can be written by anybody, and a note to
  /// oneself wants a person. What answers mail that is here was written by another program of
  /// ours (an exported mailbox holds both directions); all else comes in with a warning.
  private func isOurs(
    _ decoded: DecodedMessage, _ sender: Sender, _ siblings: Set<String>
  ) throws(SyncFailure) -> Bool {
    guard isOwn(sender) else { return false }
    if let answered = decoded.inReplyTo, answered != decoded.messageID,
      siblings.contains(answered)
    {
      return true
    }
    return try stored { () throws(StoreError) in
      try store.isOurs(messageID: decoded.messageID, answering: decoded.inReplyTo)
    }
  }

  private func warnings(_ sender: Sender, isOutgoing: Bool) -> [String] {
    let key = sender.ins.map { $0.hasValidKey ? [] : ["ins.key"] } ?? []
    return !isOutgoing && isOwn(sender) ? key + ["sender.own"] : key
  }

  /// Who sent it, which is not yet for whom it is (design 4).
  private func patient(_ sender: Sender) -> Patient? {
    guard sender.kind == .patient else { return nil }
    return Patient(name: sender.display, ins: sender.ins, source: .sender)
  }
}
