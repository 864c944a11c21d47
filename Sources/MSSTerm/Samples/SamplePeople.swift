/// A patient who does not exist. The matricule has a right key and an impossible birthplace
/// (department 99, commune 990).
public struct SamplePatient: Hashable, Sendable {
  public var given: String
  public var family: String
  public var matricule: String

  /// As Mon espace santé writes it: given name, then family name in capitals.
  public var displayName: String { "\(given) \(family.uppercased())" }
  public var address: String { "\(matricule)@patient.mssante.fr" }
}

/// A prescriber who does not exist.
public struct SampleDoctor: Hashable, Sendable {
  public var given: String
  public var family: String
  public var speciality: String

  public var displayName: String { "Dr \(given) \(family.uppercased())" }
  public var address: String {
    "\(SampleWords.ascii(given)).\(SampleWords.ascii(family))@medecin.mssante.fr"
  }
}

enum SampleWords {
  static let women = [
    "Jeanne", "Élodie", "Inès", "Zoé", "Anaïs", "Françoise", "Maëlle", "Chloé", "Noémie", "Hélène",
  ]
  static let men = [
    "Mohamed", "Luc", "Anh", "Œdipe", "Rémi", "André", "Loïc", "Gaël", "Benoît", "Cédric",
  ]
  static let families = [
    "Martin", "Nguyen", "Lefèvre", "Ben Ali", "Roux", "Morel", "Colin", "Garcia", "Hubert",
    "Œuvrard", "Le Gall", "Da Silva", "Crépin", "Sénéchal", "Guérin", "Faure", "Noël", "Ménard",
    "Prévost", "Béranger",
  ]
  static let doctors = [
    ("Camille", "Durand", "médecin généraliste"), ("Alain", "Petit", "médecin généraliste"),
    ("Agnès", "Léger", "cardiologue"), ("Hervé", "Étienne", "endocrinologue"),
    ("Bérénice", "Fleury", "pédiatre"), ("Thomas", "Barré", "rhumatologue"),
  ]
  static let drugs = [
    "Amoxicilline 1 g", "Paracétamol 1 g", "Lévothyroxine 75 µg", "Metformine 850 mg",
    "Bisoprolol 2,5 mg", "Ésoméprazole 40 mg", "Apixaban 5 mg", "Prednisolone 20 mg",
    "Ramipril 5 mg", "Salbutamol 100 µg", "Macrogol 10 g", "Cholécalciférol 100 000 UI",
  ]
  static let doses = [
    "1 comprimé matin et soir, 7 jours", "1 comprimé le matin, 28 jours",
    "1 au coucher, 30 jours", "si douleur, 3 par jour au plus", "2 par jour au repas, 14 jours",
  ]
  static let greetings = [
    "Bonjour, voici mon ordonnance. Je passerai vers 17 h. Merci.",
    "Bonjour,\n\nVoici l'ordonnance de ma mère, elle ne peut pas se déplacer.\n\nMerci beaucoup.",
    "Bonsoir, renouvellement du mois. Pas d'urgence.",
    "Bonjour, l'ordonnance de ce matin. Il ne me reste que deux comprimés.",
  ]
  static let questions = [
    ("Avez-vous reçu mon Lévothyrox ?", "Bonjour, il manquait une boîte hier. Est-elle arrivée ?"),
    ("Question sur mon traitement", "J'ai oublié ma prise de ce matin, que dois-je faire ?"),
    ("Oubli", "Mon ordonnance est-elle encore valable ? J'ai de la fièvre depuis hier soir."),
    ("Vaccination", "Peut-on prendre rendez-vous pour la grippe cette semaine ?"),
  ]

  static func ascii(_ text: String) -> String {
    var result = ""
    for character in text.lowercased() {
      switch character {
      case "é", "è", "ê", "ë": result += "e"
      case "œ": result += "oe"
      case "à", "â": result += "a"
      case "ï", "î": result += "i"
      case "ô": result += "o"
      case "ç": result += "c"
      case "a"..."z": result.append(character)
      default: break
      }
    }
    return result
  }
}

extension SampleRandom {
  /// A patient of this seed's town.
  public mutating func patient() -> SamplePatient {
    let isWoman = next() % 2 == 0
    let given = pick(isWoman ? SampleWords.women : SampleWords.men)
    let year = number(28...99)
    let month = number(1...12)
    let order = number(1...899)
    let digits =
      (isWoman ? "2" : "1") + two(year) + two(month) + "99990" + three(order)
    let remainder = digits.utf8.reduce(0) { ($0 * 10 + Int($1) - 0x30) % 97 }
    return SamplePatient(
      given: given, family: pick(SampleWords.families), matricule: digits + two(97 - remainder))
  }

  public mutating func doctor() -> SampleDoctor {
    let found = pick(SampleWords.doctors)
    return SampleDoctor(given: found.0, family: found.1, speciality: found.2)
  }
}

func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
func three(_ number: Int) -> String { number < 100 ? "0" + two(number) : String(number) }
