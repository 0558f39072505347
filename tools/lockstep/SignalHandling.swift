import Foundation
import Synchronization

/// Whether the user (Ctrl-C) or the system (SIGTERM) has asked the command to end. The first request
/// lets the current work come to a good end; the second one ends the process.
enum SignalHandling {
  private static let isRequested = Atomic(false)

  static var hasCome: Bool { isRequested.load(ordering: .relaxed) }

  /// Starts to listen.
  static func listen() {
    // Touched here first: a handler is no place to set up a static.
    isRequested.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        signal(number, SIG_DFL)
        SignalHandling.isRequested.store(true, ordering: .relaxed)
      }
    }
    // Whoever started the command may have done so on a thread that blocks signals.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
