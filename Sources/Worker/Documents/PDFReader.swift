import CDocuments
import Domain
import Glibc

/// The text of a PDF by poppler's `pdftotext`, which runs inside the child's own walls and limits.
///
/// The bytes go through an anonymous file in memory: no name, nothing left after a kill (P06).
enum PDFReader {
  struct Reading {
    var state: ReadableDocument.State
    var text = ""
    var pages: Int?
    var defects: [Defect] = []
  }

  static func read(
    _ bytes: [UInt8], seconds: Double = DocumentLimits.pdfSeconds
  ) -> Reading {
    guard let program = find("pdftotext") else {
      return Reading(state: .toolMissing, defects: [PDFReader.toolMissing])
    }
    let file = cdoc_memory_file(bytes, bytes.count)
    guard file >= 0 else { return failed("pdf.memory", "No memory was left to read the PDF.") }
    defer { close(file) }
    switch run(program, file, seconds) {
    case .cannotStart: return failed("pdf.tool-failed", "pdftotext could not be started.")
    case .late: return failed("pdf.deadline", "Reading the PDF took too long.")
    case .ended(let code, let output, let isCut):
      if code != 0 && output.isEmpty {
        return isEncrypted(bytes)
          ? failed("pdf.encrypted", "The PDF is protected by a password or against copying.")
          : failed("pdf.broken", "pdftotext could not read the PDF.")
      }
      return reading(of: output, isCut: isCut, code: code)
    }
  }

  static let toolMissing = Defect(
    code: "pdf.tool-missing", text: "pdftotext (poppler-utils) is not installed.")

  private static func failed(_ code: String, _ text: String) -> Reading {
    Reading(state: .failed, defects: [Defect(code: code, text: text)])
  }

  private static func reading(of output: [UInt8], isCut: Bool, code: Int32) -> Reading {
    var reading = Reading(state: .done)
    // Every page ends with a form feed; the one too many only tells that there are more.
    var pages = output.split(separator: 0x0C, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    if pages.count > 1, let last = pages.last, isBlank(last) { pages.removeLast() }
    if pages.count > DocumentLimits.pdfPages {
      pages.removeLast(pages.count - DocumentLimits.pdfPages)
      note("pdf.pages", "Only the first \(DocumentLimits.pdfPages) pages were read.", &reading)
    }
    if isCut { note("document.long", "The text is too long; its end is cut.", &reading) }
    if code != 0 { note("pdf.broken", "The PDF is damaged; a part of it was read.", &reading) }
    reading.pages = pages.count
    reading.text = joined(pages)
    if pages.allSatisfy(isBlank) {
      reading.text = ""
      note("pdf.no-text", "The PDF holds pictures only; there is no text to show.", &reading)
    }
    return reading
  }

  private static func note(_ code: String, _ text: String, _ reading: inout Reading) {
    reading.defects.append(Defect(code: code, text: text))
  }

  private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

  /// Pages under each other, a number between two; the margin that all lines share is taken away.
  private static func joined(_ pages: [String]) -> String {
    var lines: [Substring] = []
    for (index, page) in pages.enumerated() {
      if index > 0 { lines += ["", "— \(index + 1) —", ""] }
      var own = page.split(separator: "\n", omittingEmptySubsequences: false)
      while let last = own.last, last.allSatisfy(\.isWhitespace) { own.removeLast() }
      own.removeFirst(own.prefix { $0.allSatisfy(\.isWhitespace) }.count)
      let filled = own.filter { !$0.allSatisfy(\.isWhitespace) }
      let margin = filled.map { $0.prefix { $0 == " " }.count }.min() ?? 0
      lines += own.map { $0.dropFirst(margin) }
    }
    return lines.joined(separator: "\n")
  }

  private static func isEncrypted(_ bytes: [UInt8]) -> Bool {
    let wanted = Array("/Encrypt".utf8)
    var at = 0
    while let slash = bytes[at...].firstIndex(of: 0x2F) {
      if bytes[slash...].starts(with: wanted) { return true }
      at = slash + 1
    }
    return false
  }

  /// The program's path by the child's PATH, absolute directories only.
  private static func find(_ name: String) -> String? {
    guard let path = getenv("PATH") else { return nil }
    return String(cString: path).split(separator: ":").filter { $0.hasPrefix("/") }
      .map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}

extension PDFReader {
  private enum Run {
    case cannotStart, late
    case ended(code: Int32, output: [UInt8], isCut: Bool)
  }

  private static func run(_ program: String, _ file: Int32, _ seconds: Double) -> Run {
    var ends: [Int32] = [-1, -1]
    // What is started inherits neither end but as its output.
    guard pipe(&ends) == 0 else { return .cannotStart }
    let words = [
      program, "-layout", "-enc", "UTF-8", "-q", "-l", String(DocumentLimits.pdfPages + 1),
      "/dev/stdin", "-",
    ]
    let pid = spawn(
      words, ["LANG=C.UTF-8", "PATH=/usr/bin:/bin"], in: file, out: ends[1],
      cpuSeconds: UInt64(DocumentLimits.pdfSeconds))
    close(ends[1])
    defer { close(ends[0]) }
    guard pid > 0 else { return .cannotStart }
    let collected = collect(ends[0], seconds)
    // Past its time or its cap it is stopped; otherwise it is ending by itself.
    if collected.isLate || collected.isCut { kill(pid, SIGKILL) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    if collected.isLate { return .late }
    let code = collected.isCut ? 0 : (status & 0x7F == 0 ? (status >> 8) & 0xFF : 128)
    return .ended(code: code, output: collected.bytes, isCut: collected.isCut)
  }

  private static func collect(
    _ descriptor: Int32, _ seconds: Double
  ) -> (bytes: [UInt8], isLate: Bool, isCut: Bool) {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let left = deadline - .now
      guard left > .zero else { return (bytes, true, false) }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&entry, 1, Int32(clamping: left.components.seconds * 1000 + 50))
      if entry.revents == 0 { continue }
      let got = Glibc.read(descriptor, &room, room.count)
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { return (bytes, false, false) }
      bytes += room[..<got]
      if bytes.count > DocumentLimits.textBytes {
        bytes.removeSubrange(DocumentLimits.textBytes...)
        return (bytes, false, true)
      }
    }
  }
}
