// Samples, the shop window: an invented officine, its people and its mail, always the same for
// the same seed. For the demonstration and for tests; nobody in it exists.

/// SplitMix64: small, seedable, the same on every machine.
public struct SampleRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func pick<T>(_ items: [T]) -> T {
    precondition(!items.isEmpty, "nothing to pick from")
    return items[Int(next() % UInt64(items.count))]
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }
}
