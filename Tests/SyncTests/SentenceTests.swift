import Domain
import Sync
import TestKit
import Testing

@Suite struct `What a failure says` {
  private let all: [SyncFailure] =
    SyncFailure.TLSProblem.allCases.map { .tls($0) } + [
      .unreachable, .timedOut, .connectionLost, .anchors("/etc/igc.pem"), .anchors(""), .secret,
      .loginRefused, .serverNotAuthentic, .sessionClosed, .foreignHost, .noMechanism, .limit,
      .violation, .oversized, .refused("SELECT"), .maildir, .store(.busy), .store(.full),
      .store(.unusable), .decoder, .stopped,
    ] + TeamLogHealth.Obstacle.allCases.map { .teamLog($0) }

  @Test func `T01: each failure has its own sentence, in French and in English`() {
    let french = all.map(\.french)
    let english = all.map(\.english)
    #expect(Set(french).count == all.count, "\(repeated(french))")
    #expect(Set(english).count == all.count, "\(repeated(english))")
    #expect(Set(french).isDisjoint(with: english))
    // A fact, then what to do or what happens next.
    for sentence in french + english {
      #expect(sentence.count > 30 && sentence.hasSuffix("."), "\(sentence)")
    }
    let codes = all.filter { $0 != .anchors("") }.map(\.code)
    #expect(Set(codes).count == codes.count, "\(repeated(codes))")
    #expect(Set(codes.filter { $0.hasPrefix("tls.") }) == Set(FailureCodes.tls))
  }

  private func repeated(_ words: [String]) -> [String] {
    words.filter { word in words.count { $0 == word } > 1 }
  }
}
