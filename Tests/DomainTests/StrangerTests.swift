import Domain
import Testing

/// Another patient's mail that was filed with a demande.
@Suite struct StrangerTests {
  private let benoit = Patient(
    name: "PRÉVOST Benoît", ins: INS("179035121518989"), source: .sender)
  private let andre = Patient(name: "CREPIN André", source: .person)

  private func check(_ history: History) -> Refusal? {
    history.order.refusal(
      of: .moved(to: .checked, reason: nil), by: Team.paul, role: .pharmacien, policy: Policy())
  }

  /// A doctor's demande for whom somebody said, prepared, then a mail of `benoit` filed with it.
  private func attached() -> History {
    var history = History(sender: nil)
    history.add(Team.léa, .patientNamed(andre))
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    history.add(Team.léa, .attached(from: "d2", messages: ["m2"]))
    history.add(.mailbox, .messageArrived(message: "m2", patient: benoit))
    return history
  }

  @Test func `a patient's mail under another name stops the check until a person says for whom`() {
    var history = attached()
    #expect(history.order.patient == andre && history.order.otherPatients == [benoit])
    #expect(history.order.writers == [benoit] && check(history) == .needsPatient)
    // A father's mail for his son: whoever names the son has read whose mail it is.
    history.add(Team.léa, .patientNamed(andre))
    #expect(history.order.otherPatients == [] && check(history) == nil)
    #expect(history.order.writers == [benoit], "it stays in sight that his mail is here")
    history.add(Team.léa, .split(message: "m2", into: "d3"))
    #expect(history.order.writers == nil)
  }

  @Test func `what a patient's own papers or a number say contradicts nothing`() {
    var history = attached()
    let paper = Patient(name: "CREPIN André", source: .document)
    history.add(.mailbox, .messageArrived(message: "m2", patient: paper))
    #expect(history.order.otherPatients == [] && history.order.writers == [benoit])
    // Without a number nobody knows who wrote; a first mail and its thread are hints only.
    var hinted = History(sender: benoit)
    hinted.add(Team.léa, .patientNamed(andre))
    hinted.add(.mailbox, .messageArrived(message: "m3", patient: benoit))
    hinted.add(Team.léa, .attached(from: "d2", messages: ["m4"]))
    hinted.add(
      .mailbox,
      .messageArrived(message: "m4", patient: Patient(name: "ROUX Élodie", source: .sender)))
    #expect(hinted.order.otherPatients == [] && hinted.order.writers == nil)
  }
}
