public import Foundation
import SwiftASN1
import X509

/// The revocation lists of a configuration, believed only when an anchor signed them.
///
/// A list that is partial, indirect, a delta, or carries a critical extension that is not known
/// here counts as no list (RFC 5280, 5.2 and 6.3.3).
public struct RevocationLists: Sendable {
  enum Judgement { case good, revoked, unknown }

  private let lists: [RevocationList]
  private let issuers: [Certificate]

  /// - Parameters:
  ///   - files: contents as read, DER or PEM; what is no list is left out.
  ///   - anchors: PEM texts of the configured anchors and intermediates: only they may sign.
  public init(files: [[UInt8]], anchors: [String]) {
    issuers = anchors.flatMap { text in
      ((try? PEMDocument.parseMultiple(pemString: text)) ?? [])
        .compactMap { try? Certificate(pemDocument: $0) }
    }
    lists = files.flatMap { RevocationList.all(in: $0) }
  }

  /// The youngest list that is valid now, for the health pane; nil when there is none.
  public func newest(now: Date) -> (updated: Date, next: Date?)? {
    lists.filter { $0.isCurrent(now) && isSigned($0) }
      .max { $0.thisUpdate < $1.thisUpdate }
      .map { ($0.thisUpdate, $0.nextUpdate) }
  }

  func judge(_ certificate: Certificate, now: Date) -> Judgement {
    let valid = lists.filter {
      $0.issuer == certificate.issuer && $0.isCurrent(now) && isSigned($0)
    }
    guard let newest = valid.map(\.thisUpdate).max() else { return .unknown }
    // Of two that were made in one second nobody knows which came last: each may revoke.
    let serial = Array(certificate.serialNumber.bytes)
    let isRevoked = valid.contains { $0.thisUpdate == newest && $0.serials.contains(serial) }
    return isRevoked ? .revoked : .good
  }

  private func isSigned(_ list: RevocationList) -> Bool {
    issuers.contains { issuer in
      issuer.subject == list.issuer
        && issuer.publicKey.isValidSignature(
          list.signature, for: list.signed, signatureAlgorithm: list.algorithm)
    }
  }
}

/// One CertificateList (RFC 5280, 5.1).
struct RevocationList: Sendable {
  var issuer: DistinguishedName
  var thisUpdate: Date
  var nextUpdate: Date?
  /// Big-endian, without leading zeros.
  var serials: Set<[UInt8]>
  var signed: [UInt8]
  var signature: [UInt8]
  var algorithm: Certificate.SignatureAlgorithm

  /// Without a next update nobody says until when it holds: then it does not.
  func isCurrent(_ now: Date) -> Bool {
    guard let nextUpdate else { return false }
    return thisUpdate <= now && now <= nextUpdate
  }

  /// Those of a DER file, or of all PEM blocks of a text; none when nothing can be read.
  static func all(in bytes: [UInt8]) -> [RevocationList] {
    guard bytes.count <= CertificateLimits.listBytes else { return [] }
    if bytes.first == 0x30 { return [RevocationList(der: bytes)].compactMap { $0 } }
    let documents = try? PEMDocument.parseMultiple(
      pemString: String(decoding: bytes, as: UTF8.self))
    return (documents ?? []).compactMap { RevocationList(der: $0.derBytes) }
  }

  init?(der: [UInt8]) {
    do { self = try DER.sequence(DER.parse(der), identifier: .sequence, Self.read) } catch {
      return nil
    }
  }

  private init(
    _ body: Body, signed: [UInt8], signature: [UInt8], algorithm: Certificate.SignatureAlgorithm
  ) {
    issuer = body.issuer
    thisUpdate = body.thisUpdate
    nextUpdate = body.nextUpdate
    serials = body.serials
    self.signed = signed
    self.signature = signature
    self.algorithm = algorithm
  }

  private struct Body {
    var issuer: DistinguishedName
    var thisUpdate: Date
    var nextUpdate: Date?
    var serials: Set<[UInt8]>
  }

  private enum Problem: Error { case form, algorithm, critical, tooLong }

