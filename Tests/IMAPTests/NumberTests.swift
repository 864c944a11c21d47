import IMAP
import Testing

@Suite struct NumberTests {
  private func set(_ text: String) -> UIDSet? { UIDSet(parsing: Array(text.utf8)) }

  @Test(arguments: [
    ("1", "1"), ("3:1", "1:3"), ("1,2,3", "1:3"), ("5,1:3,2:4", "1:5"), ("*", "*"),
    ("7:*", "7:*"), ("*:7", "7:*"), ("1,9:*,4:*", "1,4:*"), ("1,*", "1,*"), ("*,5:*", "5:*"),
    ("4294967295,1", "1,4294967295"), ("1:4294967295", "1:4294967295"), ("*:*", "*"),
  ])
  func `a UID set is read, merged and printed`(text: String, printed: String) throws {
    #expect(set(text)?.description == printed)
  }

  @Test(arguments: [
    "", ",", "0", "1,", ":1", "1:", "1:2:3", "-1", "+1", "a", "4294967296", "1 2", "1:0", "**",
  ])
  func `I07: what is no UID set`(text: String) {
    #expect(set(text) == nil)
  }

  @Test func `I07: a set is never expanded beyond the limit`() throws {
    let huge = try #require(set("1:4294967295"))
    #expect(huge.count == 4_294_967_295)
    #expect(huge.uids(limit: 1_000) == nil)
    let small = try #require(set("2:4,9"))
    #expect(small.uids(limit: 4)?.map(\.rawValue) == [2, 3, 4, 9])
    #expect(small.uids(limit: 3) == nil)
    #expect(try small.contains(uid(9)) && !small.contains(uid(5)))
    #expect(!UIDSet().contains(.first) && UIDSet().isEmpty)
    #expect(UID.max.next == nil && UID.first.next?.rawValue == 2)
  }

  @Test(arguments: [
    ("17-Jul-1996 02:44:25 -0700", 837_596_665), (" 1-Jan-1970 00:00:00 +0000", 0),
    ("31-Dec-1969 23:59:59 +0000", -1), ("29-Feb-2024 12:00:00 +0100", 1_709_204_400),
    ("01-MAR-0001 00:00:00 +0000", -62_130_499_200),
    ("31-dec-9999 23:59:59 +0000", 253_402_300_799),
  ])
  func `a date goes both ways`(text: String, seconds: Int64) throws {
    let date = try #require(InternalDate(parsing: Array(text.utf8)))
    #expect(date.unixSeconds == seconds)
    let printed = try #require(date.text)
    #expect(printed.lowercased() == text.replacing(" 1-", with: "01-").lowercased())
    #expect(InternalDate(parsing: Array(printed.utf8)) == date)
  }

  @Test(arguments: [UInt64(21), 22])
  func `random dates go both ways`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let date = InternalDate(
        unixSeconds: Int64.random(in: -62_135_500_000...253_402_200_000, using: &random),
        offsetMinutes: Int.random(in: -899...899, using: &random))
      let text = try #require(date.text)
      #expect(InternalDate(parsing: Array(text.utf8)) == date, "seed \(seed): \(text)")
    }
  }

  @Test(arguments: [
    "", "32-Foo-20026 25:61:00 +9999", "30-Feb-2024 00:00:00 +0000", "29-Feb-2023 00:00:00 +0000",
    "00-Jan-2024 00:00:00 +0000", "01-Jan-2024 24:00:00 +0000", "01-Jan-2024 00:60:00 +0000",
    "01-Jan-2024 00:00:00 0000+", "01-Jan-0000 00:00:00 +0000", "01-Jan-2024 00:00:00 +1500",
    "-1-Jan-2024 00:00:00 +0000", "01-Jan-2024T00:00:00 +0000",
  ])
  func `I07: a date that does not exist is nil`(text: String) {
    #expect(InternalDate(parsing: Array(text.utf8)) == nil)
  }

  @Test func `dates that cannot be written have no text`() {
    #expect(InternalDate(unixSeconds: .max, offsetMinutes: 5).text == nil)
    #expect(InternalDate(unixSeconds: .min, offsetMinutes: -5).text == nil)
    #expect(InternalDate(unixSeconds: 0, offsetMinutes: 10_000).text == nil)
  }

  @Test(arguments: [
    ("Éléments envoyés", "&AMk-l&AOk-ments envoy&AOk-s"), ("a&b", "a&-b"), ("", ""),
    ("台北", "&U,BTFw-"), ("😀", "&2D3eAA-"), ("MSSTerm/Journal/1", "MSSTerm/Journal/1"),
    ("tab\tx", "tab&AAk-x"),
  ])
  func `I05: mailbox names go both ways`(display: String, raw: String) {
    let name = MailboxName(display: display)
    #expect(String(decoding: name.raw, as: UTF8.self) == raw)
    #expect(MailboxName(raw: Array(raw.utf8)).display == display)
  }

  @Test(arguments: ["&", "&AOk", "a&2D3-b", "&A-", "&AOk*-", "é", "&AOl-x&"])
  func `I05: a name that is no legal UTF-7 is kept and shown as it came`(raw: String) {
    let name = MailboxName(raw: Array(raw.utf8))
    #expect(name.display == raw && name.raw == Array(raw.utf8))
  }

  @Test func `names and flags compare as the protocol says`() {
    #expect(MailboxName(raw: Array("inBox".utf8)) == .inbox)
    #expect(MailboxName(display: "Sent") != MailboxName(display: "sent"))
    #expect(Flag("\\SEEN") == .seen && Set([Flag("$A"), Flag("$a")]).count == 1)
    #expect(UIDValidity(0) == nil && UID(0) == nil)
    #expect(ModificationSequence(UInt64.max) == nil)
  }
}
