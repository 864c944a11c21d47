public import Desk
public import Domain

extension English {
  public func replyTo(_ name: String) -> String { "Reply to \(name)" }
  public var writeNew: String { "New MSSanté message" }
  public var subject: String { "Subject" }
  public var attachments: String { "Files" }
  public var exchange: String { "Exchange" }
  public var exchangeOpen: String { "stays open: they can answer you" }
  public var exchangeEnds: String { "ENDS: the patient can no longer answer" }
  public var none: String { "none" }
  public var sender: String { "From" }
  public func by(_ name: String) -> String { "by \(name)" }
  public func draftSaved(_ moment: String) -> String { "draft saved \(moment)" }
  public var draftNotSaved: String { "draft not saved yet" }
  public func blanksLeft(_ blanks: [String]) -> String {
    "Still to fill in: \(blanks.prefix(3).joined(separator: " ")) — sending waits"
  }
  public var reviewTitle: String { "Review before sending" }
  public var collisionTitle: String { "Since you opened this answer:" }
  public var sendAnyway: String { "Send anyway" }
  public var sendNow: String { "Send" }
  public var edit: String { "Edit" }
  public func afterSending(seconds: Int) -> String {
    "After sending: \(seconds) s to undo (u), then it cannot be undone"
  }
  public var sending: String { "Handing over to the outbox…" }

  public func form(_ kind: Form.Kind) -> String {
    switch kind {
    case .patient: "For whom?"
    case .redoReason: "Send back: why?"
    case .closeReason: "Close: why?"
    case .collect(let partial): partial ? "Partly collected" : "Handed to the patient"
    case .missing: "Missing product"
    case .promised: "Promised for when?"
    case .shelf: "Put away where?"
    case .questionPrescriber: "Question to the prescriber"
    case .questionPatient: "Question to the patient"
    case .identify: "Who acts?"
    case .choosePIN: "Choose a code"
    case .team(let form): title(form)
    case .check: "Check the prescription"
    }
  }

  public func explanation(_ kind: Form.Kind) -> String? {
    switch kind {
    case .patient: "The sender is not always the patient. Asked before the check."
    case .redoReason: "The technician reads this reason."
    case .closeReason: "The reason stays in the history."
    case .collect: nil
    case .missing: "Stays in Promised until all of it is collected."
    case .promised: "Today without a date: 17:00. Else 21/11/2026 17:00."
    case .shelf: nil
    case .questionPrescriber, .questionPatient:
      "A marker for the team, nothing is sent: to write, r."
    case .identify: "The code says who acts; it does not leave this poste."
    case .choosePIN: chooseOwnPIN
    case .team(let form): explanation(form)
    case .check: "The pharmacist's initials and code: the check is signed with that name."
    }
  }

  public func label(_ field: Form.Field.Name, in kind: Form.Kind) -> String {
    switch field {
    case .text: "Text"
    case .name: "Name"
    case .birthDate: "Born"
    case .reason: "Reason"
    case .originalSeen: "Original or QR seen"
    case .missing: "Missing"
    case .givenTo: "Given to"
    case .product: "Product"
    case .quantity: "Quantity"
    case .due: "Due"
    case .time: "Time"
    case .place: "Shelf"
    case .initials: "Initials"
    case .pin: "Code"
    case .newPIN: "New code"
    case .newPINAgain: "Once more"
    case .team(let field): label(field)
    }
  }

  public func example(_ field: Form.Field.Name) -> String? {
    switch field {
    case .team(let field): example(field)
    case .name: "e.g. MARTIN Jeanne"
    case .birthDate: "e.g. 14/03/1979"
    case .originalSeen: "yes or no"
    case .givenTo: "e.g. the patient, a daughter"
    case .due: "e.g. 21/11/2026"
    case .time: "e.g. 17:00"
    case .place: "e.g. 12"
    case .text, .reason, .missing, .product, .quantity, .initials, .pin, .newPIN,
      .newPINAgain:
      nil
    }
  }

  public func formHint(_ kind: Form.Kind, isFirst: Bool, isLast: Bool) -> String {
    guard isLast else { return "Enter Next   Esc Give up" }
    return isFirst
      ? "Enter Confirm   Esc Give up"
      : "Enter Confirm   ↑ Previous   Esc Give up"
  }

  public func menu(_ kind: Menu.Kind) -> String {
    switch kind {
    case .states: "Change the state"
    case .markers: "Markers"
    case .kinds: "It is…"
    case .members: "Who acts?"
    case .team: "Team"
    case .person(let person): title(person)
    case .roles: "Add somebody: which role?"
    case .newRole(let member): "Which role for \(member.name)?"
    case .templates: "Templates"
    case .messages: "Which message to split off? (u does not undo it)"
    case .views: "Which view?"
    case .bals: "Which mailbox?"
    case .colleagues: "Give it to whom?"
    case .absent: "Reassign everything of…"
    case .heirs(let holding): "Who gets what \(holding.owner.name) has?"
    case .refusals: "Stayed where they were: open one"
    case .missing: "Missing products"
    case .demandes: "Attach it to which one?"
    }
  }

