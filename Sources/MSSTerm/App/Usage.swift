import ArgumentParser
import Glibc

/// A command that was not understood, told in the person's language; the parser knows English.
enum Usage {
  static func tell(_ problem: String, full: String, _ words: Words) {
    let said = words.isFrench ? french(problem) : problem
    Output.error(said)
    // What follows the parser's own sentence: how the command is written.
    let lines = full.split(separator: "\n").drop { !$0.hasPrefix("Usage:") }
    for line in lines {
      Output.error(words.isFrench ? frenchHelp(String(line)) : String(line))
    }
  }

  /// The sentences of swift-argument-parser that people meet; any other one as it is.
  static func french(_ problem: String) -> String {
    let known: [(Regex<(Substring, Substring)>, String)] = [
      (/^Missing expected argument '(.+)'/, "Il manque : "),
      (/^Missing value for '(.+)'/, "Il manque la valeur de "),
      (/^Missing one of: (.+)/, "Il manque l’un de : "),
      (/^Unknown option '(.+?)'/, "Option inconnue : "),
      (/^Unexpected argument '(.+)'/, "Mot en trop : "),
      (/^[0-9]+ unexpected arguments: (.+)/, "Mots en trop : "),
    ]
    for (pattern, words) in known {
      if let match = problem.firstMatch(of: pattern) { return words + match.output.1 }
    }
    if let match = problem.firstMatch(of: /^The value '(.*)' is invalid for '(.+?)'/) {
      return "« \(match.output.1) » ne convient pas pour \(match.output.2)."
    }
    return "Commande non comprise : " + problem
  }

  private static func frenchHelp(_ line: String) -> String {
    if line.hasPrefix("Usage:") { return "Écrire :" + line.dropFirst("Usage:".count) }
    if let match = line.firstMatch(of: /See '(.+)' for more information/) {
      return "« \(match.output.1) » dit le reste."
    }
    return line
  }
}
