import Certificates
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Fetches one page: bounded in bytes and time, no redirection followed, no cookie, and to an
/// address that was judged before, so that a name cannot mean another one a moment later.
struct PageReader: Sendable {
  enum Outcome: Equatable, Sendable {
    case page([UInt8])
    /// It lies elsewhere, says a server that nobody has to believe.
    case moved(String)
    /// Nobody listens, or the server says that there is none.
    case absent
    /// TLS or HTTP failed, too slow, or too large.
    case broken
  }

  /// PEM files, believed beside the machine's own store.
  let anchors: [String]
  /// The most that is taken, and how long the whole may last.
  let bytes: Int
  let seconds: Int

  func read(_ page: PageAddress, address: [UInt8]) -> Outcome {
    var context: NIOSSLContext?
    if page.isEncrypted {
      guard let made = try? tls() else { return .broken }
      context = made
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer {
      do { try group.syncShutdownGracefully() } catch {
        // It fails only when it was shut down before.
      }
    }
    let loop = group.next()
    let promise = loop.makePromise(of: Outcome.self)
    let limit = bytes
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(.seconds(Int64(seconds)))
      .channelInitializer { [context] channel in
        channel.eventLoop.makeCompletedFuture {
          let operations = channel.pipeline.syncOperations
          if let context {
            try operations.addHandler(
              NIOSSLClientHandler(context: context, serverHostname: page.host))
          }
          try operations.addHTTPClientHandlers()
          try operations.addHandler(PageHandler(page, limit: limit, promise: promise))
        }
      }
    let late = loop.scheduleTask(in: .seconds(Int64(seconds))) {
      promise.succeed(.broken)
    }
    defer { late.cancel() }
    do {
      let place = try SocketAddress(
        packedIPAddress: ByteBuffer(bytes: address), port: page.port)
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

  private let page: PageAddress
  private let limit: Int
  private let promise: EventLoopPromise<PageReader.Outcome>
  private var body: [UInt8] = []

  init(_ page: PageAddress, limit: Int, promise: EventLoopPromise<PageReader.Outcome>) {
    (self.page, self.limit, self.promise) = (page, limit, promise)
  }

  func channelActive(context: ChannelHandlerContext) {
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: page.target,
      headers: ["Host": page.name, "Accept": "*/*", "Connection": "close"])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      guard isAuthentic(context) else { return end(.broken, context) }
      if (300..<400).contains(head.status.code), let place = head.headers.first(name: "location") {
        return end(.moved(place), context)
      }
      guard head.status == .ok else { return end(.absent, context) }
      // Said before it comes.
      let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
      if length > limit { end(.broken, context) }
    case .body(let bytes):
      body += bytes.readableBytesView
      if body.count > limit { end(.broken, context) }
    case .end: end(.page(body), context)
    }
  }

  /// The handshake accepts an IP address of the certificate for a name; this does not.
  private func isAuthentic(_ context: ChannelHandlerContext) -> Bool {
    guard page.isEncrypted else { return true }
    do {
      let tls = try context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
      guard let leaf = tls.peerCertificate else { return false }
      _ = try PeerCheck(host: page.host, lists: nil).verify(der: try leaf.toDERBytes(), now: Date())
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
