import Cells
import Glibc
import Settings

/// Finds a theme: the person's own, the installed ones, then those compiled in.
struct ThemeFiles {
  let session: Session

  init(_ session: Session) { self.session = session }

  func theme() throws -> Theme {
    try load(session.configuration.screen.theme, depth: 0)
  }

  /// `inherits` is followed a few steps; a circle ends there with a sentence.
  private func load(_ name: String, depth: Int) throws -> Theme {
    if name == "default" && depth == 0 && path(of: name) == nil { return .standard }
    if name == "mono" && path(of: name) == nil { return .mono }
    guard depth < 8 else {
      throw CommandFailure(
        .configuration, "Le thème « \(name) » hérite de lui-même.",
        "The theme \"\(name)\" inherits from itself.")
    }
    guard let path = path(of: name) else {
      if name == "default" { return .standard }
      throw CommandFailure(
        .configuration, "Aucun thème « \(name) ».", "No theme \"\(name)\".")
    }
    return try Self.read(path, named: name) { try load($0, depth: depth + 1) }
  }

  /// Reads one file; `parent` finds the theme it inherits from.
  static func read(
    _ path: String, named name: String, parent: (String) throws -> Theme
  ) throws -> Theme {
    do {
      let file = try TOMLFile(path: path, text: String(decoding: Files.read(path), as: UTF8.self))
      let parent = try Self.text(file.root["inherits"]).map(parent)
      return try Theme(
        name: Self.text(file.root["name"]) ?? name,
        variant: Self.text(file.root["variant"]) ?? "any",
        palette: Self.texts(file.root["palette"]), roles: Self.texts(file.root["roles"]),
        inheriting: parent)
    } catch let error as SettingsError {
      throw CommandFailure(error)
    } catch let error as ThemeError {
      throw CommandFailure(
        .configuration, "\(path) : \(error.message(french: true))",
        "\(path): \(error.message(french: false))")
    }
  }

  private func path(of name: String) -> String? {
    guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) else { return nil }
    let variables = session.environment.variables
    var places: [String] = []
    if let xdg = variables["XDG_CONFIG_HOME"], xdg.hasPrefix("/") {
      places.append(xdg + "/mssterm/themes/")
    } else if let home = variables["HOME"] {
      places.append(home + "/.config/mssterm/themes/")
    }
    // An installation's own themes lie beside its bin.
    if let own = WorkerProcess.ownDirectory() { places.append(own + "/../share/mssterm/themes/") }
    places.append("/usr/share/mssterm/themes/")
    return places.map { $0 + name + ".toml" }.first { access($0, R_OK) == 0 }
  }

  private static func text(_ value: Value?) -> String? {
    if case .string(let text)? = value { text } else { nil }
  }

  private static func texts(_ value: Value?) -> [String: String] {
    guard case .table(let table)? = value else { return [:] }
    return table.compactMapValues(text)
  }
}