  public func choice(_ choice: Menu.Choice, of kind: Order.Kind, now: Timestamp) -> String {
    switch choice {
    case .status(let status): self.status(status, of: kind).capitalizedFirst
    case .newsHandled: "Seen, nothing to do: stays as it is"
    case .refuse: "Send back, with a reason"
    case .notHandedOver(let handed): notHandedOver(handed, now: now)
    case .takeOver(let owner): "Take over from \(owner.name)"
    case .release: "Release"
    case .renew: "New dispensing of the same prescription"
    case .marker(let name, let isSet): isSet ? "\(marker(name)): remove" : marker(name)
    case .kind(let kind): self.kind(kind).capitalizedFirst
    case .member(let member): "\(member.initials)  \(member.name), \(role(member.role))"
    case .template(let template): template.name
    case .view(let view, let count): count > 0 ? "\(self.view(view)) \(count)" : self.view(view)
    case .customView(_, let name, let count): count > 0 ? "\(name) \(count)" : name
    case .bal(let bal):
      "\(bal.name)  \(self.kind(bal.kind))" + (bal.obstacle.map { ": \(closed($0))" } ?? "")
    case .message(let id): id
    case .colleague(let member), .heir(let member, _):
      "\(member.initials)  \(member.name), \(role(member.role))"
    case .absent(let holding): "\(holding.owner.name): \(demandes(holding.demandes.count))"
    case .refused(let demande): demande.name
    case .product(let missing): "\(product(missing, now)): correct"
    case .productArrived(let missing): "\(missing.product): has come, remove"
    case .addProduct: "Add a product"
    case .team(let choice): team(choice)
    case .demande(let row): row.id
    }
  }

  public var menuHint: String { "↑ ↓ Choose   Enter Confirm   Esc Back" }
  public var menuEmpty: String { "Nothing to choose here." }

  public func question(_ question: Confirm.Question) -> String {
    switch question {
    case .takeOver(_, let owner): "Take the demande over from \(owner.name)?"
    case .quit(let count): "Quit? \(outboxWaiting(count).capitalizedFirst)."
    case .quitBeforeSend(let held): "Quit? The message to \(held.display) has not left yet."
    case .discardDraft: "Discard this draft?"
    case .print(_, let printer): "Print on \(printer)?"
    case .assign, .reassign, .undo, .undoOlder, .cancelSend, .remindAgain, .renew, .attach,
      .split, .closeOver, .setDisabled, .unread, .printHandover, .notHandedOver:
      asked(question).question
    }
  }

  public func consequence(_ question: Confirm.Question) -> String {
    switch question {
    case .takeOver(_, let owner):
      "\(owner.name) will see it, and the name stays in the history. u undoes it."
    case .quitBeforeSend:
      "It leaves by itself in a few seconds, screen closed or not. Stay, then u, takes it back."
    case .quit: "Nothing leaves now; later it takes an open MSSTerm, or the service."
    case .discardDraft: "The text is lost; nothing is sent."
    case .print: "The documents come out behind a cover page. Printing cannot be undone."
    case .assign, .reassign, .undo, .undoOlder, .cancelSend, .remindAgain, .renew, .attach,
      .split, .closeOver, .setDisabled, .unread, .printHandover, .notHandedOver:
      asked(question).consequence
    }
  }

  public func yes(_ question: Confirm.Question) -> String {
    switch question {
    case .takeOver: "Take over"
    case .quit, .quitBeforeSend: "Quit"
    case .discardDraft: "Discard"
    case .print: "Print"
    case .assign, .reassign, .undo, .undoOlder, .cancelSend, .remindAgain, .renew, .attach,
      .split, .closeOver, .setDisabled, .unread, .printHandover, .notHandedOver:
      asked(question).yes
    }
  }

  public func no(_ question: Confirm.Question) -> String {
    switch question {
    case .takeOver(_, let owner): "Leave to \(owner.name)"
    case .quit, .quitBeforeSend: "Stay"
    case .discardDraft: "Keep"
    case .print: "Do nothing"
    case .assign, .reassign, .undo, .undoOlder, .cancelSend, .remindAgain, .renew, .attach,
      .split, .closeOver, .setDisabled, .unread, .printHandover, .notHandedOver:
      asked(question).no
    }
  }

  public var confirmHint: String { "← → Choose   Enter Confirm   Esc Do nothing" }
}
