// App, the front door and the stairs: commands, configuration, the loop. No furniture here.
import ArgumentParser
import Glibc

@main
struct MSSTerm: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mssterm",
    abstract: "The counter inbox of a pharmacy team on MSSanté.",
    version: "0.1.0",
    subcommands: [
      RunCommand.self, DemoCommand.self, SyncCommand.self, ImportCommand.self,
      ListCommand.self, SearchCommand.self, ShowCommand.self, AttachmentCommand.self,
      TakeCommand.self, AssignCommand.self, ReassignCommand.self, RemindCommand.self,
      ReleaseCommand.self, StatusCommand.self, MarkCommand.self,
      PatientCommand.self, AttachCommand.self, SplitCommand.self, KindCommand.self,
      RenewCommand.self, NoteCommand.self, UndoCommand.self, TrashCommand.self, PrintCommand.self,
      SendCommand.self, OutboxCommand.self, ExportCommand.self, MembersCommand.self,
      JournalCommand.self, PurgeCommand.self, BackupCommand.self, RestoreCommand.self,
      DoctorCommand.self, ReconnectCommand.self, VerifyCommand.self,
      TeamKeyCommand.self, TeamLogCommand.self,
      HandoverCommand.self, KeysCommand.self, ConfigCommand.self, ThemeCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() {
    var command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      let words = Words(configured: nil, environment: Environment.current().variables)
      Usage.tell(message(for: error), full: fullMessage(for: error), words)
      Glibc.exit(Exit.usage.rawValue)
    }
    do { try command.run() } catch { exit(withError: error) }
  }
}
