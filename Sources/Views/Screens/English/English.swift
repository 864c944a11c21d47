import Desk
public import Domain

/// English, complete; French terms of art (INS, MSSanté, BAL) stay French.
public struct English: Strings {
  public init() {}
  public var language: Language { .english }
  public func typeset(_ text: String) -> String { text }

  // MARK: Nouns

  public func status(_ status: Order.Status, of kind: Order.Kind) -> String {
    switch status {
    case .received: "to take"
    case .preparing: kind == .prescription ? "in preparation" : "in progress"
    case .prepared: "to check"
    case .checked: "ready"
    case .partial: "partly collected"
    case .collected: "collected"
    case .closed: kind == .prescription ? "closed" : "done"
    }
  }

  public func kind(_ kind: Order.Kind) -> String {
    switch kind {
    case .prescription: "prescription"
    case .question: "question"
    case .document: "document"
    }
  }

  public func kind(_ kind: MessageKind) -> String {
    switch kind {
    case .prescription: "prescription"
    case .document: "document"
    case .message: "message"
    case .receipt: "read receipt"
    case .bounce: "delivery failure"
    case .notice: "automatic message"
    case .unreadable: "unreadable message"
    }
  }

  public func kind(_ kind: SenderKind) -> String {
    switch kind {
    case .patient: "patient"
    case .professional: "professional"
    case .organisation: "organisation"
    case .application: "machine"
    case .unknown: "outside MSSanté"
    }
  }

  public func kind(_ kind: AttachmentKind) -> String {
    switch kind {
    case .pdf: "PDF"
    case .image: "photo"
    case .xdm: "XDM"
    case .cda: "structured document"
    case .message: "attached message"
    case .text: "text"
    case .html: "HTML page"
    case .other: "file"
    }
  }

  public func kind(_ kind: BAL.Kind) -> String {
    switch kind {
    case .organisationnelle: "organisation's BAL"
    case .nominative: "personal BAL"
    case .applicative: "machine's BAL"
    }
  }

  public func role(_ role: Domain.Role) -> String {
    switch role {
    case .titulaire: "owner pharmacist"
    case .adjoint: "assistant pharmacist"
    case .remplacant: "locum pharmacist"
    case .pharmacien: "pharmacist"
    case .preparateur: "technician"
    case .etudiant: "student"
    case .apprenti: "apprentice"
    case .autre: "other"
    }
  }

  public func view(_ view: QueueView) -> String {
    switch view {
    case .todo: "To take"
    case .mine: "Mine"
    case .preparing: "In preparation"
    case .check: "To check"
    case .ready: "Ready"
    case .uncollected: "Uncollected"
    case .promised: "Promised"
    case .questions: "Questions"
    case .alarm: "Alarms"
    case .all: "All"
    case .archive: "Archive"
    }
  }

  public func marker(_ name: MarkerName) -> String {
    switch name {
    case .urgent: "Urgent"
    case .originalAwaited: "Original awaited"
    case .missing: "Product missing"
    case .questionPrescriber: "Question to the prescriber"
    case .questionPatient: "Question to the patient"
    case .promised: "Promised for a time"
    case .shelf: "Put away (shelf)"
    }
  }

  public func outgoing(_ state: OutgoingItem.State) -> String {
    switch state {
    case .queued: "waiting"
    case .sending: "being sent"
    case .sent: "sent"
    case .refused: "refused"
    case .uncertain: "uncertain: may have left"
    case .cancelled: "cancelled"
    case .held: "held: something happened on the request"
    }
  }

  public func recipientAnswer(isAccepted: Bool, code: String) -> String {
    if isAccepted { return "accepted, but nothing left" }
    let isPassing = code.hasPrefix("4")
    return isPassing ? "refused for now (\(code))" : "refused (\(code)): check the address"
  }

  public func sendingReason(_ code: String) -> String? {
    switch code {
    case "smtp.size":
      return "too large for the server: nothing left. Remove an attachment."
    case "smtp.8bit":
      return "the server takes only ASCII: nothing left. Tell the operator."
    case "smtp.utf8":
      return "the server takes no address with accents: nothing left. Correct the address."
    case "smtp.missing":
      return "no server for sending is configured. Name \"smtp\"."
    case let code where code == "address" || code.hasPrefix("mail."):
      return "an address or a header cannot be sent: nothing left. Write it anew."
    case let code where code.hasPrefix("5"):
      return "refused by the server (\(code))."
    default:
      return nil
    }
  }

  public func badge(_ kind: AttachmentKind, count: Int) -> String {
    switch kind {
    case .image: count == 1 ? "1 photo" : "\(count) photos"
    case .pdf: count == 1 ? "PDF" : "\(count) PDF"
    case .xdm: count == 1 ? "XDM" : "\(count) XDM"
    case .cda: count == 1 ? "CDA" : "\(count) CDA"
    case .message: count == 1 ? "1 message" : "\(count) messages"
    case .text, .html, .other: count == 1 ? "1 file" : "\(count) files"
    }
  }

  public func patient(_ sex: Sex?) -> String { "patient" }
  public func born(_ date: String, sex: Sex?, isExact: Bool) -> String { "born \(date)" }
  public func birthDate(_ date: BirthDate) -> String { date.french }

  public func size(_ bytes: Int) -> String {
    if bytes < 1000 { return "\(bytes) B" }
    if bytes < 1_000_000 { return "\(bytes / 1000) kB" }
    let tenths = bytes / 100_000
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10) MB" : "\(tenths / 10) MB"
  }

  public func pages(_ count: Int) -> String { count == 1 ? "1 page" : "\(count) pages" }
  public var yes: String { "yes" }
  public var no: String { "no" }
}
