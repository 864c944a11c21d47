import Domain
import Store

/// What `verify` and `journal verify` found, for people: what it means, then its code for whoever
/// is asked for help, and once at the end what to do.
struct VerifySentences {
  let words: Words

  func show(_ report: VerifyReport) {
    for problem in report.problems {
      Output.exact("✘ \(sentence(problem)) (\(problem.code) \(problem.detail))")
    }
    for line in advice(Set(report.problems.map(\.code))) { Output.line("→ " + line) }
  }

  func sentence(_ problem: VerifyReport.Problem) -> String {
    let detail = problem.detail
    return switch problem.code {
    case "journal.digest":
      words(
        "La trace \(detail) n’est plus celle qui avait été écrite : elle a été changée.",
        "Trace \(detail) is no longer what was written: it was changed.")
    case "journal.hole":
      words(
        "Des traces ont été retirées juste avant la \(last(detail)).",
        "Traces were removed just before number \(last(detail)).")
    case "journal.end":
      words(
        "La fin du journal manque : il s’arrête à la trace \(first(detail)), "
          + "\(last(detail)) ont été écrites.",
        "The end of the journal is missing: it stops at trace \(first(detail)), "
          + "\(last(detail)) were written.")
    case "journal.anchor":
      words(
        "La trace \(detail) ne répond pas à son ancre, gardée hors du magasin : changée ou "
          + "retirée, ou c’est un autre magasin.",
        "Trace \(detail) does not match its anchor, kept outside the store: changed or removed, "
          + "or this is another store.")
    case "journal.base":
      words(
        "Des traces manquent jusqu’à la \(detail), sans la preuve d’une purge.",
        "Traces up to \(detail) are missing, without the proof of a purge.")
    case "journal.anchor-book":
      words(
        "Le fichier des ancres a des lignes illisibles (\(detail)).",
        "The file of anchors has lines that cannot be read (\(detail)).")
    default: other(problem)
    }
  }

  private func other(_ problem: VerifyReport.Problem) -> String {
    switch problem.code.prefix(while: { $0 != "." }) {
    case "order":
      words(
        "Ce que montre cette demande n’est pas ce que disent ses gestes.",
        "What this demande shows is not what its gestures say.")
    case "raw":
      words(
        "Le courrier gardé n’est plus celui qui était arrivé, ou manque.",
        "The mail that is kept is not the one that came, or is missing.")
    case "search":
      words(
        "L’index de recherche ne répond pas au courrier : la recherche peut oublier.",
        "The search index does not match the mail: a search may miss some.")
    case "team-log":
      words(
        "Le journal d’équipe relu ne donne pas le même jugement.",
        "The team log, read again, is not judged the same.")
    default: words("Le fichier du magasin est abîmé.", "The file of the store is damaged.")
    }
  }

  private func advice(_ codes: Set<String>) -> [String] {
    guard !codes.isEmpty else { return [] }
    var lines = [
      words(
        "Ne rien effacer ni corriger. Garder une copie du dossier du magasin tel qu’il est, et "
          + "prévenir le responsable de la BAL.",
        "Delete and correct nothing. Keep a copy of the store's directory as it is, and tell the "
          + "responsable of the BAL.")
    ]
    if codes.contains(where: { $0.hasPrefix("journal.") }) {
      lines.append(
        words(
          "« mssterm journal show » donne les traces ; une sauvegarde d’avant, ouverte à part "
            + "(mssterm restore FICHIER --into DOSSIER), montre ce qui a changé.",
          "\"mssterm journal show\" gives the traces; an older copy, opened aside (mssterm restore "
            + "FILE --into DIR), shows what changed."))
    }
    if codes.contains(where: { !$0.hasPrefix("journal.") }) {
      lines.append(
        words(
          "Reprendre la dernière sauvegarde saine : mssterm restore FICHIER --into DOSSIER, la "
            + "vérifier, puis --replace.",
          "Take the last sound copy: mssterm restore FILE --into DIR, verify it, then --replace."))
    }
    return lines
  }

  private func first(_ detail: String) -> String {
    detail.split(separator: " ").first.map(String.init) ?? detail
  }

  private func last(_ detail: String) -> String {
    detail.split(separator: " ").last.map(String.init) ?? detail
  }
}
