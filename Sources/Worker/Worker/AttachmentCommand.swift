import ArgumentParser
import Documents
import Foundation
import Glibc
import Store

struct AttachmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attachment", abstract: "One attachment, decoded, on standard output.")

  @Argument(help: "The message's ID.") var message: String
  @Argument(help: "The attachment's number.") var number: Int
  @Option(help: "The store's directory.") var store: String

  func run() throws {
    do {
      let store = try Host.open(store, create: false)
      defer { store.close() }
      guard let raw = try store.raw(message) else { throw StoreError.notFound }
      let decoder = DecoderClient(executable: Host.executable())
      defer { decoder.close() }
      FileHandle.standardOutput.write(Data(try decoder.attachment(number, of: raw)))
    } catch let failure as Failure {
      throw failure.tell()
    } catch let error as StoreError {
      throw Failure(error).tell()
    } catch DecoderError.noSuchAttachment {
      throw Failure(
        2, "Ce message n’a pas cette pièce jointe ; « mssterm show » en donne la liste.",
        "This message has no such attachment; \"mssterm show\" lists them."
      ).tell()
    } catch {
      throw Failure(
        1, "Cette pièce n’a pas pu être décodée ; « show --raw » donne le message entier.",
        "This attachment could not be decoded; \"show --raw\" gives the whole message."
      ).tell()
    }
  }
}
