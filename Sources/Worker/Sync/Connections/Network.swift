import NIOCore
import NIOPosix
import NIOSSL

/// The one thread of the worker that sockets live on.
final class Network: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  /// For bytes that come or go.
  let life: LifeSign

  init(life: LifeSign) { self.life = life }

  var loop: any EventLoop { group.next() }

  /// Waits for what is open to close; may not be called from that thread.
  func shutDown() {
    do { try group.syncShutdownGracefully() } catch {
      // It fails only when it was shut down before: there is nothing left to end.
    }
  }

  /// Opens a TCP connection with `handler` on it, behind TLS when that is implicit.
  ///
  /// - Parameter anchors: nil only for a server without encryption.
  func connect(
    to server: Server, anchors: TrustAnchors?, stop: Stop,
    handler: NIOLoopBound<some ChannelHandler>
  ) throws(SyncFailure) -> any Channel {
    try stop.check()
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(.seconds(Int64(SyncLimits.connectSeconds)))
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if server.security == .implicit {
            guard let anchors else { throw SyncFailure.anchors("") }
            try channel.pipeline.syncOperations.addHandlers(
              anchors.handlers(host: server.host))
          }
          try channel.pipeline.syncOperations.addHandler(handler.value)
        }
      }
    do {
      return try bootstrap.connect(host: server.host, port: server.port).wait()
    } catch let error as SyncFailure {
      throw error
    } catch {
      throw .unreachable
    }
  }
}

extension EventLoopFuture where Value: Sendable {
  /// Blocks this thread, which is never the network's; every failure is one of ours.
  func result() throws(SyncFailure) -> Value {
    do { return try wait() } catch { throw SyncFailure(channel: error) }
  }
}
