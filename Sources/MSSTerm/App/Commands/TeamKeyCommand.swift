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
    let words = Words(configured: nil, environment: Environment.current().variables)
    Output.error(
      words(
        "À savoir : par le journal d’équipe, l’empreinte du code de chaque membre (yescrypt) est "
          + "aussi dans la BAL ; qui l’ouvre autrement peut la lire et essayer les codes courts.",
        "Note: through the team log the hash of each member's code (yescrypt) is in the BAL too; "
          + "whoever opens the BAL by other means can read it and try short codes."))
  }
}
