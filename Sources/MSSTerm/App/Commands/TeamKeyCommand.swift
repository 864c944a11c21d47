import ArgumentParser
import FoundationEssentials

/// `mssterm team-key`
struct TeamKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "team-key",
    abstract: "Print a new random key for the team log; put the same one on every machine.")

  /// Bytes.
  private static let size = 32

  func run() throws {
    // The system's generator never fails and never repeats.
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<Self.size).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    Output.line(Data(bytes).base64EncodedString())
  }
}
