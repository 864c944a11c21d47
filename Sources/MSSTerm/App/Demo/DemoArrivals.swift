import Domain
import Samples

/// Mail that trickles into the demonstration while somebody looks at it.
final class DemoArrivals {
  private let officine: DemoOfficine
  private let colleague: DemoColleague?
  private var next: Timestamp
  private var count = 0
  /// Enough for a visit; a demonstration left open does not grow for ever.
  static let limit = 200
  static let interval: Int64 = 45

  init(_ officine: DemoOfficine, now: Timestamp) {
    self.officine = officine
    next = now.adding(seconds: Self.interval)
    colleague = officine.hasColleague ? DemoColleague(officine, now: now) : nil
  }

  func deliver(now: Timestamp) {
    colleague?.stay(now: now)
    guard now >= next, count < Self.limit else { return }
    next = now.adding(seconds: Self.interval)
    let index = officine.messages + count
    count += 1
    var mail = SampleOfficine(seed: officine.seed, now: now.seconds).mail(index)
    mail.date = now.seconds
    mail.messageID = "arrivee.\(now.milliseconds).\(index)@demonstration.mssante.fr"
    // A full disk ends the trickle, not the demonstration.
    try? officine.deliver(mail, name: "arrivee-\(index)")
  }
}
