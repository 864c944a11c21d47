import ArgumentParser
import Domain
import Foundation
import Glibc
import MIME
import Sync

struct ComposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compose",
    abstract: "An outgoing item as JSON on standard input becomes its exact mail.")

  /// Attachments in base64, with room for what the largest mail may hold.
  private static let inputLimit = 256 << 20

  func run() throws {
    let input = FileHandle.standardInput.readDataToEndOfFile()
    guard input.count <= Self.inputLimit,
      let item = try? JSONDecoder().decode(OutgoingItem.self, from: input)
    else {
      throw Failure(64, "L’entrée n’est pas un envoi en JSON.", "The input is no item in JSON.")
        .tell()
    }
    do throws(BuilderError) {
      FileHandle.standardOutput.write(Data(try Composer.bytes(of: item)))
    } catch {
      throw Failure(1, error.french, error.english).tell()
    }
  }
}
