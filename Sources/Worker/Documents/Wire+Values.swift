import Domain

extension WireWriter {
  mutating func message(_ value: DecodedMessage) {
    flag(value.isReadable)
    list(value.headers) {
      $0.text($1.name)
      $0.text($1.value)
    }
    list(value.parts) { $0.part($1) }
    text(value.messageID)
    optional(value.inReplyTo) { $0.text($1) }
    list(value.references) { $0.text($1) }
    optional(value.date?.milliseconds) { $0.number(Int($1)) }
    for addresses in [value.from, value.to, value.cc, value.replyTo] {
      list(addresses) {
        $0.text($1.name)
        $0.text($1.address)
      }
    }
    text(value.subject)
    text(value.text)
    flag(value.isFromHTML)
    text(value.preview)
    list(value.attachments) { $0.attachment($1) }
    defects(value.defects)
    optional(value.reportType) { $0.text($1) }
    optional(value.reportOriginalMessageID) { $0.text($1) }
    optional(value.reportAction) { $0.text($1) }
    flag(value.isAutomatic)
    list(value.documentCodes) { $0.text($1) }
    flag(value.endsExchange)
    text(value.rawDigest)
    data(value.identity)
  }

  private mutating func part(_ value: DecodedMessage.Part) {
    number(value.n)
    optional(value.parent) { $0.number($1) }
    text(value.contentType)
    optional(value.filename) { $0.text($1) }
    number(value.size)
    optional(value.disposition) { $0.text($1) }
  }

  private mutating func attachment(_ value: Attachment) {
    number(value.n)
    number(value.part)
    text(value.filename)
    text(value.contentType)
    number(value.size)
    text(value.kind.rawValue)
  }

  private mutating func defects(_ values: [Defect]) {
    list(values) {
      $0.text($1.code)
      $0.text($1.text)
    }
  }

  mutating func reading(_ value: DocumentReading) {
    let document = value.document
    number(document.attachment)
    text(document.kind.rawValue)
    text(document.state.rawValue)
    text(document.text)
    optional(document.pages) { $0.number($1) }
    flag(document.isMachineRead)
    defects(document.defects)
    optional(value.patient) { $0.patient($1) }
    list(value.codes) { $0.text($1) }
  }

  private mutating func patient(_ value: Patient) {
    text(value.name)
    optional(value.birthDate) {
      $0.number($1.year)
      $0.optional($1.month) { $0.number($1) }
      $0.optional($1.day) { $0.number($1) }
    }
    optional(value.ins) {
      $0.text($1.matricule)
      $0.optional($1.oid) { $0.text($1) }
    }
  }
}

extension WireReader {
  mutating func message() throws(WireDamage) -> DecodedMessage {
    var value = DecodedMessage()
    value.isReadable = try flag()
    value.headers = try list { (r) throws(WireDamage) in
      DecodedMessage.Header(name: try r.text(), value: try r.text())
    }
    value.parts = try list { (r) throws(WireDamage) in try r.part() }
    value.messageID = try text()
    value.inReplyTo = try optionalText()
    value.references = try texts()
    value.date = try optional { (r) throws(WireDamage) in
      Timestamp(milliseconds: Int64(try r.number()))
    }
    value.from = try addresses()
    value.to = try addresses()
    value.cc = try addresses()
    value.replyTo = try addresses()
    value.subject = try text()
    value.text = try text()
    value.isFromHTML = try flag()
    value.preview = try text()
    value.attachments = try list { (r) throws(WireDamage) in try r.attachment() }
    value.defects = try defects()
    value.reportType = try optionalText()
    value.reportOriginalMessageID = try optionalText()
    value.reportAction = try optionalText()
    value.isAutomatic = try flag()
    value.documentCodes = try texts()
    value.endsExchange = try flag()
    value.rawDigest = try text()
    value.identity = try data()
    guard isAtEnd, value.identity.count == 32 else { throw WireDamage() }
    return value
  }

  private mutating func part() throws(WireDamage) -> DecodedMessage.Part {
    DecodedMessage.Part(
      n: try number(), parent: try optionalNumber(), contentType: try text(),
      filename: try optionalText(), size: try number(), disposition: try optionalText())
  }

  private mutating func attachment() throws(WireDamage) -> Attachment {
    Attachment(
      n: try number(), part: try number(), filename: try text(), contentType: try text(),
      size: try number(), kind: try word())
  }

  private mutating func addresses() throws(WireDamage) -> [MailAddress] {
    try list { (r) throws(WireDamage) in MailAddress(name: try r.text(), address: try r.text()) }
  }

  private mutating func defects() throws(WireDamage) -> [Defect] {
    try list { (r) throws(WireDamage) in Defect(code: try r.text(), text: try r.text()) }
  }

  private mutating func texts() throws(WireDamage) -> [String] {
    try list { (r) throws(WireDamage) in try r.text() }
  }

  private mutating func optionalText() throws(WireDamage) -> String? {
    try optional { (r) throws(WireDamage) in try r.text() }
  }

  private mutating func optionalNumber() throws(WireDamage) -> Int? {
    try optional { (r) throws(WireDamage) in try r.number() }
  }

  mutating func reading() throws(WireDamage) -> DocumentReading {
    let document = ReadableDocument(
      attachment: try number(), kind: try word(), state: try word(), text: try text(),
      pages: try optionalNumber(), isMachineRead: try flag(), defects: try defects())
    let patient = try optional { (r) throws(WireDamage) in try r.patient() }
    let reading = DocumentReading(document: document, patient: patient, codes: try texts())
    guard isAtEnd else { throw WireDamage() }
    return reading
  }

  private mutating func patient() throws(WireDamage) -> Patient {
    let name = try text()
    let birthDate = try optional { (r) throws(WireDamage) in
      BirthDate(year: try r.number(), month: try r.optionalNumber(), day: try r.optionalNumber())
    }
    let number = try optional { (r) throws(WireDamage) in
      (matricule: try r.text(), oid: try r.optionalText())
    }
    let ins = number.flatMap { INS($0.matricule, oid: $0.oid) }
    return Patient(name: name, birthDate: birthDate, ins: ins, source: .document)
  }
}
