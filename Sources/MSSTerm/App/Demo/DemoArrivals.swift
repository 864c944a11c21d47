import Domain
import Foundation
import Samples

/// Mail that trickles into the demonstration while somebody looks at it.
final class DemoArrivals {
  private let officine: DemoOfficine
  private let colleague: DemoColleague?
  private var next: Timestamp
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
    guard now >= next else { return }
    next = now.adding(seconds: Self.interval)
    guard let count = claim(now.seconds / Self.interval) else { return }
    let index = officine.messages + count
    var mail = SampleOfficine(seed: officine.seed, now: now.seconds).mail(index)
    mail.date = now.seconds
    mail.messageID = "arrivee.\(now.milliseconds).\(index)@demonstration.mssante.fr"
    // A full disk ends the trickle, not the demonstration.
    try? officine.deliver(mail, name: "arrivee-\(index)")
  }

  /// Of all the screens that look at one demonstration, one brings the mail of a moment.
  ///
  /// - Returns: how many came before; nil when another screen brings it, or there were enough.
  private func claim(_ moment: Int64) -> Int? {
    let folder = officine.directory + "/arrivees"
    let files = FileManager.default
    do {
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let count = try files.contentsOfDirectory(atPath: folder).count
      guard count < Self.limit else { return nil }
      // Made once: whoever comes second is told.
      try files.createDirectory(
        atPath: folder + "/\(moment)", withIntermediateDirectories: false)
      return count
    } catch {
      return nil
    }
  }
}