  private static func read(_ nodes: inout ASN1NodeCollection.Iterator) throws -> RevocationList {
    guard let list = nodes.next(), let identifier = nodes.next(), let bits = nodes.next() else {
      throw Problem.form
    }
    let body = try DER.sequence(list, identifier: .sequence, Self.body)
    let oid = try DER.sequence(identifier, identifier: .sequence) { nodes in
      let oid = try ASN1ObjectIdentifier(derEncoded: &nodes)
      while nodes.next() != nil {}
      return oid
    }
    guard let algorithm = algorithms[oid] else { throw Problem.algorithm }
    let signature = try ASN1BitString(derEncoded: bits)
    return RevocationList(
      body, signed: Array(list.encodedBytes), signature: Array(signature.bytes),
      algorithm: algorithm)
  }

  private static let algorithms: [ASN1ObjectIdentifier: Certificate.SignatureAlgorithm] = [
    [1, 2, 840, 10045, 4, 3, 2]: .ecdsaWithSHA256,
    [1, 2, 840, 10045, 4, 3, 3]: .ecdsaWithSHA384,
    [1, 2, 840, 10045, 4, 3, 4]: .ecdsaWithSHA512,
    [1, 2, 840, 113549, 1, 1, 11]: .sha256WithRSAEncryption,
    [1, 2, 840, 113549, 1, 1, 12]: .sha384WithRSAEncryption,
    [1, 2, 840, 113549, 1, 1, 13]: .sha512WithRSAEncryption,
  ]

  private static func body(_ nodes: inout ASN1NodeCollection.Iterator) throws -> Body {
    guard var node = nodes.next() else { throw Problem.form }
    // version, when it is there.
    if node.identifier == .integer {
      guard let next = nodes.next() else { throw Problem.form }
      node = next
    }
    // The algorithm once more, then the issuer.
    guard let issuer = nodes.next(), let updated = nodes.next() else { throw Problem.form }
    var body = Body(
      issuer: try DistinguishedName(derEncoded: issuer), thisUpdate: try date(updated),
      nextUpdate: nil, serials: [])
    while let node = nodes.next() {
      switch node.identifier {
      case .utcTime, .generalizedTime: body.nextUpdate = try date(node)
      case .sequence: body.serials = try serials(node)
      default: try checkExtensions(node)
      }
    }
    return body
  }

  private static func serials(_ node: ASN1Node) throws -> Set<[UInt8]> {
    var found: Set<[UInt8]> = []
    try DER.sequence(node, identifier: .sequence) { nodes in
      while let entry = nodes.next() {
        guard found.count < CertificateLimits.listEntries else { throw Problem.tooLong }
        try DER.sequence(entry, identifier: .sequence) { fields in
          let serial = try ArraySlice<UInt8>(derEncoded: &fields)
          found.insert(Array(serial.drop { $0 == 0 }))
          // removeFromCRL and the like are for deltas, which are refused.
          while fields.next() != nil {}
        }
      }
    }
    return found
  }

  /// Any critical extension changes what the list means: then it is not understood here.
  private static func checkExtensions(_ node: ASN1Node) throws {
    guard case .constructed(let inside) = node.content else { throw Problem.form }
    for sequence in inside {
      try DER.sequence(sequence, identifier: .sequence) { extensions in
        while let one = extensions.next() {
          try DER.sequence(one, identifier: .sequence) { fields in
            _ = fields.next()
            if let second = fields.next(), second.identifier == .boolean {
              guard try !Bool(derEncoded: second) else { throw Problem.critical }
            }
            while fields.next() != nil {}
          }
        }
      }
    }
  }

  private static func date(_ node: ASN1Node) throws -> Date {
    if node.identifier == .utcTime {
      let time = try UTCTime(derEncoded: node)
      return try date(
        (time.year, time.month, time.day), (time.hours, time.minutes, time.seconds))
    }
    let time = try GeneralizedTime(derEncoded: node)
    return try date(
      (time.year, time.month, time.day), (time.hours, time.minutes, time.seconds))
  }

  private static func date(
    _ day: (year: Int, month: Int, day: Int), _ time: (Int, Int, Int)
  ) throws -> Date {
    var parts = DateComponents()
    (parts.year, parts.month, parts.day) = day
    (parts.hour, parts.minute, parts.second) = time
    parts.timeZone = TimeZone(secondsFromGMT: 0)
    guard let date = Calendar(identifier: .gregorian).date(from: parts) else { throw Problem.form }
    return date
  }
}
