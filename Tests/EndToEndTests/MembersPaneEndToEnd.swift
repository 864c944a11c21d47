import Domain
import Foundation
import Store
import TestKit
import Testing

/// The team changed at the screen, down to the store and the journal.
@Suite(.serialized) struct MembersPaneEndToEnd {
  @Test func `P03: a responsable adds, gives a code and disables; each is traced in their name`()
    throws
  {
    let demo = try TerminalDemo()
    let terminal = try demo.terminal()
    try terminal.press(":")
    try terminal.expect("Commandes")
    try terminal.type("équipe")
    try terminal.press("Enter")
    try terminal.expect("Ajouter quelqu'un")
    try terminal.pressAndSettle("End")
    try terminal.press("Enter")
    try terminal.expect("quelle fonction")
    try terminal.press("Enter")
    try terminal.expect("Dernier jour")
    try terminal.type("Inès DUVAL")
    try terminal.press("Enter", "Enter", "Enter", "Enter")
    try terminal.type("2468")
    try terminal.press("Enter")
    try terminal.expect("Donner d'abord son code à un responsable")
    try terminal.press("C-u", "Enter")
    try terminal.expect("sans code encore")
    try demo.waitForStore("the new member") { store in
      try store.members().contains { $0.name == "Inès DUVAL" && $0.initials == "ID" && !$0.hasPIN }
    }
    // The first of the list is who acts: their own code is nobody's provisional one.
    try terminal.pressAndSettle("Home")
    try terminal.press("Enter")
    try terminal.expect("Donner un code")
    try terminal.press("Enter")
    try terminal.expect("Encore une fois")
    try terminal.type("4817")
    try terminal.press("Enter")
    try terminal.type("4817")
    try terminal.press("Enter")
    try terminal.expect("de vive voix")
    try terminal.pressAndSettle("End")
    try terminal.pressAndSettle("Up")
    try terminal.press("Enter")
    try terminal.expect("Désactiver")
    try terminal.press("Down", "Enter")
    try terminal.expect("N'ouvre plus d'écran")
    try terminal.press("Left", "Enter")
    try terminal.expect("Votre code")
    try terminal.type("4817")
    try terminal.press("Enter")
    try terminal.expect("Sami HADDAD n'agit plus ici")
    let store = try demo.store()
    defer { store.close() }
    let people = try store.members(includeDisabled: true)
    #expect(people.first { $0.initials == "SH" }?.isDisabled == true)
    #expect(people.first { $0.initials == "CM" }?.hasPIN == true)
    #expect(try !store.isPINProvisional(of: "demo-claire"))
    let actions = try store.journal(limit: 10_000)
      .filter { $0.author.memberID == "demo-claire" && $0.action.hasPrefix("member.") }
      .map(\.action)
    #expect(actions == ["member.add", "member.pin", "member.disable"], "\(actions)")
  }
}
