import Domain

/// What a store or a copy holds, in words.
enum CountsText {
  /// `120 messages, 1 demande, 840 traces`
  static func said(messages: Int, orders: Int, journal: Int, isFrench: Bool) -> String {
    [(messages, "message"), (orders, "demande"), (journal, "trace")]
      .map { count, noun in
        isFrench ? Counted.french(count, noun) : Counted.english(count, noun)
      }.joined(separator: ", ")
  }
}
