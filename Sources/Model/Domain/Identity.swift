/// Short names of messages, demandes and outgoing mail: a letter and 12 characters of base32
/// (RFC 4648 alphabet in lower case), 60 bits that are easy to read aloud and to type.
public enum MessageIdentity {
  /// `m` and the first 60 bits of a SHA-256 digest of the message identity (design 5).
  ///
  /// `bytes` holds 8 bytes at least; the digest is the caller's, no cryptography happens here.
  public static func id(fromDigest bytes: [UInt8]) -> Message.ID { "m" + base32(bytes) }

  /// 12 characters of the first 60 bits of 8 bytes or more.
  static func base32(_ bytes: [UInt8]) -> String {
    precondition(bytes.count >= 8, "an identity needs 60 bits")
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
    let bits = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return String((0..<12).map { alphabet[Int(bits >> (59 - UInt64($0) * 5) & 31)] })
  }
}

extension Order.ID {
  /// The demande that a message opens: `d` instead of `m`, the same on every machine.
  public init(forFirstMessage message: Message.ID) { self = "d" + message.dropFirst() }

  /// A demande made by splitting or renewing; 8 random bytes or more are given by the caller.
  public init(randomOrder bytes: [UInt8]) { self = "d" + MessageIdentity.base32(bytes) }

  /// Something to send; 8 random bytes or more are given by the caller.
  public init(randomOutgoing bytes: [UInt8]) { self = "o" + MessageIdentity.base32(bytes) }
}
