import Certificates

extension ClientIdentity {
  /// Reads files or opens a card. A PIN that the card refused is not shown to it again by any poste
  /// before a person wishes so: after three, the card is dead.
  static func opened(
    _ identity: Identity, _ desk: LoginDesk
  ) throws(SyncFailure) -> ClientIdentity {
    let phrase = try phrase(identity, desk)
    let opened: ClientIdentity
    do throws(Unusable) {
      opened = try ClientIdentity(identity.source.files, passphrase: phrase)
    } catch {
      if error == .card(.pin), let phrase { try desk.refusedPIN(phrase) }
      throw SyncFailure(error)
    }
    if identity.source.isCard { try desk.acceptedPIN() }
    return opened
  }

  private static func phrase(
    _ identity: Identity, _ desk: LoginDesk
  ) throws(SyncFailure) -> String? {
    guard !identity.passphraseCommand.isEmpty else { return nil }
    return identity.source.isCard
      ? try desk.pin(identity.passphraseCommand)
      : try Secrets.firstLine(of: identity.passphraseCommand)
  }
}

extension Identity.Source {
  fileprivate var isCard: Bool { if case .pkcs11 = self { true } else { false } }

  fileprivate var files: ClientIdentity.Source {
    switch self {
    case .pem(let certificate, let key): .pem(certificate: certificate, key: key)
    case .pkcs12(let file): .pkcs12(file)
    case .pkcs11(let module, let address): .pkcs11(module: module, address: address)
    }
  }
}

extension SyncFailure {
  fileprivate init(_ error: ClientIdentity.Unusable) {
    switch error {
    case .card(.absent), .card(.silent): self = .tls(.card)
    case .card(.pin), .card(.locked): self = .tls(.pin)
    case .files, .card: self = .tls(.client)
    }
  }
}
