/// Why a mail that the server lists could not be had from it; asked for again later. Stable.
public enum Withholding: String, Sendable, Codable, CaseIterable {
  /// The server said no to this one.
  case refused
  /// It answered without the text.
  case empty
  /// The connection ends whenever it is asked for.
  case cut
  /// Its file in the Maildir cannot be read.
  case unreadable
}
