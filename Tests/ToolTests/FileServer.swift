import Foundation
import Synchronization

/// What a server does with a request.
enum Answer: Sendable {
  case whole(Data)
  case missing
  /// Fewer bytes than were announced, then the end of the connection.
  case brokenOff(Data, announced: Int)
  /// Fewer bytes than were announced, and the connection stays open.
  case stalled(Data, announced: Int)
}

/// A web server on the loopback for one test: enough of HTTP 1.0 for `curl` and `wget`.
final class FileServer: Sendable {
  /// Where it listens, `http://127.0.0.1:port`.
  let address: String
  private let listener: Int32
  private let answer: @Sendable (String) -> Answer
  private let state = Mutex(State())
  private let requested = DispatchSemaphore(value: 0)

  private struct State {
    var requests: [String] = []
    var stalled: [Int32] = []
  }

  /// Starts listening on a free port.
  ///
  /// - Parameter answer: what to do with a request for the file of this name.
  /// - Throws: `POSIXError` where no port can be listened on.
  init(answer: @escaping @Sendable (String) -> Answer) throws {
    self.answer = answer
    let listener = socket(AF_INET, streamSocket, 0)
    self.listener = listener
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &place) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        bind(listener, place, length) == 0 && listen(listener, 8) == 0
          && getsockname(listener, place, &length) == 0
      }
    }
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
    guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
    // The thread must not keep the server alive: its end is what ends the thread.
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let self else { break }
        self.serve(connection)
      }
      close(listener)
    }
  }

  deinit {
    for connection in state.withLock({ $0.stalled }) { close(connection) }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// The files asked for so far.
  var requests: [String] { state.withLock { $0.requests } }

  /// Returns once a request has been answered as far as it will be.
  func waitForRequest() {
    requested.wait()
  }

  private func serve(_ connection: Int32) {
    let name = readName(connection)
    state.withLock { $0.requests.append(name) }
    switch answer(name) {
    case .whole(let bytes): send(bytes, announced: bytes.count, to: connection)
    case .missing: send("HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n", to: connection)
    case .brokenOff(let bytes, let announced): send(bytes, announced: announced, to: connection)
    case .stalled(let bytes, let announced):
      send(bytes, announced: announced, to: connection)
      state.withLock { $0.stalled.append(connection) }
      requested.signal()
      return
    }
    close(connection)
    requested.signal()
  }

  /// Reads up to the empty line at the end of a request.
  private func readName(_ connection: Int32) -> String {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { break }
      request += buffer[..<count]
    }
    let path = String(decoding: request, as: UTF8.self).split(separator: " ").dropFirst().first
    return String(path?.dropFirst() ?? "")
  }

  private func send(_ bytes: Data, announced: Int, to connection: Int32) {
    send("HTTP/1.0 200 OK\r\nContent-Length: \(announced)\r\n\r\n", to: connection)
    send(bytes, to: connection)
  }

  private func send(_ text: String, to connection: Int32) {
    send(Data(text.utf8), to: connection)
  }

  private func send(_ bytes: Data, to connection: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Foundation.send(connection, $0.baseAddress, $0.count, noSignal)
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

#if canImport(Glibc)
  private let streamSocket = Int32(SOCK_STREAM.rawValue)
  /// A client that goes away must not end the test with SIGPIPE.
  private let noSignal = Int32(MSG_NOSIGNAL)
#else
  private let streamSocket = SOCK_STREAM
  private let noSignal: Int32 = 0
#endif
