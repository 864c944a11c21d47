import Cells
import Foundation
import Testing

@testable import TestKit

@Suite("Screen snapshots")
struct ScreenSnapshotTests {
  private func frame(_ text: Presentable) -> Frame {
    var grid = Grid(size: Size(columns: 20, rows: 2))
    grid.put(text, at: Point(column: 0, row: 0), role: .queueTitle)
    return Frame(grid: grid)
  }

  @Test("a missing baseline is recorded and fails, then holds; a difference is told by line")
  func comparing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    func compare(_ text: Presentable, recording: Bool = false) throws -> String? {
      try compareScreen(frame(text), named: "essai", in: folder, isRecording: recording)
    }
    #expect(try compare("Ordonnance é王")?.contains("was missing") == true)
    #expect(try compare("Ordonnance é王") == nil)
    let problem = try #require(try compare("Ordonnance è王"))
    #expect(problem.contains("2 expected |Ordonnance é王"))
    #expect(problem.contains("2 shown    |Ordonnance è王"))
    #expect(!problem.contains("3 expected"))
    #expect(try compare("Ordonnance è王", recording: true) == nil)
    #expect(try compare("Ordonnance è王") == nil)
  }

  @Test("a difference of role or cursor alone is a difference")
  func planes() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    var picture = frame("texte")
    _ = try compareScreen(picture, named: "plans", in: folder, isRecording: true)
    picture.cursor = .at(Point(column: 1, row: 1))
    #expect(try compareScreen(picture, named: "plans", in: folder, isRecording: false) != nil)
    picture.cursor = .hidden
    picture.grid.restyle(Rect(column: 0, row: 0, columns: 1, rows: 1), role: .queueSelected)
    #expect(try compareScreen(picture, named: "plans", in: folder, isRecording: false) != nil)
  }

  @Test("assertScreen looks beside the test file, and reports a difference to the test")
  func beside() {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "EssaiTests.swift").path
    let picture = frame("Ordonnance é王 \u{1B}[31m")
    func problem(_ frame: Frame) -> String? {
      var problems: [String] = []
      assertScreen(frame, named: "hostile", file: file, isRecording: false) { problem, _ in
        problems.append(problem)
      }
      #expect(problems.count < 2)
      return problems.first
    }
    #expect(problem(picture)?.contains("was missing") == true)
    let baseline = folder.appending(path: "Snapshots/hostile.screen")
    #expect(FileManager.default.fileExists(atPath: baseline.path))
    #expect(problem(picture) == nil)
    #expect(problem(frame("autre chose"))?.contains("differs") == true)
  }
}
