import Domain

extension Words {
  func messages(_ count: Int) -> String {
    self(Counted.french(count, "message"), Counted.english(count, "message"))
  }

  func demandes(_ count: Int) -> String {
    self(Counted.french(count, "demande"), Counted.english(count, "demande"))
  }

  func anchors(_ count: Int) -> String {
    self(Counted.french(count, "ancre"), Counted.english(count, "anchor"))
  }

  func traces(_ count: Int) -> String {
    self(Counted.french(count, "trace"), Counted.english(count, "trace"))
  }
}
