public import Domain

/// The row object of cli.md, one per message.
public enum RowJSON {
  public static func row(
    _ message: Message, order: Order?, bal: String, isPending: Bool = false,
    isMessageAbsent: Bool = false
  ) -> [(String, JSON)] {
    [
      ("id", .string(message.id)),
      ("message_id", .string(message.messageID)),
      ("digest", .string(message.digest)),
      ("bal", .string(bal)),
      ("mailbox", .string(message.mailbox)),
      ("uid", .optional(message.uid)),
      ("received_at", .string(message.receivedAt.iso8601)),
      ("date", .optional(message.date?.iso8601)),
      ("from", sender(message.sender)),
      ("to", .strings(message.to.map(\.address))),
      ("subject", .string(message.subject)),
      ("title", .string(message.title)),
      ("kind", .string(message.kind.rawValue)),
      ("patient", patient(order?.patient ?? message.patient)),
      ("flags", .strings(message.flags.sorted)),
      ("thread", .string(message.thread)),
      ("preview", .string(message.preview)),
      ("attachments", .array(message.attachments.map(attachment))),
      ("order", order.map { .object(self.order($0, isPending: isPending)) } ?? .null),
      ("defects", .array(message.defects.map(defect))),
      ("warnings", .strings(message.warnings)),
      ("outgoing", .boolean(message.isOutgoing)),
      ("message_absent", .boolean(isMessageAbsent)),
    ]
  }

  public static func order(_ order: Order, isPending: Bool = false) -> [(String, JSON)] {
    [
      ("id", .string(order.id)),
      ("kind", .string(order.kind.rawValue)),
      ("status", .string(order.status.rawValue)),
      ("revision", .integer(Int64(order.revision))),
      ("other_patients", .array(order.otherPatients.map(patient))),
      ("purged_at", .optional(order.purgedAt?.iso8601)),
      ("owner", order.owner.map(owner) ?? .null),
      ("markers", markers(order.markers)),
      ("shelf", .optional(order.markers.shelf)),
      ("printed", order.printed.map(signature) ?? .null),
      ("pending", .boolean(isPending)),
      ("due_at", .optional(order.markers.promisedAt?.iso8601)),
      ("messages", .strings(order.messages)),
      ("prepared", order.prepared.map(signature) ?? .null),
      ("checked", order.checked.map(signature) ?? .null),
      ("answered", order.answered.map(signature) ?? .null),
      ("reminded_at", .optional(order.reminder?.sentAt?.iso8601)),
      ("redo_reason", .optional(order.redoReason)),
      ("closed_reason", .optional(order.closedReason)),
      ("merged_into", .optional(order.mergedInto)),
      ("news", .boolean(order.hasNews)),
      ("notes", .integer(Int64(order.noteCount))),
    ]
  }

  private static func sender(_ sender: Sender) -> JSON {
    .object([
      ("name", .string(sender.name)), ("address", .string(sender.address)),
      ("kind", .string(sender.kind.rawValue)), ("display", .string(sender.display)),
    ])
  }

  public static func patient(_ patient: Patient?) -> JSON {
    guard let patient else { return .null }
    return .object([
      ("name", .string(patient.name)),
      ("birth_date", .optional(patient.birthDate?.iso8601)),
      // Two-digit year: the matricule holds no century, so none is invented.
      ("birth_hint", .optional(patient.ins?.birthHint)),
      ("sex", .optional(patient.sex?.rawValue)),
      ("ins", .optional(patient.ins?.matricule)),
      ("ins_oid", .optional(patient.ins?.oid)),
      ("ins_key_valid", patient.ins.map { .boolean($0.hasValidKey) } ?? .null),
      ("source", .string(patient.source.rawValue)),
    ])
  }

  private static func owner(_ owner: Order.Owner) -> JSON {
    .object([
      ("name", .string(owner.name)), ("initials", .string(owner.initials)),
      ("since", .string(owner.since.iso8601)), ("poste", .string(owner.poste)),
      ("given_by", .optional(owner.givenBy)),
    ])
  }

  private static func signature(_ signature: Order.Signature) -> JSON {
    .object([
      ("name", .string(signature.author.name)), ("initials", .string(signature.author.initials)),
      ("at", .string(signature.at.iso8601)), ("poste", .string(signature.author.poste)),
    ])
  }

  private static func markers(_ markers: Markers) -> JSON {
    .object([
      ("urgent", .boolean(markers.isUrgent)),
      ("original_awaited", .boolean(markers.isOriginalAwaited)),
      (
        "missing",
        .array(markers.missing.map(missing))
      ),
      ("question_prescriber", .optional(markers.questionPrescriber)),
      ("question_patient", .optional(markers.questionPatient)),
      ("promised", .optional(markers.promisedAt?.iso8601)),
      ("shelf", .optional(markers.shelf)),
    ])
  }

  static func missing(_ product: MissingProduct) -> JSON {
    .object([
      ("product", .string(product.product)), ("quantity", .integer(Int64(product.quantity))),
      ("due", .optional(product.due?.iso8601)),
    ])
  }

