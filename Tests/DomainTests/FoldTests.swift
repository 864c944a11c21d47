import Domain
import Testing

@Suite("The life of a demande")
struct FoldTests {
  @Test("a history that does not begin with its opening has no state")
  func noOpening() {
    #expect(Order.fold([]) == nil)
    #expect(Order.fold(Array(History().events.dropFirst())) == nil)
  }

  @Test("from arrival to « remise »")
  func wholeRoad() {
    var history = History(proposed: [.originalAwaited])
    #expect(history.order.status == .received && history.order.markers.isOriginalAwaited)
    history.add(Team.léa, .taken(over: nil))
    #expect(history.order.status == .preparing && history.order.owner?.memberID == "lea")
    history.add(Team.léa, .patientNamed(History.mother))
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    #expect(history.order.prepared?.author == Team.léa)
    history.add(Team.paul, .moved(to: .checked, reason: nil))
    #expect(history.order.checked?.author == Team.paul)
    history.add(Team.paul, .moved(to: .collected, reason: nil))
    #expect(history.order.status == .collected && history.order.owner == nil)
    #expect(history.order.revision == 7)
  }

  @Test("« Préparée » on a demande nobody holds also takes it")
  func preparedTakes() {
    var history = History()
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    #expect(history.order.owner?.memberID == "lea")
    #expect(history.order.status == .prepared)
  }

  @Test("« à reprendre » goes back to who prepared it, with the reason until prepared again")
  func refused() {
    var history = History.checked()
    history.add(Team.paul, .taken(over: Team.léa))
    history.add(Team.paul, .refused(reason: "dosage"))
    let order = history.order
    #expect(order.status == .preparing && order.owner?.memberID == "lea")
    #expect(order.redoReason == "dosage" && order.checked == nil && order.prepared == nil)
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    #expect(history.order.redoReason == nil)
  }

  @Test("a finished demande that is taken again is prepared and checked again")
  func takenAgain() {
    var history = History.checked()
    history.add(Team.paul, .moved(to: .collected, reason: nil))
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    #expect(QueueView.todo.contains(history.order, member: nil))
    history.add(Team.léa, .taken(over: nil))
    let order = history.order
    #expect(order.status == .preparing && order.checked == nil && order.prepared == nil)
    #expect(QueueView.mine.contains(order, member: "lea"))
  }

  @Test("work that nobody holds any more is work to take")
  func neverBetweenViews() {
    var history = History.prepared()
    history.add(Team.léa, .released)
    #expect(history.order.status == .prepared)
    history.add(Team.paul, .kindChanged(to: .question))
    #expect(history.order.status == .received && history.order.prepared == nil)
    #expect(QueueView.todo.contains(history.order, member: nil))
  }

  @Test("what is owed stays in sight when the kind is corrected")
  func partialChangesKind() {
    var history = History.checked()
    history.add(Team.paul, .moved(to: .partial, reason: nil))
    history.add(Team.paul, .kindChanged(to: .document))
    #expect(history.order.status == .preparing && history.order.owner != nil)
  }

  @Test("a document that is read late names the patient but is no news")
  func lateReading() {
    var history = History()
    history.add(Team.léa, .taken(over: nil))
    let before = history.order
    let document = Patient(name: "MARTIN Odette", source: .document)
    history.add(.mailbox, .messageArrived(message: "m1", patient: document))
    #expect(history.order.patient == document)
    #expect(!history.order.hasNews && history.order.lastMessageAt == before.lastMessageAt)
    #expect(history.order.messages == ["m1"])
  }

  @Test("a message attached to work already done is still to be handled")
  func attachedToFinished() {
    var history = History.checked()
    history.add(Team.paul, .attached(from: "d2", messages: ["m5", "m1"]))
    #expect(history.order.hasNews && history.order.messages == ["m1", "m5"])
    var open = History()
    open.add(Team.paul, .attached(from: "d2", messages: ["m5"]))
    #expect(!open.order.hasNews && QueueView.todo.contains(open.order, member: nil))
  }

  @Test("a message that left takes its patient along and does not come back by itself")
  func split() {
    var history = History()
    let other = Patient(name: "DURAND Paul", source: .document)
    history.add(.mailbox, .messageArrived(message: "m2", patient: other))
    #expect(history.order.patient == other)
    history.add(Team.léa, .split(message: "m2", into: "d2"))
    #expect(history.order.patient == History.sender)
    history.add(.mailbox, .messageArrived(message: "m2", patient: other))
    #expect(history.order.messages == ["m1"] && history.order.patient == History.sender)
    history.add(Team.léa, .attached(from: "d2", messages: ["m2"]))
    #expect(history.order.messages == ["m1", "m2"])
  }

