// TeamLog, the minutes of the team: what one machine says to the others, as bytes and back.
public import Domain
import FoundationEssentials

/// One message of the log mailbox: a parcel, the epoch it was written for, and the proof that a
/// machine of the officine wrote it.
///
/// The health data in it stays where it already is, in the BAL at the operator; no header has any.
public enum LogMessage {
  /// Why a message of the log mailbox says nothing. Counted, shown by the doctor, never folded.
  public enum Ignored: String, Hashable, Sendable, CaseIterable {
    /// Larger than ``LogMessage/limit``.
    case size
    /// No mail of ours: a person or another program put it there.
    case foreign
    /// Written by a later version of this program.
    case version
    /// No proof, or one under another key.
    case proof
    /// Proven, and yet not what this version writes: another epoch's, too many records, too deep.
    case shape
  }

  public enum Reading: Hashable, Sendable {
    case parcel(LogParcel)
    case ignored(Ignored)
    /// Proven, and written under another address: a machine of the officine spells the BAL's
    /// otherwise, or somebody copied a message of another BAL here. Never folded, and never passed
    /// over in silence: whoever ignored it would believe itself heard.
    case otherAddress(String)
  }

  /// Bytes of one message, headers and all.
  public static let limit = 1 << 20
  /// Records of one parcel.
  public static let recordLimit = 2_000
  /// Levels of arrays and objects.
  static let depthLimit = 32
  /// Bytes that one header field may take.
  static let headerLimit = 16 << 10

  static let type = "application/vnd.mssterm.event+json"
  public static let version = "1"
  static let proofField = "X-MSSTerm-MAC"

  /// What is proven: a message that somebody copies into another epoch, or into the log of another
  /// BAL, counts for nothing there. The first messages named no BAL.
  struct Envelope: Codable {
    var epoch: Int
    var bal: String?
    var parcel: LogParcel
  }

  // MARK: - Writing

  /// The whole message, lines ended by CRLF; nil when the parcel is larger than a reader takes.
  ///
  /// - Parameters:
  ///   - address: the BAL's own, in From and To; nothing else in a header tells who or what.
  public static func bytes(
    of parcel: LogParcel, epoch: Int, address: String, key: LogKey, at moment: Timestamp
  ) throws(TeamLogError) -> [UInt8] {
    guard parcel.records.count <= recordLimit else { throw .tooLarge }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json: [UInt8]
    do {
      json = Array(try encoder.encode(Envelope(epoch: epoch, bal: name(address), parcel: parcel)))
    } catch {
      throw .unwritable
    }
    let word = parcel.id.utf8.filter { isWordByte($0) }
    let fields = [
      "Date: \(HeaderDate.text(moment))",
      "From: MSSTerm <\(safe(address))>",
      "To: <\(safe(address))>",
      "Message-ID: <\(String(decoding: word, as: UTF8.self)).\(epoch)@mssterm.invalid>",
      "Subject: Journal MSSTerm",
      "MIME-Version: 1.0",
      "Content-Type: \(type); version=\(version)",
      "Content-Transfer-Encoding: base64",
      "\(proofField): \(key.code(of: json))",
      "Auto-Submitted: auto-generated",
    ]
    let head = fields.joined(separator: "\r\n") + "\r\n\r\n"
    let bytes = Array(head.utf8) + Base64Lines.encode(json)
    guard bytes.count <= limit else { throw .tooLarge }
    return bytes
  }

  /// The BAL as every machine spells it. RFC 5321 (2.4) lets only the domain be written in any
  /// case; no operator tells two mailboxes apart by it, nor does the rest of the program.
  public static func name(_ address: String) -> String { address.lowercased() }

  /// Characters of an address (RFC 5321, 4.5.3.1).
  private static let addressLimit = 254

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || byte == 0x2D
  }

  /// An address comes from the configuration: no line end of it may begin a header of its own.
  private static func safe(_ address: String) -> String {
    String(
      decoding: address.utf8.filter { (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E },
      as: UTF8.self)
  }

  // MARK: - Reading

  /// Judges one message of the log mailbox; never fails, whatever the bytes are.
  ///
  /// - Parameters:
  ///   - former: what this machine called the BAL before (``name(_:)``): as good as `address`.
  public static func read(
    _ bytes: [UInt8], epoch: Int, address: String, former: [String] = [], key: LogKey
  ) -> Reading {
    guard bytes.count <= limit else { return .ignored(.size) }
    guard let mail = LogMail(bytes), mail.isOfType(type) else { return .ignored(.foreign) }
    guard mail.version == version else { return .ignored(.version) }
    guard mail.isBase64, let json = Base64Lines.decode(mail.body) else { return .ignored(.foreign) }
    // Nothing is parsed that was not written by one of us.
    guard let proof = mail.single(proofField), key.proves(proof, of: json) else {
      return .ignored(.proof)
    }
    guard JSONDepth.of(json) <= depthLimit,
      let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(json))
    else { return .ignored(.shape) }
    guard envelope.parcel.version == LogParcel.currentVersion else { return .ignored(.version) }
    if let bal = envelope.bal, bal != name(address), !former.contains(bal) {
      return .otherAddress(String(bal.prefix(addressLimit)))
    }
    guard envelope.epoch == epoch, envelope.parcel.records.count <= recordLimit else {
      return .ignored(.shape)
    }
    return .parcel(envelope.parcel)
  }
}

/// Why a parcel cannot be written.
public enum TeamLogError: Error, Hashable, Sendable {
  /// More than a reader takes: the caller cuts it into smaller ones.
  case tooLarge
  case unwritable
}
