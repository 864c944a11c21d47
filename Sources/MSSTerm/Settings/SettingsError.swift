public import Domain

/// Why a settings file cannot be used; each case says file and line where there is one.
public enum SettingsError: Error, Equatable, Sendable {
  case noFile(path: String)
  case unreadable(path: String)
  case tooLarge(path: String)
  case syntax(path: String, line: Int, text: String)
  case wrongValue(path: String, line: Int, key: String, allowed: String)
  case missing(path: String, line: Int, key: String)
  /// A required key is absent and another one looks like it.
  case misspelt(path: String, line: Int, key: String, wanted: String)
  /// It holds a secret and others may read it.
  case looseMode(path: String)
  case unknownBAL(name: String, known: [String])
  /// Plain text is for loopback tests only.
  case plainTextServer(path: String, line: Int, host: String)
  /// A token goes to mssante.fr and to the hosts that `token_hosts` names.
  case foreignTokenHost(path: String, line: Int, host: String)
  /// A revocation list that lies where nobody here can fetch it.
  case listAddress(path: String, line: Int, address: String)
  /// A `[[view]]` whose query cannot be read.
  case query(path: String, line: Int, text: String, problem: QueryProblem)
}

/// Something odd that stops nothing: shown once on stderr.
public struct SettingsWarning: Equatable, Sendable {
  public var path: String
  public var line: Int
  public var key: String
  /// The known key that looks most like it.
  public var nearest: String?
  /// The value was outside of what is sensible, and the nearest that is was taken.
  public var bounds: Bounds?
  /// A view whose query cannot be read: it alone is left out.
  public var view: SettingsError?

  public struct Bounds: Equatable, Sendable {
    /// Words that read the same in both languages: `1 min … 30 min`.
    public var allowed: String
    public var taken: String
  }
}

extension SettingsError {
  public var french: String {
    switch self {
    case .noFile(let path): "\(path) : fichier absent."
    case .unreadable(let path): "\(path) : lecture impossible ; vérifier les droits du fichier."
    case .tooLarge(let path): "\(path) : plus d’un mégaoctet, ce n’est pas une configuration."
    case .syntax(let path, let line, let text): "\(path):\(line) : \(text)"
    case .wrongValue(let path, let line, let key, let allowed):
      "\(path):\(line) : « \(key) » attend \(allowed)."
    case .missing(let path, let line, let key):
      "\(path):\(line) : il manque « \(key) »."
    case .misspelt(let path, let line, let key, let wanted):
      "\(path):\(line) : clé inconnue « \(key) » ; vouliez-vous « \(wanted) » ?"
    case .looseMode(let path):
      "\(path) contient un secret et d’autres peuvent le lire : chmod 600 \(path)"
    case .unknownBAL(let name, let known):
      "Aucune BAL « \(name) » ; connues : \(known.joined(separator: ", "))."
    case .plainTextServer(let path, let line, let host):
      "\(path):\(line) : « \(host) » sans TLS est refusé ; tls = \"starttls\" ou \"implicit\"."
    case .foreignTokenHost(let path, let line, let host):
      "\(path):\(line) : « \(host) » n’est pas sous mssante.fr : aucun jeton ne lui est envoyé. "
        + "Corrigez « host », ou nommez-le dans « token_hosts »."
    case .listAddress(let path, let line, let address):
      "\(path):\(line) : « \(address) » : une liste de révocation se prend dans un fichier, ou par "
        + "http, https ou file:///, jamais par LDAP. Mettez l’adresse http de la même liste."
    case .query(let path, let line, let text, let problem):
      "\(path):\(line) : « \(text) » : \(problem.french)"
    }
  }

  public var english: String {
    switch self {
    case .noFile(let path): "\(path): no such file."
    case .unreadable(let path): "\(path): cannot be read; check the file's mode."
    case .tooLarge(let path): "\(path): over one megabyte, not a configuration."
    case .syntax(let path, let line, let text): "\(path):\(line): \(text)"
    case .wrongValue(let path, let line, let key, let allowed):
      "\(path):\(line): \"\(key)\" wants \(allowed)."
    case .missing(let path, let line, let key): "\(path):\(line): \"\(key)\" is missing."
    case .misspelt(let path, let line, let key, let wanted):
      "\(path):\(line): unknown key \"\(key)\"; did you mean \"\(wanted)\"?"
    case .looseMode(let path):
      "\(path) holds a secret and others can read it: chmod 600 \(path)"
    case .unknownBAL(let name, let known):
      "No BAL named \"\(name)\"; known: \(known.joined(separator: ", "))."
    case .plainTextServer(let path, let line, let host):
      "\(path):\(line): \"\(host)\" without TLS is refused; tls = \"starttls\" or \"implicit\"."
    case .foreignTokenHost(let path, let line, let host):
      "\(path):\(line): \"\(host)\" is not under mssante.fr: no token is sent to it. Correct "
        + "\"host\", or name it in \"token_hosts\"."
    case .listAddress(let path, let line, let address):
      "\(path):\(line): \"\(address)\": a revocation list is taken from a file, or by http, https "
        + "or file:///, never by LDAP. Put the http address of the same list."
    case .query(let path, let line, let text, let problem):
      "\(path):\(line): \"\(text)\": \(problem.english)"
    }
  }
}

extension SettingsWarning {
  public var french: String {
    if let view { return "\(view.french) Cette vue est laissée de côté." }
    if let bounds {
      return "\(path):\(line) : « \(key) » va de \(bounds.allowed) : \(bounds.taken) est pris."
    }
    return "\(path):\(line) : clé inconnue « \(key) »"
      + (nearest.map { " ; vouliez-vous « \($0) » ?" } ?? ".")
  }

  public var english: String {
    if let view { return "\(view.english) This view is left out." }
    if let bounds {
      return "\(path):\(line): \"\(key)\" goes from \(bounds.allowed): \(bounds.taken) is taken."
    }
    return "\(path):\(line): unknown key \"\(key)\""
      + (nearest.map { "; did you mean \"\($0)\"?" } ?? ".")
  }
}

/// Which of `known` looks most like `word`: fewest edits, and not more than half of its letters.
func nearest(to word: String, in known: some Sequence<String>) -> String? {
  let best = known.map { (name: $0, edits: editDistance(word, $0)) }.min { $0.edits < $1.edits }
  guard let best, best.edits <= max(1, word.count / 2) else { return nil }
  return best.name
}

private func editDistance(_ a: String, _ b: String) -> Int {
  let left = Array(a.utf8)
  let right = Array(b.utf8)
  var row = Array(0...right.count)
  for i in left.indices {
    var diagonal = row[0]
    row[0] = i + 1
    for j in right.indices {
      let cost = left[i] == right[j] ? diagonal : diagonal + 1
      diagonal = row[j + 1]
      row[j + 1] = min(cost, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[right.count]
}