  @Test("attached elsewhere: closed, empty, and pointing there")
  func merged() {
    var history = History()
    history.add(Team.léa, .mergedInto("d9"))
    #expect(history.order.mergedInto == "d9" && history.order.status == .closed)
    #expect(history.order.messages == [] && history.order.owner == nil)
    #expect(QueueView.allCases.filter { $0.contains(history.order, member: "lea") } == [.all])
  }

  @Test("a document outweighs a sender, a person outweighs both")
  func patientSources() {
    let document = Patient(name: "MARTIN Odette", source: .document)
    var history = History()
    #expect(history.order.patient?.isConfirmed == false)
    history.add(.mailbox, .messageArrived(message: "m2", patient: document))
    #expect(history.order.patient == document)
    history.add(.mailbox, .messageArrived(message: "m3", patient: History.sender))
    #expect(history.order.patient == document && history.order.otherPatients == [])
    let named = Patient(name: "MARTIN Jean", source: .document)
    history.add(Team.léa, .patientNamed(named))
    #expect(history.order.patient == Patient(name: "MARTIN Jean", source: .person))
    history.add(.mailbox, .messageArrived(message: "m4", patient: document))
    #expect(history.order.patient?.name == "MARTIN Jean")
  }

  @Test("documents of two patients are a conflict in sight until a person settles it (M15)")
  func conflict() {
    var history = History()
    let one = Patient(name: "MARTIN Odette", source: .document)
    let two = Patient(name: "DURAND Paul", source: .document)
    history.add(.mailbox, .messageArrived(message: "m2", patient: one))
    history.add(.mailbox, .messageArrived(message: "m3", patient: two))
    #expect(history.order.patient == one && history.order.otherPatients == [two])
    history.add(Team.léa, .patientNamed(one))
    #expect(history.order.otherPatients == [])
    history.add(.mailbox, .messageArrived(message: "m4", patient: two))
    #expect(history.order.otherPatients == [two])
  }

  @Test("another patient after the check returns to « à contrôler »")
  func renamedAfterCheck() {
    var history = History.checked()
    history.add(Team.léa, .patientNamed(History.mother))
    #expect(history.order.status == .checked, "the same name again changes nothing")
    history.add(Team.léa, .patientNamed(Patient(name: "DURAND Paul", source: .person)))
    #expect(history.order.status == .prepared && history.order.checked == nil)
    var partial = History.checked()
    partial.add(Team.paul, .moved(to: .partial, reason: nil))
    partial.add(Team.léa, .patientNamed(Patient(name: "DURAND Paul", source: .person)))
    #expect(partial.order.status == .prepared)
    var collected = History.checked()
    collected.add(Team.paul, .moved(to: .collected, reason: nil))
    collected.add(Team.léa, .patientNamed(Patient(name: "DURAND Paul", source: .person)))
    #expect(collected.order.status == .collected)
  }

  @Test("markers are set, corrected and cleared one by one")
  func markers() {
    var history = History()
    let product = MissingProduct(product: "Évoltra", quantity: 2)
    history.add(Team.léa, .marked(.missing(MissingProduct(product: "EVOLTRA"))))
    history.add(Team.léa, .marked(.missing(product)))
    history.add(Team.léa, .marked(.missing(MissingProduct(product: "Doliprane"))))
    #expect(history.order.markers.missing.first == product)
    history.add(Team.léa, .unmarked(.missing, value: "evoltra"))
    #expect(history.order.markers.missing.map(\.product) == ["Doliprane"])
    let all: [Marker] = [
      .urgent, .originalAwaited, .questionPrescriber("a"), .questionPatient("b"),
      .promised(Timestamp(seconds: 5)), .shelf("bac 12"),
    ]
    for marker in all { history.add(Team.léa, .marked(marker)) }
    for name in MarkerName.allCases { #expect(history.order.markers.has(name), "\(name)") }
    for name in MarkerName.allCases { history.add(Team.léa, .unmarked(name, value: nil)) }
    #expect(history.order.markers == Markers())
  }
}
