import Certificates
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Fetches one page over HTTPS: bounded in bytes and time, no redirection, no cookie, and to an
/// address that was judged before, so that a name cannot mean another one a moment later.
struct PageReader: Sendable {
  enum Outcome: Equatable, Sendable {
    case page([UInt8])
    /// Nobody listens, or the server says that there is none.
    case absent
    /// TLS or HTTP failed, too slow, or too large.
    case broken
  }

  /// PEM files, believed beside the machine's own store.
  let anchors: [String]
  let port: Int

  func read(host: String, path: String, address: [UInt8]) -> Outcome {
    guard let context = try? tls() else { return .broken }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer {
      do { try group.syncShutdownGracefully() } catch {
        // It fails only when it was shut down before.
      }
    }
    let loop = group.next()
    let promise = loop.makePromise(of: Outcome.self)
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(.seconds(Int64(DiscoveryLimits.pageSeconds)))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let operations = channel.pipeline.syncOperations
          try operations.addHandler(NIOSSLClientHandler(context: context, serverHostname: host))
          try operations.addHTTPClientHandlers()
          try operations.addHandler(PageHandler(host: host, path: path, promise: promise))
        }
      }
    let late = loop.scheduleTask(in: .seconds(Int64(DiscoveryLimits.pageSeconds))) {
      promise.succeed(.broken)
    }
    defer { late.cancel() }
    do {
      let place = try SocketAddress(
        packedIPAddress: ByteBuffer(bytes: address), port: port)
      let channel = try bootstrap.connect(to: place).wait()
      defer { channel.close(promise: nil) }
      return try promise.futureResult.wait()
    } catch {
      promise.succeed(.absent)
      return .absent
    }
  }

  private func tls() throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.shutdownTimeout = .milliseconds(500)
    configuration.certificateVerification = .fullVerification
    configuration.trustRoots = .default
    // An anchor that cannot be read is told where it matters: before the first login.
    let own = anchors.filter { $0 != "system" }
      .flatMap { (try? NIOSSLCertificate.fromPEMFile($0)) ?? [] }
    configuration.additionalTrustRoots = [.certificates(own)]
    return try NIOSSLContext(configuration: configuration)
  }
}

/// One GET and its answer.
private final class PageHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let host: String
  private let path: String
  private let promise: EventLoopPromise<PageReader.Outcome>
  private var body: [UInt8] = []

  init(host: String, path: String, promise: EventLoopPromise<PageReader.Outcome>) {
    (self.host, self.path, self.promise) = (host, path, promise)
  }

  func channelActive(context: ChannelHandlerContext) {
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: path,
      headers: ["Host": host, "Accept": "application/xml, text/xml", "Connection": "close"])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      guard isAuthentic(context) else { return end(.broken, context) }
      guard head.status == .ok else { return end(.absent, context) }
    case .body(let bytes):
      body += bytes.readableBytesView
      if body.count > DiscoveryLimits.pageBytes { end(.broken, context) }
    case .end: end(.page(body), context)
    }
  }

  /// The handshake accepts an IP address of the certificate for a name; this does not.
  private func isAuthentic(_ context: ChannelHandlerContext) -> Bool {
    do {
      let tls = try context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
      guard let leaf = tls.peerCertificate else { return false }
      _ = try PeerCheck(host: host, lists: nil).verify(der: try leaf.toDERBytes(), now: Date())
      return true
    } catch {
      return false
    }
  }

  private func end(_ outcome: PageReader.Outcome, _ context: ChannelHandlerContext) {
    promise.succeed(outcome)
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.broken, context) }

  func channelInactive(context: ChannelHandlerContext) { promise.succeed(.broken) }
}