  public static func attachment(_ attachment: Attachment) -> JSON {
    .object([
      ("n", .integer(Int64(attachment.n))), ("filename", .string(attachment.filename)),
      ("content_type", .string(attachment.contentType)),
      ("size", .integer(Int64(attachment.size))), ("kind", .string(attachment.kind.rawValue)),
    ])
  }

  private static func defect(_ defect: Defect) -> JSON {
    .object([("code", .string(defect.code)), ("text", .string(defect.text))])
  }

  public static func event(_ event: OrderEvent) -> JSON {
    var members: [(String, JSON)] = [
      ("id", .string(event.id)), ("number", .integer(Int64(event.number))),
      ("at", .string(event.at.iso8601)),
      ("member", .optional(event.author.memberID)),
      ("by", event.author.memberID == nil ? .null : .string(event.author.name)),
      ("initials", event.author.memberID == nil ? .null : .string(event.author.initials)),
      ("poste", .string(event.author.poste)),
      ("declared", .boolean(event.author.isDeclared)),
      ("based_on", .optional(event.basedOn)),
    ]
    members += GestureJSON.members(event.gesture)
    switch event.standing {
    case nil: break
    case .pending: members.append(("standing", .string("pending")))
    case .confirmed: members.append(("standing", .string("confirmed")))
    case .refused: members.append(("standing", .string("refused")))
    case .void: members.append(("standing", .string("void")))
    }
    return .object(members)
  }
}

/// A gesture as flat keys: `gesture` names it, the others are its values.
enum GestureJSON {
  static func members(_ gesture: Gesture) -> [(String, JSON)] {
    switch gesture {
    case .opened(let kind, _): [named("opened"), ("kind", .string(kind.rawValue))]
    case .messageArrived(let message, _): [named("message"), ("message", .string(message))]
    case .taken(let over, _): [named("take"), ("over", .optional(over?.name))]
    case .assigned(let colleague, let over, let whole):
      [
        named(whole == false ? "redo-to" : "assign"), ("to", .string(colleague.name)),
        ("to_initials", .string(colleague.initials)),
        ("over", .optional(over?.name)),
      ]
    case .released: [named("release")]
    case .moved(let status, let reason):
      [named("status"), ("status", .string(status.rawValue)), ("reason", .optional(reason))]
    case .handedOver(let handing):
      [
        named("status"), ("status", .string(handing.status.rawValue)),
        ("reason", .optional(handing.givenTo)), ("given_to", .optional(handing.givenTo)),
        ("original_seen", handing.originalSeen.map { .boolean($0) } ?? .null),
        ("owed", .array(handing.owed.map(RowJSON.missing))),
      ]
    case .refused(let reason, _): [named("to-redo"), ("reason", .string(reason))]
    case .kindChanged(let kind): [named("kind"), ("kind", .string(kind.rawValue))]
    case .patientNamed(let patient): [named("patient"), ("patient", RowJSON.patient(patient))]
    case .marked(let marker): [named("mark")] + self.marker(marker)
    case .unmarked(let name, let value):
      [named("unmark"), ("marker", .string(name.rawValue)), ("value", .optional(value))]
    case .productCorrected(let product, let corrected):
      [named("correct"), ("value", .string(product)), ("product", RowJSON.missing(corrected))]
    case .newsHandled: [named("seen")]
    case .noted(let note): [named("note"), ("text", .string(note.forTheTeam))]
    case .printed(let printer): [named("print"), ("printer", .string(printer))]
    case .attached(let from, let messages):
      [named("attach"), ("from", .string(from)), ("messages", .strings(messages))]
    case .mergedInto(let other): [named("merged"), ("into", .string(other))]
    case .split(let message, let into):
      [named("split"), ("message", .string(message)), ("into", .string(into))]
    case .renewed(let from): [named("renew"), ("from", .string(from))]
    case .answerQueued(let id, _, _): [named("answer-queued"), ("message_id", .string(id))]
    case .answered(let id): [named("answered"), ("message_id", .string(id))]
    case .reminded(let id): [named("reminded"), ("message_id", .string(id))]
    case .answerWithdrawn(let id): [named("answer-withdrawn"), ("message_id", .string(id))]
    case .undone(let event): [named("undo"), ("event", .string(event))]
    case .notHandedOver(let event, let author, _):
      [named("not-collected"), ("event", .string(event)), ("over", .string(author.name))]
    case .purged(let before): [named("purge"), ("before", .string(before.iso8601))]
    }
  }

  private static func named(_ name: String) -> (String, JSON) { ("gesture", .string(name)) }

  private static func marker(_ marker: Marker) -> [(String, JSON)] {
    switch marker {
    case .urgent: [("marker", .string("urgent"))]
    case .originalAwaited: [("marker", .string("original-awaited"))]
    case .missing(let product):
      [
        ("marker", .string("missing")), ("value", .string(product.product)),
        ("quantity", .integer(Int64(product.quantity))), ("due", .optional(product.due?.iso8601)),
      ]
    case .questionPrescriber(let text):
      [("marker", .string("question-prescriber")), ("value", .string(text))]
    case .questionPatient(let text):
      [("marker", .string("question-patient")), ("value", .string(text))]
    case .promised(let time):
      [("marker", .string("promised")), ("value", .string(time.iso8601))]
    case .shelf(let place): [("marker", .string("shelf")), ("value", .string(place))]
    }
  }
}
