public import Domain

extension English {
  public func history(_ event: OrderEvent, now: Timestamp) -> String {
    let (what, detail) = phrase(event.gesture, now)
    var sentence = what
    if event.author.memberID != nil {
      sentence += " by \(event.author.name) (\(event.author.poste))"
      if event.author.isDeclared { sentence += ", \(declaredIdentity)" }
    }
    return quoted(detail).map { "\(sentence): “\($0)”" } ?? sentence
  }

  public func done(_ gesture: Gesture, now: Timestamp) -> String {
    phrase(gesture, now).what.capitalizedFirst
  }

  /// What was done to the demande, and the words somebody wrote about it.
  func phrase(_ gesture: Gesture, _ now: Timestamp) -> (what: String, detail: String?) {
    switch gesture {
    case .opened(let kind, _): ("opened as a \(self.kind(kind))", nil)
    case .messageArrived: ("message received", nil)
    case .taken(nil, _): ("taken", nil)
    case .taken(let over?, _): ("taken over from \(over.name)", nil)
    case .assigned(let colleague, let over, whole: false):
      ("“to redo” would go to \(colleague.name), no more to \(over?.name ?? "")", nil)
    case .assigned(let colleague, let over, _): (given(to: colleague, over: over), nil)
    case .released: ("released", nil)
    case .moved(let status, let reason): (moved(status), reason)
    case .handedOver(let handing): (moved(handing.status), lines(of: handing, now))
    case .refused(let reason, _): ("sent back", reason)
    case .kindChanged(let kind): ("changed to a \(self.kind(kind))", nil)
    case .patientNamed(let patient):
      ("patient named", patient.name + (patient.birthDate.map { ", \($0.french)" } ?? ""))
    case .marked(let marker): marked(marker, now)
    case .unmarked(let name, let value):
      ("marker removed, \(self.marker(name).lowercased())", value)
    case .productCorrected(let product, let corrected):
      ("missing product corrected", "\(product) → \(self.product(corrected, now))")
    case .newsHandled: ("seen, nothing to do", nil)
    case .noted(let note): ("note", note.forTheTeam)
    case .printed(let printer): ("printed on \(printer)", nil)
    case .attached(let from, let messages) where messages.isEmpty:
      ("\(from) attached, without a message", nil)
    case .attached(let from, let messages):
      ("\(messages.count) message\(messages.count > 1 ? "s" : "") brought from \(from)", nil)
    case .mergedInto(let other): ("attached to \(other)", nil)
    case .split(_, let into): ("message split off to \(into)", nil)
    case .renewed: ("new dispensing of the same prescription", nil)
    case .answerQueued: ("answer written", nil)
    case .answered: ("answer sent", nil)
    case .reminded: ("reminder to the patient written", nil)
    case .answerWithdrawn: ("answer taken back before it left", nil)
    case .notHandedOver(_, let author, let at):
      ("not handed over: \(author.name)'s (\(when(at, now))) withdrawn", nil)
    case .undone: ("gesture undone", nil)
    case .purged: ("purged: the content is gone, the list of gestures stays", nil)
    }
  }

  private func moved(_ status: Order.Status) -> String {
    switch status {
    case .received: "put back to take"
    case .preparing: "put in preparation"
    case .prepared: "prepared"
    case .checked: "checked"
    case .partial: "partly collected"
    case .collected: "collected"
    case .closed: "closed"
    }
  }

  private func marked(_ marker: Marker, _ now: Timestamp) -> (what: String, detail: String?) {
    switch marker {
    case .urgent: ("marked urgent", nil)
    case .originalAwaited: ("original awaited, noted", nil)
    case .missing(let product):
      (
        "missing product noted",
        self.product(product, now)
      )
    case .questionPrescriber(let text): ("question to the prescriber", text)
    case .questionPatient(let text): ("question to the patient", text)
    case .promised(let at):
      ("promised for \(CivilTime(at).day(now: now)) \(CivilTime(at).hourMinute)", nil)
    case .shelf(let place): ("put away", place)
    }
  }

  public func defect(_ code: String) -> String {
    switch code {
    case "mime.truncated": "Message cut on its way: its end is missing."
    case "mime.depth", "mime.parts", "mime.headers", "mime.input", "mime.memory":
      "Message too large or too nested: part of it is readable raw only."
    case "mime.text.long": "Very long text: the rest is readable raw only."
    case "mime.from.missing": "No sender."
    case "mime.from.multiple": "Several senders claimed: be careful."
    case _ where code.hasPrefix("mime.charset") || code.hasPrefix("mime.encodedword"):
      "Accents wrongly labelled by the sender: text repaired, read names again."
    case _ where code.hasPrefix("mime.boundary"):
      "Badly built message: not all of its parts may have been found."
    case _ where code.hasPrefix("mime."): "Badly built message, repaired (\(code))."
    default: "Anomaly \(code)."
    }
  }

  public func warning(_ code: String) -> String {
    switch code {
    case "ins.key": "The INS has a wrong key: check the identity."
    case "patient.conflict": "Two different identities in this message: check for whom."
    case "sender.own": "Bears our own address but answers nothing known: perhaps forged."
    case "sender.outside": "Sender outside MSSanté: be careful."
    case "document.duplicate": "Document received before: check that it is not prepared already."
    default: "To be checked: \(code)."
    }
  }
}
