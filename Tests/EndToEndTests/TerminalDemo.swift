import Domain
import Foundation
import Samples
import Store
import TestKit
import Testing

/// A demonstration in a directory of its own, shown on terminals, with its store at hand.
final class TerminalDemo {
  let files: TemporaryDirectory
  let directory: String
  static let messages = 24

  /// Makes the whole officine first, as `mssterm demo` does where there is no terminal.
  init() throws {
    files = try TemporaryDirectory()
    directory = files.path("demo")
    let made = try ChildProcess.run(
      Products.binary("mssterm"),
      ["demo", "--dir", directory, "--messages", "\(Self.messages)"],
      environment: ChildProcess.environment(home: files.directory("home")),
      within: .seconds(120))
    try #require(made.code == 0, "\(made.err)")
  }

  /// One more terminal on it, once its queue is painted.
  func terminal(
    columns: Int = 80, rows: Int = 24, environment: [String: String] = [:],
    isLocked: Bool = false
  ) throws -> TmuxDriver {
    let terminal = try TmuxDriver(
      [try Products.binary("mssterm"), "demo", "--dir", directory], columns: columns, rows: rows,
      environment: environment)
    try terminal.record()
    try terminal.waitForScreen(isLocked ? "the lock" : "the queue", within: .seconds(60)) {
      isLocked
        ? $0.contains("écran verrouillé") : $0.contains("À prendre") && $0.contains("Toutes")
    }
    return terminal
  }

  func store() throws -> OfficineStore {
    try OfficineStore.open(at: directory + "/magasin", create: false)
  }

  /// Asks the store until the answer is right: a gesture is on its way when its key was pressed.
  func waitForStore(_ what: String, _ holds: (OfficineStore) throws -> Bool) throws {
    let store = try store()
    defer { store.close() }
    try waitUntil(what) { try holds(store) }
  }

  func order(_ id: Order.ID) throws -> Order {
    let store = try store()
    defer { store.close() }
    return try #require(try store.order(id))
  }

  /// Puts a mail into the BAL, as a delivery agent would.
  func deliver(_ mail: [UInt8], name: String) throws {
    let draft = try files.write("demo/bal/tmp/\(name)", bytes: mail)
    try FileManager.default.moveItem(atPath: draft, toPath: directory + "/bal/new/\(name)")
  }

  /// The newest waiting demande of that kind from a patient.
  func waiting(_ kind: Order.Kind, with attachment: AttachmentKind? = nil) throws -> QueueRow {
    let store = try store()
    defer { store.close() }
    let rows = try store.page(of: .todo, member: nil, after: nil, limit: 50).rows
    return try #require(
      rows.first { row in
        row.order.kind == kind && row.message.sender.kind == .patient
          && (attachment == nil || row.message.attachments.first?.kind == attachment)
      })
  }

  /// The mail as it was invented, with its exact files.
  func sample(from address: String) throws -> SampleMail {
    let officine = SampleOfficine(seed: 1, now: 1_795_167_720)
    return try #require(
      (0..<Self.messages).map(officine.mail).first { $0.fromAddress == address })
  }

  /// The matricules of everybody who can write in it, those who arrive while it is open included.
  var matricules: [String] {
    let officine = SampleOfficine(seed: 1, now: 1_795_167_720)
    return (0..<Self.messages + 200).compactMap { index in
      let name = officine.mail(index).fromAddress.split(separator: "@")[0]
      return name.count == 15 && name.allSatisfy { $0.isNumber || $0 == "A" || $0 == "B" }
        ? String(name) : nil
    }
  }
}

extension TmuxDriver {
  /// The line of the list that has the selection, or nothing while the reader covers the list.
  static func selectedLine(_ screen: String) -> String {
    screen.split(separator: "\n").first { $0.hasPrefix("▌") }.map(String.init) ?? ""
  }

  /// Presses `key` until the selected line shows `text`.
  func select(_ text: String, by key: String = "Down") throws {
    try press("Home")
    try waitForScreen("the first line selected") {
      $0.split(separator: "\n").dropFirst(3).first?.hasPrefix("▌") == true
    }
    for _ in 0..<60 {
      let line = Self.selectedLine(try screen())
      if line.contains(text) { return }
      try press(key)
      try waitForScreen("the selection to move") { Self.selectedLine($0) != line }
    }
    throw KitError.child("no line « \(text) » in the list:\n\(try screen())")
  }

  /// Who acts, by name: the demonstration has no codes.
  func act(as name: String) throws {
    try press("F2")
    try expect("Qui agit ?")
    try type(name)
    try press("Enter")
    try expect("\(name) agit à ce poste")
  }
}
