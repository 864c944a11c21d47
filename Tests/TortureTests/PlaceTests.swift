import Testing

@Suite("This room is being furnished") struct PlaceTests {
  @Test("it is there") func place() { #expect(Bool(true)) }
}
