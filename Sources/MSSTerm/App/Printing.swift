import Domain
import Exports
import Glibc
import Store

/// The documents of a demande behind a cover line, to a printer or into a directory.
struct PrintJob {
  struct File {
    var name: String
    var bytes: [UInt8]
  }

  var files: [File]

  init(files: [File]) { self.files = files }

  /// `bodies` in order of arrival; `bytes` decodes one attachment in the confined child.
  init(
    order: Order, bodies: [MessageBody], actor: Actor, words: Words, now: Timestamp,
    bytes: (Message.ID, Int) throws -> [UInt8]
  ) rethrows {
    let cover = Self.cover(order: order, bodies: bodies, actor: actor, words: words, now: now)
    files = [File(name: "00-couverture.txt", bytes: Array(cover.utf8))]
    for body in bodies where !body.message.isOutgoing {
      for attachment in body.message.attachments where Self.isPrintable(attachment.kind) {
        let number = pad2(files.count)
        // For a directory; a spool shows no name at all.
        let name = SafeName.of(INS.masking(attachment.filename, hidden: "x"))
        files.append(
          File(name: "\(number)-\(name)", bytes: try bytes(body.message.id, attachment.n)))
      }
    }
  }

  private static func isPrintable(_ kind: AttachmentKind) -> Bool {
    kind == .pdf || kind == .image || kind == .text
  }

  /// Says loudly that paper from here is a copy, and who made it.
  private static func cover(
    order: Order, bodies: [MessageBody], actor: Actor, words: Words, now: Timestamp
  ) -> String {
    let at = CivilTime(now)
    var lines = [
      words("COPIE — n’est pas l’original", "COPY — not the original"),
      words("Imprimé par ", "Printed by ") + "\(actor.member.name), \(actor.poste), "
        + "\(at.dayMonthYear) \(at.hourMinute)",
      words("Demande ", "Demande ") + order.id,
    ]
    if let patient = order.patient {
      let who = patient.isConfirmed ? words("Pour ", "For ") : words("Envoyé par ", "Sent by ")
      let birth = patient.birthDate.map { ", " + $0.french } ?? ""
      lines.append(who + patient.name + birth)
    }
    for body in bodies {
      lines.append(String(repeating: "─", count: 60))
      lines.append(
        words("De : ", "From: ") + Who.wrote(body.message.sender, words) + "   "
          + CivilTime(body.message.receivedAt).dayMonthYear + " "
          + CivilTime(body.message.receivedAt).hourMinute)
      lines.append(words("Objet : ", "Subject: ") + body.message.title)
      for attachment in body.message.attachments {
        lines.append(words("Pièce ", "Attachment ") + "\(attachment.n) : \(attachment.filename)")
      }
      lines.append("")
      lines.append(body.text)
    }
    return Output.forPeople(lines: lines.joined(separator: "\n"))
  }
}

/// Where paper comes out: a CUPS printer, or `file:DIRECTORY` where there is none.
enum Printer {
  case system(String?)
  case directory(String)

  init(_ name: String?) {
    if let name, name.hasPrefix("file:") {
      self = .directory(String(name.dropFirst(5)))
    } else {
      self = .system(name)
    }
  }

  var name: String {
    switch self {
    case .system(let name): name ?? "lp"
    case .directory(let path): "file:" + (path.split(separator: "/").last.map(String.init) ?? "")
    }
  }

  func print(_ job: PrintJob, title: String) throws {
    switch self {
    case .directory(let path): try Self.write(job, into: path + "/" + title)
    case .system(let name): try Self.spool(job, printer: name)
    }
  }

  private static func write(_ job: PrintJob, into directory: String) throws {
    let parent = directory.lastIndex(of: "/").map { String(directory[..<$0]) } ?? "."
    _ = Glibc.mkdir(parent, 0o700)
    guard Glibc.mkdir(directory, 0o700) == 0 else {
      throw CommandFailure(
        .failed, "\(directory) ne peut pas être créé.", "\(directory) cannot be created.")
    }
    for file in job.files { try NewFile.write(file.bytes, to: directory + "/" + file.name) }
  }

  /// CUPS copies the files into its spool before `lp` returns, so they never outlive the call.
  private static func spool(_ job: PrintJob, printer: String?) throws {
    let places: [String] = ["/usr/bin/lp", "/usr/local/bin/lp"]
    guard let lp = places.first(where: { access($0, X_OK) == 0 }) else {
      throw CommandFailure(
        .failed,
        "Aucun système d’impression ; installer cups-client ou régler printer = \"file:DOSSIER\".",
        "No printing system; install cups-client or set printer = \"file:DIRECTORY\".")
    }
    let directory = try PrivateDirectory()
    defer { directory.remove() }
    var paths: [String] = []
    for (number, file) in job.files.enumerated() {
      // Everybody reads the names in a spool, and a sender names files after the patient.
      let path = "\(directory.path)/piece-\(pad2(number))"
      paths.append(path)
      try NewFile.write(file.bytes, to: path)
    }
    let target: [String] = printer.map { ["-d", $0] } ?? []
    let result = try Child.run(
      [lp] + target + ["--"] + paths, input: [], limit: 65536, within: 30)
    guard result.code == 0, !result.isCut else {
      throw CommandFailure(
        .failed, "L’imprimante a refusé (lp : code \(result.code)) ; vérifier « lpstat -p ».",
        "The printer refused (lp: code \(result.code)); check \"lpstat -p\".")
    }
  }
}

/// A directory nobody else can read, for the time of one job.
struct PrivateDirectory {
  let path: String

  init() throws {
    let base = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/mssterm-XXXXXX").utf8CString)
    guard let made = mkdtemp(&template) else {
      throw CommandFailure(
        .failed, "Dossier temporaire impossible dans \(base).",
        "No temporary directory in \(base).")
    }
    path = String(cString: made)
  }

  func remove() {
    if let entries = opendir(path) {
      while let entry = readdir(entries) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { unlink(path + "/" + name) }
      }
      closedir(entries)
    }
    rmdir(path)
  }
}

func pad2(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
