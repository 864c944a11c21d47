/// Why the full screen cannot open.
public enum TerminalError: Error, Equatable, Sendable {
  /// Input or output is a file or a pipe.
  case notATerminal
  /// `TERM` is not set.
  case termUnset
  /// `TERM` names a terminal without a movable cursor, or unknown to this machine.
  case termUnusable(String)
  /// The doorbell file cannot be watched; changes of other postes would not be seen at once.
  case unwatchable(code: Int32)
  /// The system refused a descriptor.
  case system(code: Int32)

  /// What is wrong and what to do.
  public func message(french: Bool) -> String {
    switch self {
    case .notATerminal:
      french
        ? "Pas un terminal : lancer mssterm dans un terminal, ou utiliser « mssterm list »."
        : "This is not a terminal: start mssterm in a terminal, or use \"mssterm list\"."
    case .termUnset:
      french
        ? "TERM n'est pas défini : essayer « TERM=xterm-256color mssterm », ou « mssterm list »."
        : "TERM is not set: try \"TERM=xterm-256color mssterm\", or use \"mssterm list\"."
    case .termUnusable(let term):
      french
        ? "Le terminal « \(term) » ne sait pas afficher un plein écran, ou n'est pas connu ici : "
          + "essayer « TERM=xterm-256color mssterm », installer ncurses-term, ou « mssterm list »."
        : "The terminal \"\(term)\" cannot show a full screen, or is not known here: try "
          + "\"TERM=xterm-256color mssterm\", install ncurses-term, or use \"mssterm list\"."
    case .unwatchable(let code):
      french
        ? "Le signal des autres postes ne peut pas être écouté (erreur \(code)) : l'écran se met à "
          + "jour avec un retard de deux secondes."
        : "The other stations' bell cannot be heard (error \(code)): the screen follows two "
          + "seconds late."
    case .system(let code):
      french
        ? "Le système refuse d'ouvrir l'écran (erreur \(code)) : fermer d'autres programmes, puis "
          + "recommencer."
        : "The system refuses to open the screen (error \(code)): close other programs and retry."
    }
  }
}
