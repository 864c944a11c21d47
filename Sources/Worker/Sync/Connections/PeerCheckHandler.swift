import Certificates
import Foundation
import NIOCore
import NIOSSL
import NIOTLS

/// Stands between TLS and the protocol: nothing passes in either direction before the server's
/// certificate has been looked at a second time (name, revocation). Fails closed.
final class PeerCheckHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State { case waiting, open, refused }

  private let check: PeerCheck
  /// What is wrong when no revocation list is valid now.
  private let lack: SyncFailure.TLSProblem
  private let witness: @Sendable (PeerCheck.Facts) -> Void
  private var state = State.waiting
  private var reads: [NIOAny] = []
  private var writes: [(data: NIOAny, promise: EventLoopPromise<Void>?)] = []

  init(
    _ check: PeerCheck, lack: SyncFailure.TLSProblem,
    witness: @escaping @Sendable (PeerCheck.Facts) -> Void
  ) {
    self.check = check
    self.lack = lack
    self.witness = witness
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { look(context) }
    context.fireUserInboundEventTriggered(event)
  }

  private func look(_ context: ChannelHandlerContext) {
    guard state == .waiting else { return }
    do {
      let tls = try context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
      guard let leaf = tls.peerCertificate else { throw CertificateProblem.unreadable }
      witness(try check.verify(der: try leaf.toDERBytes(), now: Date()))
    } catch {
      state = .refused
      reads = []
      let failure = SyncFailure(certificate: error, lack: lack)
      drop(failure)
      context.fireErrorCaught(failure)
      context.close(promise: nil)
      return
    }
    state = .open
    for write in writes { context.write(write.data, promise: write.promise) }
    writes = []
    context.flush()
    let waiting = reads
    reads = []
    for read in waiting { context.fireChannelRead(read) }
    if !waiting.isEmpty { context.fireChannelReadComplete() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .waiting: reads.append(data)
    case .open: context.fireChannelRead(data)
    case .refused: break
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch state {
    case .waiting: writes.append((data, promise))
    case .open: context.write(data, promise: promise)
    case .refused: promise?.fail(SyncFailure.tls(.handshake))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    drop(.connectionLost)
    context.fireChannelInactive()
  }

  private func drop(_ failure: SyncFailure) {
    let lost = writes
    writes = []
    lost.forEach { $0.promise?.fail(failure) }
  }
}

extension SyncFailure {
  init(certificate error: any Error, lack: TLSProblem) {
    guard let problem = error as? CertificateProblem else {
      self = .tls(.handshake)
      return
    }
    switch problem {
    case .unreadable: self = .tls(.handshake)
    case .wrongName: self = .tls(.wrongHost)
    case .expired: self = .tls(.expired)
    case .notYetValid: self = .tls(.notYetValid)
    case .revoked: self = .tls(.revoked)
    case .noRevocationList: self = .tls(lack)
    }
  }
}
