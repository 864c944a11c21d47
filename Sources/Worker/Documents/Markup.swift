import CDocuments

/// How far a parser came.
enum MarkupEnd {
  case done, broken, stopped, doctype, memory, capped

  init(_ code: Int32) {
    switch Int(code) {
    case CDOC_DONE: self = .done
    case CDOC_BROKEN: self = .broken
    case CDOC_STOPPED: self = .stopped
    case CDOC_DOCTYPE: self = .doctype
    case CDOC_CAPPED: self = .capped
    default: self = .memory
    }
  }
}

/// What a reader of markup is told, in document order.
protocol MarkupHandler: AnyObject {
  /// Attribute names are in lower case for HTML, as written for XML; of two with one name the first
  /// counts.
  func start(_ name: String, _ attributes: [String: String])
  func end(_ name: String)
  func text(_ text: String)
}

/// Swift's side of libxml2: events only, no tree, no network, no entity, nothing on stderr.
enum Markup {
  static func html(
    _ text: String, _ handler: any MarkupHandler,
    _ milliseconds: UInt32 = DocumentLimits.markupMilliseconds
  ) -> MarkupEnd {
    var text = text
    return text.withUTF8 { parse($0, handler, milliseconds, cdoc_html) }
  }

  static func xml(_ bytes: [UInt8], _ handler: any MarkupHandler) -> MarkupEnd {
    bytes.withUnsafeBufferPointer {
      parse($0, handler, DocumentLimits.markupMilliseconds, cdoc_xml)
    }
  }

  /// Keeps the handler in a class, whose address C hands back.
  private final class Box {
    let handler: any MarkupHandler
    init(_ handler: any MarkupHandler) { self.handler = handler }
  }

  private typealias Parser = (
    UnsafePointer<UInt8>?, Int, UnsafePointer<cdoc_handlers>?, UInt32
  ) -> Int32

  private static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, _ handler: any MarkupHandler, _ milliseconds: UInt32,
    _ parser: Parser
  ) -> MarkupEnd {
    let box = Box(handler)
    return withExtendedLifetime(box) {
      var handlers = cdoc_handlers(
        context: Unmanaged.passUnretained(box).toOpaque(),
        start: { context, name, attributes in
          guard let context, let name else { return }
          Markup.handler(context).start(String(cString: name), Markup.pairs(attributes))
        },
        end: { context, name in
          guard let context, let name else { return }
          Markup.handler(context).end(String(cString: name))
        },
        text: { context, text, length in
          guard let context, let text else { return }
          let bytes = UnsafeRawBufferPointer(start: text, count: length)
          Markup.handler(context).text(String(decoding: bytes, as: UTF8.self))
        })
      let code = parser(bytes.baseAddress, bytes.count, &handlers, milliseconds)
      return MarkupEnd(code)
    }
  }

  private static func handler(_ context: UnsafeMutableRawPointer) -> any MarkupHandler {
    Unmanaged<Box>.fromOpaque(context).takeUnretainedValue().handler
  }

  private static func pairs(
    _ list: UnsafePointer<UnsafePointer<CChar>?>?
  ) -> [String: String] {
    guard var at = list else { return [:] }
    var result: [String: String] = [:]
    while let name = at.pointee, result.count < 200 {
      let value = at.advanced(by: 1).pointee.map { String(cString: $0) } ?? ""
      let key = String(cString: name)
      if result[key] == nil { result[key] = value }
      at = at.advanced(by: 2)
    }
    return result
  }
}
