import Domain

/// A moment as RFC 5322 writes it, in UTC.
enum HeaderDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

  static func text(_ moment: Timestamp) -> String {
    let seconds = moment.milliseconds / 1_000
    let day = Int(seconds / 86_400)
    let time = Int(seconds % 86_400)
    // Days to a civil date, from 0000-03-01 (H. Hinnant, "chrono-compatible low-level date
    // algorithms").
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
    let name = month < 10 ? month + 2 : month - 10
    let year = yearOfEra + era * 400 + (name < 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(days[((day % 7) + 7) % 7]), \(two(dayOfMonth)) \(months[name]) \(year) "
      + "\(two(time / 3_600)):\(two(time / 60 % 60)):\(two(time % 60)) +0000"
  }
}
