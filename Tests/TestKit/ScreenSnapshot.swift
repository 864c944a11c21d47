public import Cells
import Foundation
public import Testing

/// Compares a frame with `Snapshots/NAME.screen` beside the test file.
///
/// A missing baseline is recorded *and* fails, so that it is read before it is committed. With
/// `RECORD_SNAPSHOTS=1` every difference is recorded and passes: review the diff like code.
///
/// - Parameter report: takes what is wrong; it fails the test that asked.
public func assertScreen(
  _ frame: Frame, named name: String, file: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation,
  isRecording: Bool? = nil,
  report: (String, SourceLocation) -> Void = { Issue.record("\($0)", sourceLocation: $1) }
) {
  let isRecording =
    isRecording ?? (ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1")
  let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "Snapshots")
  do {
    let problem = try compareScreen(frame, named: name, in: folder, isRecording: isRecording)
    if let problem { report(problem, sourceLocation) }
  } catch {
    report("snapshot \(name): \(error)", sourceLocation)
  }
}

/// The comparison itself: what is wrong, or nil.
func compareScreen(
  _ frame: Frame, named name: String, in folder: URL, isRecording: Bool
) throws -> String? {
  let file = folder.appending(path: "\(name).screen")
  let shown = frame.screenText(title: name)
  guard FileManager.default.fileExists(atPath: file.path) else {
    try record(shown, in: file)
    return isRecording ? nil : "\(name).screen was missing; recorded now, read it and run again"
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  if shown == expected { return nil }
  if isRecording {
    try record(shown, in: file)
    return nil
  }
  return difference(name, expected, shown)
}

private func record(_ text: String, in file: URL) throws {
  try FileManager.default.createDirectory(
    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
  try text.write(to: file, atomically: true, encoding: .utf8)
}

/// The lines that differ, expected above shown, then the whole screen as it is.
private func difference(_ name: String, _ expected: String, _ shown: String) -> String {
  let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
  let new = shown.split(separator: "\n", omittingEmptySubsequences: false)
  var text = "\(name).screen differs (RECORD_SNAPSHOTS=1 records it anew):\n"
  for index in 0..<max(old.count, new.count) {
    let (before, after) = (old[safe: index], new[safe: index])
    if before == after { continue }
    if let before { text += "\(index + 1) expected \(before)\n" }
    if let after { text += "\(index + 1) shown    \(after)\n" }
  }
  return text + shown
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
