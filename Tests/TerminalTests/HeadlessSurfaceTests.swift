import Cells
import Keys
import Terminal
import TestKit
import Testing

@Suite("Headless surface")
struct HeadlessSurfaceTests {
  @Test("it plays its script, keeps the frames, and ends a program that listens")
  func playing() {
    let surface = HeadlessSurface(script: [[.key(.enter)], [.resized(Size(columns: 9, rows: 3))]])
    surface.type([.key(.escape), .posted])
    #expect(surface.wait(until: nil) == [.key(.enter)])
    #expect(surface.size == Size(columns: 80, rows: 24))
    #expect(surface.wait(until: nil) == [.resized(Size(columns: 9, rows: 3))])
    #expect(surface.size == Size(columns: 9, rows: 3))
    surface.present(Frame(grid: Grid(size: surface.size)), theme: .standard)
    #expect(surface.frame?.size == surface.size)
    #expect(!surface.isScriptOver)
    #expect(surface.wait(until: nil) == [.key(.escape), .posted])
    #expect(surface.isScriptOver)
    #expect(surface.wait(until: nil) == [.signal(.terminate)])
  }
}
