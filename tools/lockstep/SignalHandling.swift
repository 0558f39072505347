import Foundation
import Synchronization

/// The signals that ask the command to end: a closed terminal (HUP), Ctrl-C (INT), Ctrl-\ (QUIT) and
/// the system's request (TERM). The first one lets the current work come to a good end; a second one
/// ends the process, but for HUP, which a terminal that closes sends twice.
enum SignalHandling {
  private static let requested = Atomic<Int32>(0)
  private static let endingSignals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]

  /// The signal that has come, or nil.
  static var signal: Int32? {
    let number = requested.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Starts to listen. A signal that the process was started to ignore, as by `nohup`, stays ignored.
  static func listen() {
    // Touched here first: a handler is no place to set up a static.
    requested.store(0, ordering: .relaxed)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in endingSignals {
      var old = sigaction()
      unsafe sigaction(number, nil, &old)
      if isIgnored(old) { continue }
      Foundation.signal(number) { number in
        if number != SIGHUP { Foundation.signal(number, SIG_DFL) }
        SignalHandling.requested.store(number, ordering: .relaxed)
      }
      unsafe sigaddset(&signals, number)
    }
    // Whoever started the command may have done so on a thread that blocks signals.
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Lets a write fail with an error where a signal would end the process: into a pipe that nobody
  /// reads, or beyond the limit of a file's size.
  static func turnWriteSignalsIntoErrors() {
    for number in [SIGPIPE, SIGXFSZ] { Foundation.signal(number, SIG_IGN) }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if os(Linux)
      let handler = unsafe action.__sigaction_handler.sa_handler
    #else
      let handler = unsafe action.__sigaction_u.__sa_handler
    #endif
    return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
