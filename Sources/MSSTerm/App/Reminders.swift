import Desk
import Domain
import Screens
import Settings

extension Session {
  /// The configuration's template called « Rappel » or "Reminder", else the program's own words.
  var reminder: Template {
    let standard = words.language.strings.standardReminder(officine: configuration.officine.name)
    let names = Language.allCases.map {
      folded($0.strings.standardReminder(officine: "").name)
    }
    let own = configuration.templates.first { names.contains(folded($0.name)) }
    return own.map { Template(name: $0.name, body: $0.body) }
      ?? Template(name: standard.name, body: standard.body)
  }
}
