// The worker: what talks to servers or touches hostile bytes, one command at a time.
import ArgumentParser
import Documents
import Glibc

@main
struct WorkerMain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mssterm-worker",
    abstract: "What mssterm runs to synchronise, send and decode; not meant to be typed.",
    subcommands: [
      SyncCommand.self, ImportCommand.self, AttachmentCommand.self, ComposeCommand.self,
      FindCommand.self, DoctorCommand.self, DecodeCommand.self, BackupCommand.self,
      RestoreCommand.self,
    ])

  /// The confined child comes first: it must hold nothing before it reads hostile bytes.
  static func main() {
    if Array(CommandLine.arguments.dropFirst()) == ["decode"] {
      Glibc.exit(DecoderService.serve(input: 0, output: 1))
    }
    self.main(nil)
  }
}

/// Named here for the help; `main` has run it before any parsing.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode", abstract: "The confined decoder, started by the worker itself.",
    shouldDisplay: false)

  func run() throws {
    throw ValidationError("decode takes no arguments and is started by the worker itself.")
  }
}
