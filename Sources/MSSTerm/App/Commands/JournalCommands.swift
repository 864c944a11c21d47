import ArgumentParser
import Domain
import Exports
import Settings
import Store

/// `mssterm journal show|verify|export`
struct JournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Traces: who, when, where, what; never content.",
    subcommands: [ShowJournal.self, VerifyJournal.self, ExportJournal.self])
}

/// Which lines; the same for showing and exporting.
struct JournalSelection: ParsableArguments {
  @Option(help: "From that day or moment on.") var since: String?
  @Option(help: "Before that day or moment.") var until: String?
  @Option(help: "Of one member: initials or name.") var member: String?
  @Option(help: "Of one demande.") var order: String?

  func filter(_ session: Session) throws -> JournalFilter {
    JournalFilter(
      since: try moment(since), until: try moment(until),
      member: try member.map { try MemberRights.member($0, session).id },
      order: try order.map { try session.order($0).id })
  }

  private func moment(_ text: String?) throws -> Timestamp? {
    guard let text else { return nil }
    guard let moment = Timestamp(iso8601: text) else {
      throw CommandFailure(
        .usage, "Une date comme 2026-11-20 ou 2026-11-20T10:41.",
        "A date such as 2026-11-20 or 2026-11-20T10:41.")
    }
    return moment
  }
}

extension Session {
  /// Every line that the filter lets pass, a thousand at a time.
  func eachTrace(_ filter: JournalFilter, _ body: (JournalLine) -> Void) throws {
    var after: Int64?
    while true {
      let last = after
      let lines = try ask { store throws(StoreError) in
        try store.journal(filter, after: last, limit: 1000)
      }
      lines.forEach(body)
      guard lines.count == 1000 else { return }
      after = lines.last?.seq
    }
  }

  func traceReading(_ action: String, _ author: Author, answer: String) throws {
    try ask { store throws(StoreError) in
      try store.trace(
        TraceEntry(author: author, action: action, answer: answer), now: environment.now())
    }
  }

  /// The anchors of this BAL's journal; none for a store that the configuration does not place.
  func anchorBook(_ options: CommonOptions) -> AnchorBook? {
    guard options.store == nil, configuration.path != nil else { return nil }
    return AnchorBook(
      path: configuration.anchorFile(of: settings),
      sharing: settings.isGroupStore ? .group : .own)
  }
}

struct ShowJournal: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "The traces, oldest first.")

  @OptionGroup var options: CommonOptions
  @OptionGroup var selection: JournalSelection
  @Option(help: "Only the last N; 0 is all.") var limit = 50

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let author = try MemberRights.actor(session, options, to: .readTraces)?.author ?? .mailbox
    var lines: [JournalLine] = []
    try session.eachTrace(try selection.filter(session)) { line in
      lines.append(line)
      if limit > 0, lines.count > 2 * limit + 1000 { lines.removeFirst(lines.count - limit) }
    }
    let shown = limit == 0 ? lines[...] : lines.suffix(limit)
    // Before anybody sees them: who read the traces is one.
    try session.traceReading("journal.show", author, answer: "lines=\(shown.count)")
    for line in shown { show(line, session) }
  }

  private func show(_ line: JournalLine, _ session: Session) {
    guard !options.json else { return Output.json(TraceJSON.members(line)) }
    let author = line.author
    let who = author.memberID == nil ? "—" : "\(author.initials) \(author.name)"
    let declared =
      line.author.isDeclared ? session.words(" (identité déclarée)", " (declared)") : ""
    let holder = line.holder.map { session.words(" (accès de \($0))", " (access of \($0))") }
    // Nothing of a mail is in a trace; identifiers and times stay as they are.
    Output.exact(
      "\(line.seq)  \(line.localTime)  \(who)\(declared)\(holder ?? "")  \(line.author.poste)  "
        + "\(line.action)  \(line.order ?? "")  \(line.request)  \(line.answer)")
  }
}

enum TraceJSON {
  static func members(_ line: JournalLine) -> [(String, JSON)] {
    [
      ("seq", .integer(line.seq)), ("at", .string(line.localTime)),
      ("member", .optional(line.author.memberID)),
      ("by", line.author.memberID == nil ? .null : .string(line.author.name)),
      ("initials", .optional(line.author.memberID == nil ? nil : line.author.initials)),
      ("declared", .boolean(line.author.isDeclared)), ("poste", .string(line.author.poste)),
      ("action", .string(line.action)), ("order", .optional(line.order)),
      ("request", .string(line.request)), ("answer", .string(line.answer)),
      ("holder", .optional(line.holder)), ("digest", .string(line.digest)),
    ]
  }
}

