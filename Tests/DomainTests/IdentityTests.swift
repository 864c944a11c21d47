import Domain
import Testing

@Suite("Identity")
struct IdentityTests {
  @Test("a message id is m and the first 60 bits of the digest in base32")
  func messageID() {
    let zero = [UInt8](repeating: 0, count: 32)
    #expect(MessageIdentity.id(fromDigest: zero) == "maaaaaaaaaaaa")
    let ones = [UInt8](repeating: 0xFF, count: 32)
    #expect(MessageIdentity.id(fromDigest: ones) == "m777777777777")
    // RFC 4648 section 10: "foobar" is MZXW6YTBOI.
    #expect(
      MessageIdentity.id(fromDigest: Array("foobar".utf8) + [0, 0]) == "mmzxw6ytboiaa")
    // Bits after the sixtieth do not count.
    #expect(
      MessageIdentity.id(fromDigest: [0, 0, 0, 0, 0, 0, 0, 0x0F, 0xFF]) == "maaaaaaaaaaaa")
    #expect(MessageIdentity.id(fromDigest: [0, 0, 0, 0, 0, 0, 0, 0x10]) == "maaaaaaaaaaab")
  }

  @Test("demandes and outgoing mail are named the same way")
  func otherIDs() {
    #expect(Order.ID(forFirstMessage: "mmzxw6ytboiaa") == "dmzxw6ytboiaa")
    let bytes = Array("foobar".utf8) + [0, 0]
    #expect(Order.ID(randomOrder: bytes) == "dmzxw6ytboiaa")
    #expect(Order.ID(randomOutgoing: bytes) == "omzxw6ytboiaa")
  }
}

@Suite("Proposed markers")
struct OrderProposalTests {
  func proposed(
    _ sender: SenderKind, _ attachments: [AttachmentKind], number: Bool = false,
    policy: Policy = Policy()
  ) -> [Marker] {
    OrderProposal.markers(
      for: MessageFacts(sender: sender, subject: "URGENT ordonnance", attachments: attachments),
      hasPrescriptionNumber: number, policy: policy)
  }

  @Test("the original is awaited on a patient's photo or PDF without a prescription number")
  func original() {
    #expect(proposed(.patient, [.image]) == [.originalAwaited])
    #expect(proposed(.patient, [.text, .pdf]) == [.originalAwaited])
    #expect(proposed(.patient, [.pdf], number: true) == [])
    #expect(proposed(.patient, [.pdf], policy: Policy(proposeOriginalAwaited: false)) == [])
    #expect(proposed(.patient, [.other]) == [])
    #expect(proposed(.patient, []) == [])
  }

  @Test("nobody else's mail proposes anything, and urgency is never proposed")
  func others() {
    for sender in SenderKind.allCases where sender != .patient {
      #expect(proposed(sender, [.pdf, .image]) == [])
    }
    #expect(!proposed(.patient, [.image]).contains(.urgent))
  }
}
