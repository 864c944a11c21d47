public import Domain

extension French {
  public func history(_ event: OrderEvent, now: Timestamp) -> String {
    let (what, detail) = phrase(event.gesture, now)
    var sentence = what
    if event.author.memberID != nil {
      sentence += " par \(event.author.name) (\(event.author.poste))"
      if event.author.isDeclared { sentence += ", \(declaredIdentity)" }
    }
    return quoted(detail).map { "\(sentence) : « \($0) »" } ?? sentence
  }

  public func done(_ gesture: Gesture, now: Timestamp) -> String {
    phrase(gesture, now).what.capitalizedFirst
  }

  /// What was done to the demande, and the words somebody wrote about it.
  func phrase(_ gesture: Gesture, _ now: Timestamp) -> (what: String, detail: String?) {
    switch gesture {
    case .opened(let kind, _): ("ouverte comme \(self.kind(kind))", nil)
    case .messageArrived: ("message reçu", nil)
    case .taken(nil, _): ("prise", nil)
    case .taken(let over?, _): ("reprise à \(over.name)", nil)
    case .assigned(let colleague, let over, whole: false):
      ("« à reprendre » irait à \(colleague.name), plus à \(over?.name ?? "")", nil)
    case .assigned(let colleague, let over, _): (given(to: colleague, over: over), nil)
    case .released: ("laissée", nil)
    case .moved(let status, let reason): (moved(status), reason)
    case .handedOver(let handing): (moved(handing.status), lines(of: handing, now))
    case .refused(let reason, _): ("renvoyée à reprendre", reason)
    case .kindChanged(let kind): ("changée en \(self.kind(kind))", nil)
    case .patientNamed(let patient):
      (
        "patient précisé",
        patient.name + (patient.birthDate.map { ", \($0.french)" } ?? "")
      )
    case .marked(let marker): marked(marker, now)
    case .unmarked(let name, let value): ("repère enlevé, \(self.marker(name).lowercased())", value)
    case .productCorrected(let product, let corrected):
      ("manque corrigé", "\(product) → \(self.product(corrected, now))")
    case .newsHandled: ("vue, rien à faire", nil)
    case .noted(let note): ("note", note.forTheTeam)
    case .printed(let printer): ("imprimée sur \(printer)", nil)
    case .attached(let from, let messages) where messages.isEmpty:
      ("\(from) rattachée, sans message", nil)
    case .attached(let from, let messages):
      ("\(messages.count) message\(messages.count > 1 ? "s venus" : " venu") de \(from)", nil)
    case .mergedInto(let other): ("rattachée à \(other)", nil)
    case .split(_, let into): ("message séparé vers \(into)", nil)
    case .renewed: ("nouvelle délivrance de la même ordonnance", nil)
    case .answerQueued: ("réponse écrite", nil)
    case .answered: ("réponse partie", nil)
    case .reminded: ("rappel au patient écrit", nil)
    case .answerWithdrawn: ("réponse reprise avant son départ", nil)
    case .notHandedOver(_, let author, let at):
      ("pas remise : « remise » de \(author.name) (\(when(at, now))) retirée", nil)
    case .undone: ("geste annulé", nil)
    case .purged: ("purgée : le contenu est parti, l'histoire des gestes reste", nil)
    }
  }

  private func moved(_ status: Order.Status) -> String {
    switch status {
    case .received: "remise à prendre"
    case .preparing: "mise en préparation"
    case .prepared: "préparée"
    case .checked: "contrôlée"
    case .partial: "remise en partie"
    case .collected: "remise"
    case .closed: "traitée"
    }
  }

  private func marked(_ marker: Marker, _ now: Timestamp) -> (what: String, detail: String?) {
    switch marker {
    case .urgent: ("marquée urgente", nil)
    case .originalAwaited: ("original attendu, noté", nil)
    case .missing(let product):
      (
        "manque noté",
        self.product(product, now)
      )
    case .questionPrescriber(let text): ("question au prescripteur", text)
    case .questionPatient(let text): ("question au patient", text)
    case .promised(let at):
      ("promise pour \(CivilTime(at).day(now: now)) \(CivilTime(at).hourMinute)", nil)
    case .shelf(let place): ("rangée", place)
    }
  }

  public func defect(_ code: String) -> String {
    switch code {
    case "mime.truncated": "Message coupé en route : la fin manque."
    case "mime.depth", "mime.parts", "mime.headers", "mime.input", "mime.memory":
      "Message trop gros ou trop imbriqué : une partie n'est lisible qu'en brut."
    case "mime.text.long": "Texte très long : la suite n'est lisible qu'en brut."
    case "mime.from.missing": "Expéditeur absent."
    case "mime.from.multiple": "Plusieurs expéditeurs annoncés : se méfier."
    case _ where code.hasPrefix("mime.charset") || code.hasPrefix("mime.encodedword"):
      "Accents mal annoncés par l'expéditeur : texte réparé, relire les noms."
    case _ where code.hasPrefix("mime.boundary"):
      "Message mal construit : toutes ses parties ont pu ne pas être retrouvées."
    case _ where code.hasPrefix("mime."): "Message mal construit, réparé (\(code))."
    default: "Anomalie \(code)."
    }
  }

  public func warning(_ code: String) -> String {
    switch code {
    case "ins.key": "La clé de l'INS est fausse : vérifier l'identité."
    case "patient.conflict": "Deux identités différentes dans ce message : vérifier pour qui."
    case "sender.own": "Porte notre propre adresse, sans réponse connue : peut-être usurpée."
    case "sender.outside": "Expéditeur hors MSSanté : se méfier."
    case "document.duplicate": "Document déjà reçu : vérifier qu'il n'est pas déjà préparé."
    default: "À vérifier : \(code)."
    }
  }
}