/// `mssterm journal verify`: the chain and its anchors, without the rest of the store.
struct VerifyJournal: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Whether a trace was changed, removed or cut off.")

  @OptionGroup var options: CommonOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let author = try MemberRights.person(session, options)?.author ?? .mailbox
    let book = session.anchorBook(options)
    let anchors = book?.anchors(now: environment.now()) ?? .none
    let report = try session.ask { store throws(StoreError) in
      try store.verifyJournal(anchors: anchors)
    }
    try session.traceReading(
      "journal.verify", author,
      answer: report.isSound ? "ok" : "problems=\(report.problems.count)")
    if options.json {
      Output.json([
        ("ok", .boolean(report.isSound)), ("journal", .integer(Int64(report.journal))),
        ("anchors", .integer(Int64(anchors.count))), ("anchor_file", .optional(book?.path)),
        ("problems", VerifyCommand.problems(report)),
      ])
    } else {
      VerifySentences(words: session.words).show(report)
      session.tellAnchors(book, anchors.count)
      if report.isSound {
        Output.line(
          "✔ "
            + session.words.traces(report.journal)
            + session.words(", chaîne intacte", ", chain whole"))
      }
    }
    guard report.isSound else { throw ExitCode(Exit.failed.rawValue) }
  }
}

extension Session {
  /// What the end of the journal was compared with.
  func tellAnchors(_ book: AnchorBook?, _ count: Int) {
    guard let book, count > 0 else {
      return Output.line(
        words(
          "· aucune ancre : une fin coupée ne se verrait pas (le service en pose une par jour)",
          "· no anchor: a cut end would not show (the service writes one a day)"))
    }
    Output.exact("· " + words.anchors(count) + words(" : ", ": ") + book.path)
  }
}

/// `mssterm journal export`: for whoever controls; only a responsable, and traced.
struct ExportJournal: Runnable {
  enum Format: String, ExpressibleByArgument, CaseIterable { case csv, jsonl }

  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "The traces in a new file, with a digest of its bytes.")

  @OptionGroup var options: CommonOptions
  @OptionGroup var selection: JournalSelection
  @Option(help: "The file to write; it must not be there.") var to: String
  @Option(help: "csv or jsonl; default: by the name of the file.") var format: Format?

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let author = try MemberRights.actor(session, options, to: .readTraces)?.author ?? .mailbox
    let format = format ?? (to.lowercased().hasSuffix(".csv") ? .csv : .jsonl)
    var bytes: [UInt8] = format == .csv ? Array((TraceCSV.header + "\r\n").utf8) : []
    var count: Int64 = 0
    try session.eachTrace(try selection.filter(session)) { line in
      count += 1
      let text =
        format == .csv
        ? TraceCSV.row(line) + "\r\n" : JSON.object(TraceJSON.members(line)).text + "\n"
      bytes += Array(text.utf8)
    }
    let digest = OfficineStore.digest(of: bytes)
    let path = environment.absolute(to)
    // Traced before it exists: an export that nobody could tell of must not be.
    try session.ask { store throws(StoreError) in
      try store.trace(
        TraceEntry(
          author: author, action: "journal.export", request: "lines=\(count)", answer: digest),
        now: environment.now())
    }
    try NewFile.write(bytes, to: path)
    try NewFile.write(Array("\(digest)\n".utf8), to: path + ".sha256")
    if options.json {
      Output.json([
        ("file", .string(path)), ("lines", .integer(count)), ("digest", .string(digest)),
      ])
    } else {
      Output.exact(
        session.words.traces(Int(count)) + session.words(" : ", ": ") + "\(path)  \(digest)")
    }
  }
}

/// RFC 4180, with a formula's first character disarmed: spreadsheets run what begins with `=`.
enum TraceCSV {
  static let header =
    "seq,at,member,by,initials,declared,poste,action,order,request,answer,holder,digest"

  static func row(_ line: JournalLine) -> String {
    let author = line.author
    let isPerson = author.memberID != nil
    return [
      String(line.seq), line.localTime, author.memberID ?? "", isPerson ? author.name : "",
      isPerson ? author.initials : "", String(author.isDeclared), author.poste, line.action,
      line.order ?? "", line.request, line.answer, line.holder ?? "", line.digest,
    ].map(field).joined(separator: ",")
  }

  private static func field(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    let safe = (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"")
    let isPlain = safe.utf8.allSatisfy { $0 != 0x2C && $0 != 0x22 && $0 >= 0x20 }
    return isPlain && !isFormula ? safe : "\"\(safe)\""
  }
}
